"""Who corrects something says what they saw; who saw something older is told, and nothing is overwritten."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from flexnet.audit import queries as trail
from flexnet.audit.models import Event
from flexnet.members import actions, addresses, editing, queries, third_parties
from flexnet.members.addresses import PostalAddress
from flexnet.members.editing import Contact, PersonDetails, PracticeDetails
from flexnet.members.errors import BadEntry, ChangedMeanwhile, Difference
from flexnet.members.models import Address, Person, Practice, Site
from tests import make

pytestmark = pytest.mark.django_db
ACT: dict[str, Any] = {"by": make.BY, "now": make.NOW}
RING = PostalAddress("Doctor-Eisenbart-Ring 2", "39120", "Magdeburg")
WAY = PostalAddress("Breiter Weg 1", "39104", "Magdeburg", extra="Hinterhaus")
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


@pytest.fixture
def site() -> Site:
    return actions.enter_practice(bsnr="889999900", name="Praxis", by=make.BY)


@pytest.fixture
def person() -> Person:
    return actions.enter_person(lanr="123456601", name="Dr. Anna", by=make.BY)


def rename(site: Site, seen: PracticeDetails, name: str) -> None:
    wanted = PracticeDetails(name, Practice.Kind.BAG)
    editing.edit_practice(practice=site.practice, seen=seen, wanted=wanted, by=make.BY)


def test_of_two_clerks_the_second_is_told_what_stands_there(site: Site) -> None:
    seen = PracticeDetails.of(site.practice)
    rename(site, seen, "Gemeinschaftspraxis")
    with pytest.raises(ChangedMeanwhile) as told:
        rename(site, seen, "Berufsausübungsgemeinschaft")
    assert told.value.differences == (
        Difference("name", "Praxis", "Gemeinschaftspraxis", "Berufsausübungsgemeinschaft"),
        Difference("kind", "single", "bag", "bag"),
    )
    assert "name is 'Gemeinschaftspraxis' by now" in str(told.value)
    rename(site, PracticeDetails.of(site.practice), "Berufsausübungsgemeinschaft")
    assert Practice.objects.get().name == "Berufsausübungsgemeinschaft"


def test_a_double_click_changes_once(site: Site) -> None:
    seen = PracticeDetails.of(site.practice)
    for _ in range(2):
        rename(site, seen, "Gemeinschaftspraxis")
    assert Event.objects.filter(kind="practice.edited").count() == 1


def test_before_and_after_stand_in_the_trail_and_can_be_forgotten(person: Person) -> None:
    wanted = PersonDetails("Dr. Anna Beispiel")
    editing.edit_person(person=person, seen=PersonDetails.of(person), wanted=wanted, by=make.BY)
    event = Event.objects.get(kind="person.edited")
    assert trail.personal(event) == {"name": ["Dr. Anna", "Dr. Anna Beispiel"]}
    assert "Anna" not in event.data


def test_a_contact_is_checked(site: Site) -> None:
    for wrong in (Contact(phone="ruf an"), Contact(fax="0391/x"), Contact(email="praxis"), Contact("1" * 41)):
        with pytest.raises(BadEntry):
            editing.edit_contact(site=site, seen=Contact(), wanted=wrong, by=make.BY)
    wanted = Contact("+49 (0)391 627-7000", "0391/62787000", " praxis@example.org ")
    editing.edit_contact(site=site, seen=Contact(), wanted=wanted, by=make.BY)
    assert Contact.of(Site.objects.get()) == replace(wanted, email="praxis@example.org")


@pytest.mark.parametrize("name", ["", "  ", "\u202e", "\x00", "x" * 201])
def test_a_name_says_something(site: Site, person: Person, name: str) -> None:
    seen = PersonDetails.of(person)
    for refused in (
        lambda: editing.edit_person(person=person, seen=seen, wanted=PersonDetails(name), by=make.BY),
        lambda: actions.enter_person(lanr="765432201", name=name, by=make.BY),
        lambda: actions.enter_practice(bsnr="859999900", name=name, by=make.BY),
    ):
        with pytest.raises(BadEntry, match="name"):
            refused()


def test_strange_characters_do_no_harm(site: Site) -> None:
    rename(site, PracticeDetails.of(site.practice), "<b>Praxis</b>\x00\u202e am\n Markt")
    assert Practice.objects.get().name == "<b>Praxis</b> am Markt"


class TestAddresses:
    def register(
        self,
        site: Site,
        address: PostalAddress,
        from_on: date = MARCH,
        *,
        seen: PostalAddress | None = None,
        days: int = 0,
    ) -> Address:
        now = make.NOW + timedelta(days=days)
        return addresses.register(
            addressee=site, address=address, seen=seen, from_on=from_on, by=make.BY, now=now
        )

    def test_one_holds_at_a_time_and_the_former_stay(self, site: Site) -> None:
        self.register(site, RING)
        self.register(site, WAY, APRIL, seen=RING)
        for day, holds in ((date(2026, 2, 28), None), (MARCH, RING), (date(2026, 3, 31), RING), (APRIL, WAY)):
            assert PostalAddress.of(queries.address_of(site, day)) == holds
        assert Address.objects.count() == 2

    def test_what_was_entered_last_counts_of_those_from_the_same_day(self, site: Site) -> None:
        self.register(site, RING)
        self.register(site, WAY, seen=RING)
        assert PostalAddress.of(queries.address_of(site, MARCH)) == WAY

    def test_who_saw_an_older_one_is_told(self, site: Site) -> None:
        self.register(site, RING)
        with pytest.raises(ChangedMeanwhile, match="street"):
            self.register(site, WAY)
        assert Address.objects.count() == 1

    def test_entering_it_again_changes_nothing(self, site: Site) -> None:
        first = self.register(site, RING)
        assert self.register(site, RING) == first
        assert Event.objects.filter(kind="address.registered").count() == 1

    @pytest.mark.parametrize(
        ("from_on", "asked_on", "changed_on"),
        [
            (date(2026, 1, 1), date(2026, 4, 20), date(2026, 4, 14)),  # told late: counts from the entry
            (date(2026, 4, 14), date(2026, 4, 20), date(2026, 4, 14)),
            (date(2026, 4, 18), date(2026, 4, 20), date(2026, 4, 18)),  # told before: counts from its day
            (date(2026, 4, 21), date(2026, 4, 20), None),
        ],
    )
    def test_when_it_changed(
        self, site: Site, from_on: date, asked_on: date, changed_on: date | None
    ) -> None:
        self.register(site, RING, days=-100)
        assert queries.registered([site], asked_on)[site].changed_on is None
        self.register(site, WAY, from_on, seen=RING)
        assert queries.registered([site], asked_on)[site].changed_on == changed_on

    @pytest.mark.parametrize(
        "wrong",
        [
            replace(RING, postcode="3912"),
            replace(RING, postcode="D-39120"),
            replace(RING, street=" "),
            replace(RING, town=""),
            replace(RING, extra="x" * 101),
        ],
    )
    def test_it_is_checked(self, site: Site, wrong: PostalAddress) -> None:
        with pytest.raises(BadEntry):
            self.register(site, wrong)

    def test_a_third_party_has_one_too(self) -> None:
        party = make.third_party().third_party
        assert party is not None
        addresses.register(addressee=party, address=RING, seen=None, from_on=MARCH, **ACT)
        assert PostalAddress.of(queries.address_of(party, MARCH)) == RING


class TestThirdParties:
    DETAILS = third_parties.ThirdPartyDetails("Stelle", "Dora", "Emil", "Sammelabrechnung\nseit 2020")

    @pytest.mark.parametrize("field", ["name", "signatory", "contact", "interest"])
    def test_none_without_the_interest_in_writing_and_who_signs(self, field: str) -> None:
        with pytest.raises(BadEntry):
            third_parties.enter(details=replace(self.DETAILS, **{field: " "}), from_on=MARCH, **ACT)

    def test_who_saw_something_older_is_told(self) -> None:
        party = third_parties.enter(details=self.DETAILS, from_on=MARCH, **ACT)
        edit: Callable[[str], None] = lambda contact: third_parties.edit(  # noqa: E731 - said twice below
            party=party, seen=self.DETAILS, wanted=replace(self.DETAILS, contact=contact), by=make.BY
        )
        edit("Frieda")
        with pytest.raises(ChangedMeanwhile, match="contact"):
            edit("Gustav")
        assert third_parties.ThirdPartyDetails.of(party).interest == "Sammelabrechnung\nseit 2020"
