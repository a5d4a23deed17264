"""From the form to the letters: what becomes of an application, step by step."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from flexnet.access import queries as accesses
from flexnet.access.models import Access
from flexnet.access.rules import Channel as Door
from flexnet.access.rules import Granted
from flexnet.applications import actions, queries
from flexnet.applications.actions import Approved, Wrong
from flexnet.applications.errors import NoSuchApplication
from flexnet.applications.kinds import Act, Channel, Kind, Status, StepKind
from flexnet.applications.models import Application
from flexnet.applications.rules import Refused, Why
from flexnet.audit import queries as trail
from flexnet.audit.models import Event
from flexnet.members import actions as members
from flexnet.members import queries as members_queries
from flexnet.members.models import Address, Person, Practice, Site, ThirdParty
from tests import configured, make
from tests.applications import forms

pytestmark = pytest.mark.django_db
ACT: dict[str, Any] = {"by": make.BY, "now": make.NOW}
MEMBERS_ACTS = [
    Act.ENTER_PRACTICE,
    Act.REGISTER_ADDRESS,
    Act.ENTER_PERSON,
    Act.ENTER_OWNERSHIP,
    Act.ENTER_ACTIVITY,
    Act.ENTER_DECLARATION,
    Act.OPEN_PRACTICE_ACCESS,
    Act.OPEN_PERSONAL_ACCESS,
]
REASON = "Es fehlt die Unterschrift."
ENDINGS: dict[StepKind, Callable[..., Application | Refused]] = {
    StepKind.SENT_BACK: actions.send_back,
    StepKind.REFUSED: actions.refuse,
    StepKind.WITHDRAWN: actions.withdraw,
}


def approve(row: Application, **values: Any) -> Approved | Refused:
    return actions.approve(application=row, seen=len(queries.steps(row)), **{**ACT, **values})


def approved(row: Application, **values: Any) -> Approved:
    found = approve(row, **values)
    assert isinstance(found, Approved), found
    return found


def end(kind: StepKind, row: Application, *, reason: str = REASON) -> Application | Refused:
    return ENDINGS[kind](application=row, reason=reason, seen=len(queries.steps(row)), **ACT)


def test_an_application_is_received_with_a_number_and_waits_for_a_clerk() -> None:
    row = forms.received()
    assert row.number.startswith("A-2026-00001-")
    assert queries.status(row) is Status.RECEIVED
    assert [desk.application for desk in queries.desk_applications()] == [row]


def test_it_is_found_by_its_number_as_people_type_it() -> None:
    row = forms.received()
    assert queries.application(f" {row.number.lower()} ") == row
    with pytest.raises(NoSuchApplication):
        queries.application("A-2026-99999-0")


def test_what_is_wrong_is_not_kept() -> None:
    found = forms.receive(lanr="123456740")
    assert isinstance(found, Wrong)
    assert [problem.field for problem in found.problems] == ["lanr"]
    assert not Application.objects.exists()


def test_what_is_unsigned_waits_for_the_signature_and_not_on_the_desk() -> None:
    row = forms.received(channel=Channel.PUBLIC, signed_on=None)
    assert queries.status(row) is Status.UNSIGNED
    assert queries.desk_applications() == []
    assert list(queries.open_ones()) == [row]
    signed = complete(row, signed_on=date(2026, 4, 12))
    assert isinstance(signed, Application)
    assert queries.status(signed) is Status.RECEIVED


def complete(row: Application, **values: Any) -> Application | Wrong | Refused:
    return actions.complete(
        application=row, values=values, received_on=make.NOW.date(), seen=len(queries.steps(row)), **ACT
    )


def test_sent_twice_under_the_same_key_it_is_one() -> None:
    key = uuid.uuid4()
    make.terms()
    once, again = (
        actions.receive(
            kind=Kind.MEMBER,
            channel=Channel.PUBLIC,
            values=forms.MEMBER,
            received_on=make.NOW.date(),
            sent_as=key,
            **ACT,
        )
        for _ in range(2)
    )
    assert once == again
    assert Application.objects.count() == 1
    assert Event.objects.filter(kind="application.received").count() == 1


def test_others_open_for_the_same_site_and_person_are_shown_and_neither_is_refused() -> None:
    """A stranger who applies in somebody's name must not keep that person out."""
    first, second = forms.received(), forms.received(organisation="Praxis Falsch")
    forms.received(lanr="123456601")
    assert list(queries.twins(second)) == [first]
    assert [desk.has_twin for desk in queries.desk_applications()] == [True, True, False]
    end(StepKind.REFUSED, first)
    assert not queries.twins(second).exists()


def test_the_desk_asks_as_much_for_many_as_for_one() -> None:
    asked: list[int] = []
    for _ in range(2):
        forms.received()
        forms.received(Kind.THIRD_PARTY)
        with CaptureQueriesContext(connection) as captured:
            assert len(queries.desk_applications()) == 2 * (len(asked) + 1)
        asked.append(len(captured))
    assert asked == [2, 2]


def test_a_third_party_has_a_twin_by_its_name() -> None:
    first, second = (forms.received(Kind.THIRD_PARTY) for _ in range(2))
    forms.received(Kind.THIRD_PARTY, organisation="Anderes Labor")
    assert list(queries.twins(second)) == [first]


def test_sent_back_it_waits_for_the_applicant_until_it_is_completed() -> None:
    row = forms.received(street="", signed_on=None)
    assert [problem.field for problem in queries.missing(row)] == ["street", "signed_on"]
    back = end(StepKind.SENT_BACK, row)
    assert isinstance(back, Application)
    assert queries.status(back) is Status.INCOMPLETE
    assert queries.desk_applications() == []
    whole = complete(back, street="Markt 1", signed_on=forms.SIGNED_ON)
    assert isinstance(whole, Application)
    assert queries.status(whole) is Status.RECEIVED
    assert queries.missing(whole) == ()


@pytest.mark.parametrize("kind", [StepKind.REFUSED, StepKind.WITHDRAWN])
def test_what_is_ended_is_ended(kind: StepKind) -> None:
    row = end(kind, forms.received())
    assert isinstance(row, Application)
    assert queries.status(row).value == kind.value
    for found in (approve(row), complete(row, street="Weg 1"), *(end(one, row) for one in ENDINGS)):
        assert isinstance(found, Refused)
        assert found.why is Why.CLOSED
    assert not Access.objects.exists()


@pytest.mark.parametrize("kind", ENDINGS)
def test_nothing_is_sent_back_or_ended_without_a_reason(kind: StepKind) -> None:
    found = end(kind, forms.received(), reason="  ")
    assert isinstance(found, Refused)
    assert found.why is Why.NO_REASON


def test_of_two_clerks_the_second_is_told_that_somebody_was_there() -> None:
    row = forms.received()
    complete(row, street="Markt 2")
    found = actions.refuse(application=row, reason=REASON, seen=1, **ACT)
    assert isinstance(found, Refused)
    assert found.why is Why.CHANGED_MEANWHILE
    assert queries.status(queries.application(row.number)) is Status.RECEIVED


def test_an_approval_creates_what_its_plan_says_and_answers_what_is_lettered() -> None:
    row = forms.received()
    planned = queries.plan(row, now=make.NOW)
    assert [act for act, _ in planned.acts] == MEMBERS_ACTS
    assert planned.obstacles == ()
    done = approved(row)
    assert queries.status(done.application) is Status.APPROVED
    assert [str(letter.issued.account) for letter in done.letters] == ["p879999900", "a246801101"]
    site = Site.objects.get(bsnr="879999900")
    assert site.practice.name == "Praxis am Markt"
    address = members_queries.address_of(site, make.NOW.date())
    assert address
    assert (address.street, address.postcode, address.town) == ("Markt 1", "06842", "Dessau")
    for letter in done.letters:
        decision = accesses.decide(letter.issued.account, channel=Door.PORTAL, now=make.NOW)
        assert isinstance(decision, Granted)


def test_a_clerk_may_choose_the_user_names() -> None:
    done = approved(forms.received(), user_names={Act.OPEN_PERSONAL_ACCESS: "clara.neu"})
    assert [str(letter.issued.account) for letter in done.letters] == ["p879999900", "clara.neu"]


def test_a_second_owner_joins_the_practice_and_the_names_there_stay() -> None:
    alice = make.member()
    row = forms.received(bsnr=alice.site.bsnr, organisation="Andere Schreibweise")
    planned = queries.plan(row, now=make.NOW)
    assert {Act.ENTER_PRACTICE, Act.OPEN_PRACTICE_ACCESS}.isdisjoint(act for act, _ in planned.acts)
    assert any("„Praxis alice“" in note and "„Andere Schreibweise“" in note for note in planned.notes)
    assert any("Einträgen: Dr. alice. Dr. Clara Neu kommt hinzu" in note for note in planned.notes)
    assert any("„alice-praxis“" in note for note in planned.notes)
    approved(row)
    assert Practice.objects.get(pk=alice.site.practice_id).name == "Praxis alice"
    owners = alice.site.practice.ownerships.values_list("person__name", flat=True)
    assert set(owners) == {"Dr. alice", "Dr. Clara Neu"}


def test_a_person_who_owns_nothing_gets_a_personal_access_and_no_practice() -> None:
    approved(forms.received(role="employed", wants_practice_access=False))
    person = Person.objects.get(lanr="246801101")
    assert not person.ownerships.exists()
    assert person.employments.get().kind == "employed"
    assert person.declarations.count() == 1


def test_letters_keep_going_to_the_address_that_is_registered() -> None:
    """Whoever applies in somebody's name must not lead the letters elsewhere."""
    approved(forms.received(wants_personal_access=False))
    row = forms.received(street="Hinterhof 7", wants_practice_access=False)
    planned = queries.plan(row, now=make.NOW)
    assert not planned.does(Act.REGISTER_ADDRESS)
    assert any("„Markt 1, 06842 Dessau“" in note and "„Hinterhof 7" in note for note in planned.notes)
    approved(row)
    assert Address.objects.get().street == "Markt 1"


def test_a_third_party_is_entered_with_its_interest_and_an_access_for_its_signatory() -> None:
    row = forms.received(Kind.THIRD_PARTY, services="Statistik")
    planned = queries.plan(row, now=make.NOW)
    assert any("einzeln frei: Statistik" in note for note in planned.notes)
    [letter] = approved(row).letters
    party = ThirdParty.objects.get()
    access = Access.objects.get()
    assert party.interest == "Übermittlung der Laborstatistik im Auftrag der KV"
    assert party.declarations.count() == 1
    assert (access.third_party, access.holder, access.is_signatory) == (party, "Dora Dritte", True)
    assert str(letter.issued.account) == "dora.dritte"


def test_another_person_of_a_third_party_gets_an_access_of_its_own() -> None:
    approved(forms.received(Kind.THIRD_PARTY))
    [letter] = approved(forms.received(Kind.THIRD_PARTY, name="Dr. Dora Dritte-Müller")).letters
    assert str(letter.issued.account) == "dora.dritte-muller"
    assert ThirdParty.objects.count() == 1
    assert isinstance(approve(forms.received(Kind.THIRD_PARTY)), Refused)


def test_two_of_one_name_get_different_user_names() -> None:
    for organisation, expected in (("Labor A", "dora.dritte"), ("Labor B", "dora.dritte-2")):
        [letter] = approved(forms.received(Kind.THIRD_PARTY, organisation=organisation)).letters
        assert str(letter.issued.account) == expected


def test_what_is_incomplete_is_not_approved_and_the_clerk_reads_why() -> None:
    found = approve(forms.received(signed_on=None))
    assert isinstance(found, Refused)
    assert found.texts == ("Es fehlt die Unterschrift mit Datum.",)
    assert not Practice.objects.exists()


def test_an_older_version_of_the_terms_must_be_signed_anew() -> None:
    row = forms.received()
    make.terms(2)
    found = approve(row)
    assert isinstance(found, Refused)
    assert found.texts == ("Unterschrieben ist Fassung 1 der Nutzungsbedingungen, in Kraft ist Fassung 2.",)


def test_what_there_is_already_is_not_approved_once_more() -> None:
    approved(forms.received())
    found = approve(forms.received())
    assert isinstance(found, Refused)
    assert "gibt es schon" in found.texts[0]


def test_what_is_approved_is_planned_by_what_is_entered_then() -> None:
    """Somebody enters the practice after the page with the plan was shown."""
    row = forms.received()
    shown = queries.plan(row, now=make.NOW)
    members.enter_practice(bsnr="879999900", name="Praxis am Markt", by=make.BY)
    assert shown.does(Act.ENTER_PRACTICE)
    assert approved(row).letters
    assert Site.objects.filter(bsnr="879999900").count() == 1


def test_an_approval_that_fails_in_the_middle_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    row = forms.received()

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("flexnet.access.actions.open_personal_access", fail)
    with pytest.raises(RuntimeError):
        approve(row)
    assert not Practice.objects.exists()
    assert queries.status(queries.application(row.number)) is Status.RECEIVED


def test_it_goes_to_the_district_office_of_its_number_and_another_may_take_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    offices = tuple(configured.office(slug, prefix) for slug, prefix in (("dessau", "87"), ("halle", "86")))
    configured.change(monkeypatch, profile={"district_offices": offices})
    row = forms.received()
    assert row.district_office == "dessau"
    moved = actions.assign(application=row, district_office="halle", seen=1, **ACT)
    assert isinstance(moved, Application)
    assert queries.desk_applications(district_office="dessau") == []
    assert len(queries.desk_applications(district_office="halle")) == 1
    assert isinstance(actions.assign(application=moved, district_office="rom", seen=2, **ACT), Wrong)


def test_the_trail_says_what_was_changed_and_by_whom_and_forgets_it_on_demand() -> None:
    row = forms.received()
    complete(row, street="Markt 2")
    entry = Event.objects.get(kind="application.completed")
    assert (entry.by, entry.subject) == (make.BY, f"application:{row.number}")
    assert "Markt" not in entry.data
    found = trail.personal(entry)
    assert found
    assert found["changed"] == {"street": ["Markt 1", "Markt 2"]}


@pytest.mark.parametrize(
    ("days", "values", "ended", "goes"),
    [
        (89, {"signed_on": None}, None, False),
        (91, {"signed_on": None}, None, True),
        (91, {}, None, False),
        (91, {}, StepKind.REFUSED, False),
        (366, {}, StepKind.REFUSED, True),
        (366, {}, StepKind.WITHDRAWN, True),
        (366, {}, None, False),
    ],
)
def test_what_came_to_nothing_is_deleted_in_time(
    days: int, values: dict[str, Any], ended: StepKind | None, goes: bool
) -> None:
    row = forms.received(**values)
    if ended:
        end(ended, row)
    assert actions.clear_old(make.NOW + timedelta(days=days)) == int(goes)
    assert Application.objects.exists() is not goes
    entry = Event.objects.get(kind="application.received")
    assert (trail.personal(entry) is None) is goes


def test_what_was_approved_is_kept() -> None:
    approved(forms.received())
    assert actions.clear_old(make.NOW + timedelta(days=4000)) == 0
