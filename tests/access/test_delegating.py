"""Accesses of the practice's staff in the member's hand: who may, what comes of it, and what twice does."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from flexnet.access import delegating, employees, first_password, queries, requests
from flexnet.access.delegating import NotDone
from flexnet.access.models import Access, CredentialRequest
from flexnet.access.rules import Channel, Granted, Reason, Refusal
from flexnet.accounts.errors import AlreadySubmitted
from flexnet.audit.models import Event
from flexnet.members import actions as members
from flexnet.members.errors import BadEntry
from flexnet.members.models import Employment
from tests import make

pytestmark = pytest.mark.django_db
NOW = make.NOW


@pytest.fixture
def alice() -> make.Member:
    return make.settled()


def opens(member: Access, holder: str = "Carol Beispiel", **more: Any) -> Access | NotDone:
    told = {"hands_in": False, "number": uuid.uuid4(), **more}
    return delegating.open_access(member=member, holder=holder, now=NOW, **told)


def opened(member: Access, holder: str = "Carol Beispiel", **more: Any) -> Access:
    found = opens(member, holder, **more)
    assert isinstance(found, Access)
    return found


def may(access: Access, channel: Channel) -> bool:
    return isinstance(queries.decide_access(access.pk, channel=channel, now=NOW), Granted)


def test_it_hangs_on_the_member_and_its_letter_waits_on_the_desk(alice: make.Member) -> None:
    carol = opened(alice.personal_access, " Carol\u202e  <b>Beispiel</b> ", hands_in=True)
    assert (str(carol), carol.holder) == ("m123456601-1", "Carol <b>Beispiel</b>")
    assert carol.origin == alice.personal_access
    assert may(carol, Channel.SUBMISSION)
    (due,) = requests.desk_credential_requests(NOW)
    assert (due.request.access, due.waiting) == (carol, requests.Waiting(requests.Wait.NO_ADDRESS))
    entries = Event.objects.filter(subject=f"access:{carol}").values_list("kind", "by")
    assert set(entries) == {
        ("access.opened", "portal:alice"),
        ("permission.given", "portal:alice"),
        ("credentials.requested", "portal:alice"),
    }


def test_the_first_letter_answers_the_request(alice: make.Member) -> None:
    carol = opened(alice.personal_access)
    first_password.issue(access=carol, by=make.BY, now=NOW)
    assert requests.desk_credential_requests(NOW) == []


def test_only_whose_the_practice_is_and_only_in_person(alice: make.Member) -> None:
    bob = make.settled("bob")
    carol, dora = make.employee(alice.practice_access), make.third_party()
    members.enter_employment(
        practice=alice.site.practice,
        person=bob.person,
        kind=Employment.Kind.EMPLOYED,
        from_on=NOW.date(),
        by=make.BY,
        now=NOW,
    )
    for access in (alice.practice_access, carol, dora):
        assert opens(access) is NotDone.NOT_YOURS
        for act in (delegating.permit, delegating.forbid, delegating.withdraw):
            assert act(member=access, user_name="carol", now=NOW) is NotDone.NOT_YOURS
    assert delegating.withdraw(member=bob.personal_access, user_name="carol", now=NOW) is NotDone.NOT_YOURS
    assert employees.one(bob.personal_access, "carol", NOW) is None
    assert may(carol, Channel.PORTAL)


def test_every_owner_sees_who_reaches_the_practice_and_only_who_answers_decides(alice: make.Member) -> None:
    """An employed doctor's staff too; what hangs on the practice's own access is every owner's."""
    paul, bob = make.partner(alice.site.practice), make.settled("bob")
    members.enter_employment(
        practice=alice.site.practice,
        person=bob.person,
        kind=Employment.Kind.EMPLOYED,
        from_on=NOW.date(),
        by=make.BY,
        now=NOW,
    )
    origins = (alice.personal_access, alice.practice_access, bob.personal_access, bob.practice_access)
    for origin, name in zip(origins, ("anton", "berta", "clara", "doris"), strict=True):
        make.employee(origin, name)
    assert [(one.access.holder, one.others) for one in employees.of(paul, NOW)] == [
        ("Anton", "Dr. alice"),
        ("Berta", ""),
        ("Clara", "Dr. bob"),
    ]
    for act in (delegating.permit, delegating.forbid, delegating.withdraw):
        assert act(member=paul, user_name="anton", now=NOW) is NotDone.NOT_YOURS
        assert isinstance(act(member=paul, user_name="berta", now=NOW), Access)
    (owned,) = alice.person.ownerships.all()
    members.end_ownership(ownership=owned, until_on=NOW.date() - timedelta(days=1), by=make.BY, now=NOW)
    assert [one.access.holder for one in employees.of(paul, NOW)] == ["Clara", "Berta"]


def test_whoever_owns_a_practice_no_more_looks_after_nobody(alice: make.Member) -> None:
    (owned,) = alice.person.ownerships.all()
    yesterday = NOW.date() - timedelta(days=1)
    members.end_ownership(ownership=owned, until_on=yesterday, by=make.BY, now=NOW)
    assert opens(alice.personal_access) is NotDone.NOT_YOURS


def test_the_same_form_opens_one_and_says_so(alice: make.Member) -> None:
    number = uuid.uuid4()
    opened(alice.personal_access, number=number)
    with pytest.raises(AlreadySubmitted):
        opens(alice.personal_access, number=number)
    assert Access.objects.filter(origin=alice.personal_access).count() == 1


def test_somebody_of_the_same_name_is_asked_about(alice: make.Member) -> None:
    number = uuid.uuid4()
    opened(alice.personal_access)
    assert opens(alice.personal_access, "carol  beispiel", number=number) is NotDone.SAME_NAME
    second = opened(alice.personal_access, number=number, is_another=True)
    assert str(second) == "m123456601-2"


def test_there_is_an_end_to_it_and_a_name_has_to_be_one(
    alice: make.Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delegating, "MOST", 1)
    with pytest.raises(BadEntry):
        opens(alice.personal_access, " \u200b ")
    carol = opened(alice.personal_access)
    assert opens(alice.personal_access, "Emil") is NotDone.TOO_MANY
    delegating.withdraw(member=alice.personal_access, user_name=str(carol), now=NOW)
    assert isinstance(opens(alice.personal_access, "Emil"), Access)


def test_handing_in_is_delegated_and_taken_back_twice_alike(alice: make.Member) -> None:
    carol = make.employee(alice.practice_access)
    for act, expected in ((delegating.permit, True), (delegating.forbid, False)):
        for _ in range(2):
            assert act(member=alice.personal_access, user_name="carol", now=NOW) == carol
        assert may(carol, Channel.SUBMISSION) is expected
        (listed,) = employees.of(alice.personal_access, NOW)
        assert listed.hands_in is expected


def test_withdrawn_it_is_over_for_good_and_no_letter_goes(alice: make.Member) -> None:
    carol = opened(alice.personal_access)
    for _ in range(2):
        delegating.withdraw(member=alice.personal_access, user_name=str(carol), now=NOW)
    decision = queries.decide_access(carol.pk, channel=Channel.PORTAL, now=NOW)
    assert decision == Refusal(Reason.WITHDRAWN, NOW)
    assert Event.objects.filter(kind="access.withdrawn").count() == 1
    assert not CredentialRequest.objects.filter(requests.OPEN).exists()
    delegating.permit(member=alice.personal_access, user_name=str(carol), now=NOW)
    assert not carol.permissions.exists()


def test_a_member_sees_all_staff_in_as_many_queries(
    alice: make.Member, django_assert_num_queries: Any
) -> None:
    make.employee(alice.practice_access, "carol")
    make.employee(alice.personal_access, "emil")
    bob = make.settled("bob")
    make.employee(bob.practice_access, "fritz")
    gone = opened(alice.personal_access, "Anton")
    delegating.withdraw(member=alice.personal_access, user_name=str(gone), now=NOW)
    with django_assert_num_queries(8):
        found = employees.of(alice.personal_access, NOW)
    assert [one.access.holder for one in found] == ["Carol", "Emil", "Anton"]
    later = NOW + timedelta(days=366)
    assert [one.access.holder for one in employees.of(alice.personal_access, later)] == ["Carol", "Emil"]
