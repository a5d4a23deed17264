"""First passwords of staff on a sheet, and what the member locks and limits: never more than the member's."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from flexnet.access import (
    actions,
    credentials,
    delegating,
    employees,
    locking,
    password_sheets,
    queries,
    requests,
    restricting,
)
from flexnet.access.delegating import NotDone
from flexnet.access.errors import BadPermission
from flexnet.access.models import Access, CredentialRequest, Lock, PasswordSheet, Permission, Service
from flexnet.access.password_sheets import Sheet
from flexnet.access.rules import Channel, Granted, Reason, Refusal
from flexnet.accounts import passwords
from flexnet.accounts.errors import AlreadySubmitted
from flexnet.accounts.models import Account
from flexnet.audit.models import Event
from flexnet.post import due
from flexnet.post.rules import Kind
from tests import configured, make

pytestmark = pytest.mark.django_db
NOW = make.NOW
LATE = NOW + timedelta(minutes=10)


@pytest.fixture
def member(monkeypatch: pytest.MonkeyPatch) -> Access:
    configured.change(monkeypatch, profile={"staff_passwords": "sheet", "letters": "together"})
    return make.settled().personal_access


def opened(member: Access, number: uuid.UUID | None = None) -> Access:
    told: dict[str, Any] = {"holder": "Carol", "hands_in": True, "number": number or uuid.uuid4()}
    found = delegating.open_access(member=member, now=NOW, **told)
    assert isinstance(found, Access)
    return found


def renewed(member: Access, access: Access, number: uuid.UUID | None = None) -> Access | NotDone:
    return delegating.renew_password(
        member=member, user_name=str(access), number=number or uuid.uuid4(), now=NOW
    )


def sheet(member: Access, access: Access) -> Sheet:
    found = password_sheets.shown(access, member=member, now=NOW)
    assert found
    return found


def opens(access: Access, password: str) -> bool:
    account = Account.objects.get(pk=access.account_id)
    return passwords.is_right(password.encode(), account.password, user_name=account.user_name)


def decided(access: Access, channel: Channel = Channel.PORTAL) -> object:
    return queries.decide_access(access.pk, channel=channel, now=NOW)


def wanted_letters() -> list[Kind]:
    found = [one.wanted for one in due.find([Kind.WELCOME, Kind.PASSWORD], now=NOW, limit=10)]
    return [one.kind for one in found if one.access and one.access.kind == Access.Kind.EMPLOYEE]


def test_the_password_stands_on_a_sheet_and_no_letter_brings_another(member: Access) -> None:
    carol = opened(member)
    assert opens(carol, sheet(member, carol).password)
    assert not CredentialRequest.objects.filter(access=carol).exists()
    assert wanted_letters() == []
    assert sheet(member, carol).password not in repr(sheet(member, carol))
    made = Event.objects.get(kind="password_sheet.made")
    assert (made.by, made.subject) == ("portal:alice", f"access:{carol}")


def test_where_first_passwords_come_by_letter_there_is_no_sheet(
    member: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured.change(monkeypatch, profile={"staff_passwords": "letter"})
    carol = opened(member)
    assert password_sheets.shown(carol, member=member, now=NOW) is None
    assert wanted_letters() == [Kind.PASSWORD]
    assert renewed(member, carol) is NotDone.NOT_YOURS


def test_it_is_shown_to_whoever_made_it_for_ten_minutes_until_it_is_put_away(member: Access) -> None:
    carol, site = opened(member), queries.access_named("alice-praxis").site
    assert site
    paul = make.partner(site.practice)
    assert password_sheets.shown(carol, member=paul, now=NOW) is None
    assert password_sheets.shown(carol, member=member, now=LATE - timedelta(seconds=1))
    assert password_sheets.shown(carol, member=member, now=LATE) is None
    for _ in range(2):
        password_sheets.put_away(carol, member=member, by="portal:alice")
    assert password_sheets.shown(carol, member=member, now=NOW) is None
    assert Event.objects.filter(kind="password_sheet.put_away").count() == 1
    assert wanted_letters() == []


def test_the_worker_clears_what_nobody_is_shown(member: Access) -> None:
    carol = opened(member)
    assert password_sheets.clear_old(LATE - timedelta(seconds=1)) == 0
    assert password_sheets.clear_old(LATE) == 1
    assert PasswordSheet.objects.get(access=carol).content is None


def test_the_same_form_finds_the_same_sheet(member: Access) -> None:
    number = uuid.uuid4()
    carol = opened(member, number)
    before = sheet(member, carol)
    with pytest.raises(AlreadySubmitted):
        opened(member, number)
    assert password_sheets.made_by(number, member=member) == carol
    assert sheet(member, carol) == before
    bob = make.settled("bob").personal_access
    assert password_sheets.made_by(number, member=bob) is None


def test_another_sheet_ends_what_the_first_one_opened(member: Access) -> None:
    carol, number = opened(member), uuid.uuid4()
    first = sheet(member, carol).password
    credentials.request(
        access=carol, way=CredentialRequest.Way.TELEPHONE, by=make.BY, reason="vergessen", now=NOW
    )
    assert renewed(member, carol, number) == carol
    second = sheet(member, carol).password
    assert (opens(carol, first), opens(carol, second)) == (False, True)
    assert requests.open_of(carol) is None
    with pytest.raises(AlreadySubmitted):
        renewed(member, carol, number)
    assert sheet(member, carol).password == second


def test_once_the_employee_has_a_password_of_their_own_the_sheet_shows_nothing(member: Access) -> None:
    carol = opened(member)
    first = sheet(member, carol).password
    refused = actions.change_password(
        account=carol.account, old=first, new=make.PASSWORD, by="portal:m", now=NOW
    )
    assert refused is None
    assert password_sheets.shown(carol, member=member, now=NOW) is None


def test_what_the_kv_locked_gets_its_next_password_from_the_kv(member: Access) -> None:
    """A password that was reported lost is what a new one is for."""
    carol = opened(member)
    locking.lock_password(access=carol, cause=Lock.Cause.LOSS, by=make.BY, reason="x", now=NOW)
    assert renewed(member, carol) == carol
    assert isinstance(decided(carol), Granted)
    locking.lock_password(access=carol, cause=Lock.Cause.MISUSE, by=make.BY, reason="x", now=NOW)
    assert renewed(member, carol) is NotDone.LOCKED
    emil = make.employee(member, "emil")
    locking.lock_access(access=emil, cause=Lock.Cause.OTHER, by=make.BY, reason="x", now=NOW)
    assert renewed(member, emil) is NotDone.LOCKED
    fritz = make.employee(member, "fritz")
    delegating.withdraw(member=member, user_name="fritz", now=NOW)
    assert renewed(member, fritz) is NotDone.NOT_YOURS


def test_locked_by_the_member_it_opens_nothing_until_it_is_open_again(member: Access) -> None:
    carol = make.employee(member)
    for _ in range(2):
        assert delegating.suspend(member=member, user_name="carol", now=NOW) == carol
    assert decided(carol) == Refusal(Reason.SUSPENDED, NOW)
    assert employees.one(member, "carol", NOW).is_suspended  # type: ignore[union-attr]
    assert Event.objects.filter(kind="access.suspended").count() == 1
    locking.lock_access(access=carol, cause=Lock.Cause.OTHER, by=make.BY, reason="x", now=NOW)
    for _ in range(2):
        assert delegating.resume(member=member, user_name="carol", now=NOW) == carol
    assert decided(carol) == Refusal(Reason.LOCKED, NOW)
    assert Event.objects.filter(kind="access.resumed").count() == 1


def test_only_who_answers_for_it_locks_limits_and_renews(member: Access) -> None:
    carol, bob = make.employee(member), make.settled("bob")
    for somebody in (bob.personal_access, bob.practice_access, carol):
        told: dict[str, Any] = {"member": somebody, "user_name": "carol", "now": NOW}
        for act in (delegating.suspend, delegating.resume):
            assert act(**told) is NotDone.NOT_YOURS
        for change in (delegating.grant, delegating.revoke):
            assert change(**told, slug="letters") is NotDone.NOT_YOURS
        assert delegating.renew_password(**told, number=uuid.uuid4()) is NotDone.NOT_YOURS
    assert isinstance(decided(carol), Granted)


@pytest.fixture
def letters() -> Service:
    return make.service("letters", make.PORTAL_RULE)


def test_an_employee_never_gets_a_service_that_the_member_has_not(member: Access, letters: Service) -> None:
    carol = make.employee(member)
    told: dict[str, Any] = {"member": member, "user_name": "carol", "slug": "letters", "now": NOW}
    assert delegating.grant(**told) is NotDone.NOT_YOURS
    with pytest.raises(BadPermission):
        actions.grant(access=carol, service=letters, by=make.BY, now=NOW)
    assert not carol.grants.exists()
    actions.grant(access=member, service=letters, by=make.BY, now=NOW)
    for _ in range(2):
        assert delegating.grant(**told) == carol
    assert queries.services_of(carol, NOW) == {"letters"}
    for _ in range(2):
        assert delegating.revoke(**told) == carol
    assert queries.services_of(carol, NOW) == set()


def test_what_the_member_loses_the_employee_loses(member: Access, letters: Service) -> None:
    carol = make.employee(member)
    for access in (member, carol):
        actions.grant(access=access, service=letters, by=make.BY, now=NOW)
    row = restricting.restrict(
        access=member, services=[], cause=Lock.Cause.OTHER, by=make.BY, reason="x", now=NOW
    )
    assert queries.services_of(carol, NOW) == set()
    restricting.lift_restriction(row, by=make.BY, reason="x", now=NOW)
    assert queries.services_of(carol, NOW) == {"letters"}
    actions.revoke(access=member, service=letters, by=make.BY, reason="x", now=NOW)
    assert queries.services_of(carol, NOW) == set()
    refused = queries.explain("carol", on=NOW, channel=Channel.PORTAL, service="letters").decision
    assert refused == Refusal(Reason.SERVICE_NOT_GRANTED)


def test_an_employee_never_signs_whatever_is_permitted(member: Access) -> None:
    carol = make.employee(member)
    assert decided(carol, Channel.SIGNATURE) == Refusal(Reason.SERVICE_NOT_GRANTED)
    for function in Permission.Function:
        if function is not Permission.Function.PORTAL:
            assert delegating.permit(member=member, user_name="carol", function=function, now=NOW) == carol
    assert decided(carol, Channel.SIGNATURE) == Refusal(Reason.SERVICE_NOT_GRANTED)
    assert isinstance(decided(carol, Channel.SUBMISSION), Granted)
