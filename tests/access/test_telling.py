"""Who hears by mail of locks, notices, requests and changed terms: with their act, once, without secrets."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from flexnet import configuration
from flexnet.access import (
    campaign,
    change_requests,
    credentials,
    derived,
    emergency,
    endings,
    locking,
    reminding,
    terms,
)
from flexnet.access import queries as access_queries
from flexnet.access.changeable import Datum
from flexnet.access.models import ChangeRequest, CredentialRequest, Lock, Notice
from flexnet.audit.models import Event
from flexnet.mail import actions as mails
from flexnet.mail import queries
from flexnet.mail.models import Mail
from flexnet.members import actions as members
from flexnet.members import editing
from flexnet.members.editing import Contact
from flexnet.members.models import Site
from tests import configured, make

pytestmark = pytest.mark.django_db
WHY: dict[str, Any] = {"by": make.BY, "reason": "Grund", "now": make.NOW}
Act = Callable[[make.Member], object]


@pytest.fixture(autouse=True)
def _mails(monkeypatch: pytest.MonkeyPatch) -> None:
    configured.change(monkeypatch, mail={"server": "127.0.0.1:25"})


def reachable(name: str = "alice", email: str = "praxis@example.org") -> make.Member:
    who = make.settled(name)
    write_to(who.site, email)
    return who


def write_to(site: Site, email: str) -> None:
    seen = Contact.of(Site.objects.get(pk=site.pk))
    editing.edit_contact(site=site, seen=seen, wanted=replace(seen, email=email), by=make.BY)


def ask(who: make.Member) -> CredentialRequest:
    way = CredentialRequest.Way.TELEPHONE
    return credentials.request(access=who.practice_access, way=way, **WHY)


def notice(who: make.Member, kind: Notice.Kind = Notice.Kind.MEMBER) -> Notice:
    on = make.NOW.date()
    return endings.give_notice(access=who.personal_access, kind=kind, received_on=on, **WHY)


def shout(who: make.Member) -> None:
    how: dict[str, Any] = {"source": make.SOURCE, "channel": "public", "now": make.NOW}
    emergency.lock(user_name="alice", word=who.personal_word, **how)


LOSS = {"cause": Lock.Cause.LOSS, **WHY}
TOLD: dict[str, tuple[str, str, Act]] = {
    "access": (
        "access:alice",
        "Zugang von Dr. alice",
        lambda w: locking.lock_access(access=w.personal_access, **LOSS),
    ),
    "password": (
        "access:alice-praxis",
        "Zugangsdaten, Praxiszugang der Betriebsstätte 889999900",
        lambda w: locking.lock_password(access=w.practice_access, **LOSS),
    ),
    "key": (
        "key:",
        "YubiKey, Praxiszugang der Betriebsstätte 889999900",
        lambda w: locking.lock_key(serial=w.key.serial, **LOSS),
    ),
    "practice": (
        "practice:",
        "Alle Zugänge der Praxis Praxis alice",
        lambda w: locking.lock_practice(practice=w.site.practice, **LOSS),
    ),
    "staff": (
        "access:carol",
        "Mitarbeiterzugang von Carol",
        lambda w: locking.lock_access(access=make.employee(w.personal_access), **LOSS),
    ),
    "emergency": ("access:alice", "Zugang von Dr. alice", shout),
    "notice": ("access:alice", "Der letzte Tag des Zugangs ist der 28. April 2026", notice),
    "credentials": ("access:alice-praxis", "hat jemand neue Zugangsdaten verlangt", ask),
}


@pytest.mark.parametrize("name", TOLD)
def test_it_is_told_to_the_registered_address_and_no_secret_with_it(name: str) -> None:
    who = reachable()
    about, said, act = TOLD[name]
    act(who)
    [row] = Mail.objects.all()
    words = " ".join(row.text.split())
    assert (row.to, row.about.startswith(about), row.next_at) == ("praxis@example.org", True, make.NOW)
    assert said in words
    for secret in ("alice-praxis", "verlust", who.key.serial, who.practice_word, make.PASSWORD):
        assert secret not in f"{words}{row.subject}".lower()


@pytest.mark.parametrize("why_not", ["no address", "no right address", "no server", "by letter"])
def test_where_nothing_is_told_by_mail_the_acts_are_the_same(
    why_not: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = reachable(email="" if why_not == "no address" else "praxis@example.org")
    if why_not == "no right address":
        Site.objects.update(email="a@b.example, c@d.example")
    if why_not in ("no server", "by letter"):
        changed: dict[str, Any] = {"server": None} if why_not == "no server" else {"tells_of": ()}
        configured.change(monkeypatch, mail=changed)
    for _about, _said, act in TOLD.values():
        act(who)
    assert not Mail.objects.exists()
    assert (Lock.objects.count(), Notice.objects.count(), CredentialRequest.objects.count()) == (6, 1, 1)


def test_what_the_kv_gives_itself_goes_on_paper() -> None:
    notice(reachable(), Notice.Kind.KV)
    assert not Mail.objects.exists()


def test_a_member_who_opens_an_access_in_the_portal_is_told_nothing_of_it() -> None:
    who = reachable()
    origin, way = who.personal_access, CredentialRequest.Way.PORTAL
    derived.open_employee_access(origin=origin, holder="Eva", user_name="eva", by=make.BY, now=make.NOW)
    credentials.request(access=access_queries.access_named("eva"), way=way, **WHY)
    assert not Mail.objects.exists()


def test_whoever_asks_again_is_told_once() -> None:
    who = reachable()
    assert ask(who) == ask(who)
    assert Mail.objects.count() == 1


def test_all_sites_of_a_locked_practice_hear_of_it_each_address_once() -> None:
    who = reachable()
    for bsnr, email in (("869999900", "praxis@example.org"), ("879999900", "zwei@example.org")):
        write_to(members.enter_site(practice=who.site.practice, bsnr=bsnr, by=make.BY), email)
    locking.lock_practice(practice=who.site.practice, **LOSS)
    assert sorted(Mail.objects.values_list("to", flat=True)) == ["praxis@example.org", "zwei@example.org"]


def test_who_has_an_address_is_reminded_by_mail_and_the_others_stay_due_for_a_letter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    configured.change(monkeypatch, profile={"terms_change": "consent", "terms_grace_days": 29})
    reachable()
    bob = make.settled("bob")
    make.changed_terms(effective_on=make.NOW.date())
    assert len(campaign.reminders_due(make.NOW)) == 2
    assert (reminding.remind(make.NOW), reminding.remind(make.NOW + timedelta(hours=1))) == (1, 0)
    assert [one.signer for one in campaign.reminders_due(make.NOW)] == [bob.person]
    [row] = Mail.objects.all()
    assert (row.to, row.about) == ("praxis@example.org", "person:123456601")
    write_to(bob.site, "bob@example.org")
    stale = campaign.reminders_due(make.NOW)
    monkeypatch.setattr(campaign, "reminders_due", lambda now: stale)
    [due] = stale  # a letter goes to him while the worker looks at its list
    terms.note_reminder(signer=due.signer, terms=due.terms, due_on=due.due_on, by=make.BY, now=make.NOW)
    assert reminding.remind(make.NOW + timedelta(hours=1)) == 0
    assert Mail.objects.count() == 1
    assert "für Dr. alice gelten neue Nutzungsbedingungen KV-FlexNet" in " ".join(row.text.split())
    assert f"bis zum {date(2026, 5, 12):%-d}. Mai 2026" in " ".join(row.text.split())


def test_what_a_mail_tells_needs_no_letter_until_the_mail_fails_and_nobody_sees_to_it() -> None:
    locking.lock_access(access=reachable().personal_access, **LOSS)
    locking.lock_access(access=make.settled("bob").personal_access, **LOSS)
    of_alice, of_bob = Lock.objects.order_by("pk")

    def told() -> set[Lock]:
        return set(Lock.objects.filter(queries.is_told("lock")))

    assert told() == {of_alice}
    row = Mail.objects.get()
    Mail.objects.update(given_up_at=make.NOW, next_at=None)
    assert told() == set()
    mails.settle(number=row.pk, note="angerufen", by=make.BY, now=make.NOW)
    assert told() == {of_alice}
    mails.clear_old(make.NOW.replace(year=2027))
    assert (told(), Mail.objects.count()) == ({of_alice}, 0)
    assert of_bob not in told()


@pytest.mark.parametrize("decision", ["accept", "decline"])
def test_of_a_change_that_was_asked_for_only_that_it_is_decided(decision: str) -> None:
    """At the address known before: whoever changes it in somebody's name does not hear it alone."""
    who = reachable()
    row = make.change_asked(who, Datum.EMAIL, {"value": "fremd@example.org"})
    assert not Mail.objects.exists()
    if decision == "accept":
        change_requests.accept(request=row, by=make.BY, now=make.NOW)
    else:
        change_requests.decline(request=row, by=make.BY, reason="ohne Beleg", now=make.NOW)
    [mail] = Mail.objects.all()
    assert (mail.to, mail.about) == ("praxis@example.org", "access:alice-praxis")
    assert "Darüber ist jetzt entschieden" in " ".join(mail.text.split())
    for said in ("fremd@example.org", "ohne Beleg", "alice-praxis", "mail-Adresse"):
        assert said not in mail.text


def test_what_is_withdrawn_is_told_to_nobody() -> None:
    row = make.change_asked(reachable())
    change_requests.withdraw(request=row, by="portal:alice-praxis", now=make.NOW)
    assert not Mail.objects.exists()


def test_requests_go_a_year_after_they_were_settled() -> None:
    who = reachable()
    over = make.NOW + timedelta(days=31 * configuration.current().retention.changes_months)
    settled = make.change_asked(who)
    change_requests.decline(request=settled, by=make.BY, reason="x", now=make.NOW)
    open_one = make.change_asked(who)
    assert change_requests.clear_old(over) == 0
    assert change_requests.clear_old(over + timedelta(seconds=1)) == 1
    assert change_requests.clear_old(over + timedelta(days=999)) == 0
    assert list(ChangeRequest.objects.all()) == [open_one]
    assert Event.objects.get(kind="changes.deleted").data == '{"count":1}'
