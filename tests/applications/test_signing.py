"""Applications that are signed in the portal: who may, what is known already, what the clerk reads."""

import uuid
from datetime import date
from typing import Any

import pytest

from flexnet.access.models import Access
from flexnet.applications import actions, prefilled, queries, rules, signing
from flexnet.applications.actions import Approved
from flexnet.applications.kinds import Act, Kind, Role, Status
from flexnet.applications.models import Application
from flexnet.applications.signing import NotSigned
from flexnet.audit.models import Event
from flexnet.members import actions as members
from flexnet.members.models import Employment, Practice
from tests import make
from tests.applications import forms

pytestmark = pytest.mark.django_db
NOW, TODAY = make.NOW, make.NOW.date()


@pytest.fixture
def alice() -> make.Member:
    return make.settled()


def sign(member: Access, key: uuid.UUID | None = None, **values: Any) -> Any:
    said = {
        **forms.MEMBER,
        "bsnr": "889999900",
        "wants_practice_access": False,
        "role": "employed",
        **values,
    }
    return signing.sign(member=member, kind=Kind.MEMBER, values=said, key=key or uuid.uuid4(), now=NOW)


def signed(member: Access, **values: Any) -> Application:
    row = sign(member, **values)
    assert isinstance(row, Application)
    return row


def test_it_is_signed_with_the_day_and_waits_on_the_desk(alice: make.Member) -> None:
    row = signed(alice.personal_access)
    assert (row.channel, row.applicant, row.signed_on) == ("portal", alice.personal_access, TODAY)
    assert (queries.status(row), queries.missing(row)) == (Status.RECEIVED, ())
    assert [one.application for one in queries.desk_applications()] == [row]
    assert Event.objects.get(kind="application.received").by == "portal:alice"


def test_nobody_promises_for_another_person(alice: make.Member) -> None:
    """What is ticked here does not become somebody else's declaration, whatever the form says."""
    row = signed(alice.personal_access, terms_version=1)
    planned = queries.plan(row, now=NOW)
    assert planned.obstacles == ()
    assert not planned.does(Act.ENTER_DECLARATION)
    assert any("Teilnahmeerklärung von Dr. Clara Neu ist nicht dabei" in note for note in planned.notes)
    done = actions.approve(application=row, seen=1, by=make.BY, now=NOW)
    assert isinstance(done, Approved)
    assert not queries.has_promised(row)


def test_a_declaration_on_paper_that_comes_along_is_entered(alice: make.Member) -> None:
    row = signed(alice.personal_access)
    mended = actions.complete(
        application=row, values={"terms_version": 1}, received_on=TODAY, seen=1, by=make.BY, now=NOW
    )
    assert isinstance(mended, Application)
    assert queries.plan(mended, now=NOW).does(Act.ENTER_DECLARATION)


def test_only_whose_the_practice_is_and_only_in_person(alice: make.Member) -> None:
    carol, dora = make.employee(alice.practice_access), make.third_party()
    for access in (alice.practice_access, carol, dora):
        assert sign(access) is NotSigned.NOT_YOURS
    row, bob = signed(alice.personal_access), make.settled("bob")
    assert (
        signing.withdraw(member=bob.personal_access, application=row, seen=1, now=NOW) is NotSigned.NOT_YOURS
    )
    assert list(queries.sent_by(bob.personal_access)) == []


def test_the_same_form_is_one_application_and_nobody_elses(alice: make.Member) -> None:
    key, bob = uuid.uuid4(), make.settled("bob")
    row = sign(alice.personal_access, key)
    assert sign(alice.personal_access, key) == row
    assert sign(bob.personal_access, key) is NotSigned.NOT_YOURS
    assert Application.objects.count() == 1


def test_a_browser_does_not_bury_the_desk(alice: make.Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "MOST_OPEN", 1)
    row = signed(alice.personal_access)
    assert sign(alice.personal_access) is NotSigned.TOO_MANY
    signing.withdraw(member=alice.personal_access, application=row, seen=1, now=NOW)
    signed(alice.personal_access)


def test_it_is_completed_once_it_was_sent_back_and_only_as_it_was_read(alice: make.Member) -> None:
    row, member = signed(alice.personal_access), alice.personal_access
    said: dict[str, Any] = {"member": member, "values": {"street": "Markt 2"}, "now": NOW}
    assert signing.complete(application=row, seen=1, **said) is NotSigned.NOT_YOURS
    back = actions.send_back(application=row, reason="Straße?", seen=1, by=make.BY, now=NOW)
    assert isinstance(back, Application)
    refused = signing.complete(application=back, seen=1, **said)
    assert isinstance(refused, rules.Refused)
    mended = signing.complete(application=back, seen=2, **said)
    assert isinstance(mended, Application)
    assert (mended.street, queries.status(mended)) == ("Markt 2", Status.RECEIVED)


class TestWhatIsKnown:
    def test_places_with_their_address_and_whether_they_need_an_access(self, alice: make.Member) -> None:
        members.enter_site(
            practice=alice.site.practice, bsnr="889999801", opened_on=date(2026, 1, 1), by=make.BY
        )
        first, second = prefilled.places(alice.personal_access, TODAY)
        assert (first.site, first.lacks_access) == (alice.site, False)
        assert (second.values, second.lacks_access) == (
            {"bsnr": "889999801", "organisation": "Praxis alice"},
            True,
        )

    def test_whoever_directs_alone_asks_for_no_practice_access(self, alice: make.Member) -> None:
        site = members.enter_practice(bsnr="879999900", name="MVZ", kind=Practice.Kind.MVZ, by=make.BY)
        members.enter_direction(
            practice=site.practice, person=alice.person, from_on=TODAY, by=make.BY, now=NOW
        )
        found = {one.site: one.lacks_access for one in prefilled.places(alice.personal_access, TODAY)}
        assert found == {alice.site: False, site: False}

    def test_people_without_an_access_and_what_they_are_there(self, alice: make.Member) -> None:
        bob = make.settled("bob")
        clara = members.enter_person(lanr="246801101", name="Dr. Clara", by=make.BY)
        for person in (bob.person, clara):
            members.enter_employment(
                practice=alice.site.practice,
                person=person,
                kind=Employment.Kind.AUTHORISED,
                from_on=TODAY,
                by=make.BY,
                now=NOW,
            )
        (found,) = prefilled.colleagues(alice.personal_access, TODAY)
        assert (found.person, found.role) == (clara, Role.AUTHORISED)
        partner = make.own_too(alice.site.practice, "135791")
        roles = {one.person: one.role for one in prefilled.colleagues(alice.personal_access, TODAY)}
        assert roles == {clara: Role.AUTHORISED, partner: Role.OWNER}
