"""Accounts and the browsers that are signed in to them."""

from datetime import timedelta

import pytest

from flexnet import transactions
from flexnet.access import actions
from flexnet.accounts import actions as accounts
from flexnet.accounts import passwords, revocation
from flexnet.accounts.errors import BadUserName, UserNameTaken
from flexnet.accounts.models import Account, WebSession
from flexnet.accounts.sessions import SOURCE, VIA, SessionStore
from flexnet.audit.actions import NotWriting
from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["al", "-alice", "alice-", "alice praxis", "älice", "a" * 33, "", "alice\n"])
def test_a_user_name_has_a_form(name: str) -> None:
    wrong = accounts.normal_user_name(name) != "alice"
    if wrong:
        with pytest.raises(BadUserName):
            accounts.new_account(name, now=make.NOW)
    else:
        assert accounts.new_account(name, now=make.NOW).account.user_name == "alice"


@pytest.mark.parametrize("name", ["abc", "praxis.dr_beispiel-1", "889999900", "a" * 32])
def test_a_user_name_of_that_form_is_taken(name: str) -> None:
    assert accounts.new_account(f" {name.upper()} ", now=make.NOW).account.user_name == name


def test_a_user_name_belongs_to_one() -> None:
    alice = make.member()
    with pytest.raises(UserNameTaken, match="alice"):
        actions.open_personal_access(person=alice.person, user_name="Alice", by=make.BY, now=make.NOW)
    actions.open_personal_access(person=alice.person, user_name="alice2", by=make.BY, now=make.NOW)


def test_an_account_is_opened_inside_a_transaction_only() -> None:
    issued = accounts.new_account("alice", now=make.NOW)
    with pytest.raises(NotWriting):
        accounts.open_account(issued, by=make.BY)
    with transactions.writing():
        accounts.open_account(accounts.new_account("alice2", now=make.NOW), by=make.BY)
    assert Account.objects.filter(user_name="alice2").exists()


def test_the_initial_password_shows_itself_to_nobody_by_accident() -> None:
    issued = accounts.new_account("alice", now=make.NOW)
    assert issued.initial_password not in repr(issued) + str(issued)


class TestWebSessions:
    def opened(self, account: Account) -> SessionStore:
        store = SessionStore()
        store.update({"_auth_user_id": str(account.pk), VIA: "tunnel-1", SOURCE: "10.66.0.5"})
        store.save()
        return store

    def test_a_row_names_account_tunnel_and_address(self) -> None:
        account = make.member().personal_access.account
        self.opened(account)
        row = WebSession.objects.get()
        assert (row.account, row.via, row.source) == (account, "tunnel-1", "10.66.0.5")

    def test_of_a_visitor_nothing_is_known(self) -> None:
        store = SessionStore()
        store["language"] = "de"
        store.save()
        row = WebSession.objects.get()
        assert (row.account, row.via, row.source) == (None, "", None)

    def test_an_ended_session_cannot_be_saved_again(self) -> None:
        store = self.opened(make.member().personal_access.account)
        WebSession.objects.all().delete()
        from django.contrib.sessions.backends.base import UpdateError

        with pytest.raises(UpdateError):
            store.save()
        assert not WebSession.objects.exists()

    def test_what_ran_out_is_cleared_away(self) -> None:
        store = self.opened(make.member().personal_access.account)
        runs_out = store.get_expiry_date()
        assert accounts.clear_expired_web_sessions(runs_out - timedelta(minutes=1)) == 0
        assert accounts.clear_expired_web_sessions(runs_out + timedelta(minutes=1)) == 1

    def test_a_browser_is_bound_to_the_password_and_not_to_its_seal(self) -> None:
        account = make.member().personal_access.account
        signed = account.get_session_auth_hash()
        account.password = "sealed anew"
        assert account.get_session_auth_hash() == signed
        account.password_set_at += timedelta(microseconds=1)
        assert account.get_session_auth_hash() != signed


def test_nothing_opens_an_account_whose_letter_is_yet_to_be_printed() -> None:
    issued = accounts.new_account_without_secrets("Alice", now=make.NOW)
    account = issued.account
    assert (account.user_name, issued.initial_password, issued.revocation_word) == ("alice", "", "")
    assert not passwords.is_right(b"", account.password, user_name="alice")
    assert not passwords.taken(checked(issued))
    with pytest.raises(BadUserName):
        accounts.new_account_without_secrets("a b", now=make.NOW)


def checked(issued: accounts.Issued) -> passwords.Steps[bool]:
    return (yield revocation.check("", issued.account.revocation_word, user_name="alice"))
