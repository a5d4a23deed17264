"""What is wrong and what is missing in an application, and which district office it goes to."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from flexnet import configuration
from flexnet.applications import checks, content
from flexnet.applications.kinds import Kind
from flexnet.configuration import Profile
from tests import configured
from tests.applications.forms import COMPLETE, MEMBER

TODAY = date(2026, 4, 14)
OFFICES = tuple(
    configured.office(slug, prefix)
    for slug, prefix in (("chemnitz", "94"), ("dresden", "95"), ("leipzig", "96"))
)


@pytest.fixture
def kvsa() -> Profile:
    return configuration.current().profile


@pytest.fixture
def kvs(kvsa: Profile) -> Profile:
    update = {
        "site_prefixes": ("94", "95", "96", "98"),
        "district_offices": OFFICES,
        "short_name": "KV Sachsen",
    }
    return kvsa.model_copy(update=update)


def wrong(profile: Profile, **values: Any) -> dict[str, str]:
    said = content.read({**MEMBER, **values})
    return {
        problem.field: problem.text
        for problem in checks.wrong(Kind.MEMBER, said, profile=profile, today=TODAY)
    }


def missing(kind: Kind, profile: Profile, **values: Any) -> set[str]:
    said = content.read({**COMPLETE[kind], **values})
    return {problem.field for problem in checks.missing(kind, said, profile=profile)}


@pytest.mark.parametrize("kind", Kind)
def test_nothing_is_wrong_or_missing_in_a_complete_form(kind: Kind, kvsa: Profile, kvs: Profile) -> None:
    profile = kvs if kind is Kind.PORTAL_ACCESS else kvsa
    assert missing(kind, profile) == set()
    said = content.read(COMPLETE[kind])
    assert checks.wrong(kind, said, profile=profile, today=TODAY) == ()


@pytest.mark.parametrize("kind", Kind)
def test_an_empty_form_lacks_everything_and_each_thing_is_named(kind: Kind, kvs: Profile) -> None:
    found = checks.missing(kind, content.NOTHING, profile=kvs)
    assert [problem.field for problem in found] == list(checks.NEEDED[kind])
    assert all(problem.text.startswith("Es fehl") for problem in found)


@pytest.mark.parametrize(
    ("values", "lacking"),
    [
        ({"signed_on": None}, {"signed_on"}),
        ({"email": "", "phone": ""}, {"email"}),
        ({"email": ""}, set()),
        ({"wants_practice_access": False}, set()),
        ({"wants_practice_access": False, "wants_personal_access": False}, {"wants"}),
        ({"name": " \u200b "}, {"name"}),
    ],
)
def test_each_missing_thing_is_named(values: dict[str, Any], lacking: set[str], kvsa: Profile) -> None:
    assert missing(Kind.MEMBER, kvsa, **values) == lacking


@pytest.mark.parametrize(
    ("values", "field", "said"),
    [
        ({"bsnr": "939999900"}, "bsnr", "gehört zur KV Thüringen"),
        ({"bsnr": "999999900"}, "bsnr", "gehört nicht zur KVSA"),
        ({"bsnr": "059999900"}, "bsnr", "gehören zu keiner Kassenärztlichen Vereinigung"),
        ({"bsnr": "87999"}, "bsnr", "genau neun Ziffern"),
        ({"lanr": "123456740"}, "lanr", "Tippfehler"),
        ({"lanr": "999999900"}, "lanr", "ohne Arztnummer"),
        ({"lanr": "888888800"}, "lanr", "frühere Ersatznummer"),
        ({"lanr": "555555501"}, "lanr", "Ersatznummern für Krankenhausärzte"),
        ({"postcode": "0684"}, "postcode", "fünf Ziffern"),
        ({"email": "praxis@"}, "email", "keine E-Mail-Adresse"),
        ({"email": "a@b.example, c@d.example"}, "email", "keine E-Mail-Adresse"),
        ({"email": "a@b..example"}, "email", "keine E-Mail-Adresse"),
        ({"phone": "auf Anfrage"}, "phone", "nur mit Ziffern"),
        ({"signed_on": date(2026, 4, 15)}, "signed_on", "in der Zukunft"),
        ({"until_on": date(2026, 3, 31)}, "until_on", "vor dem ersten"),
        ({"role": "employed"}, "wants_practice_access", "wem die Praxis gehört"),
        ({"role": "chief"}, "role", "ob Ihnen die Praxis gehört"),
        ({"name": "x" * 121}, "name", "auf 120 Zeichen"),
        ({"name": "Dr. 😀"}, "name", "„😀“ können wir nicht drucken"),
        ({"organisation": "李"}, "organisation", "„李“ können wir nicht drucken"),
        ({"district_office": "rom"}, "district_office", "kennen wir nicht"),
    ],
)
def test_what_cannot_be_right_is_said(values: dict[str, Any], field: str, said: str, kvsa: Profile) -> None:
    assert said in wrong(kvsa, **values)[field]


def test_whoever_owns_no_practice_may_ask_for_a_personal_access(kvsa: Profile) -> None:
    assert wrong(kvsa, role="employed", wants_practice_access=False) == {}


def test_numbers_are_read_with_blanks_in_them(kvsa: Profile) -> None:
    said = content.read({**MEMBER, "bsnr": " 87 99999 00 ", "lanr": "246801 1 01"})
    assert (said.bsnr, said.lanr) == ("879999900", "246801101")


def test_a_form_says_only_what_a_form_may_say() -> None:
    assert content.read({"number": "A-1", "name": "Dr. Neu", "sent_as": "x"}) == replace(
        content.NOTHING, name="Dr. Neu"
    )


@pytest.mark.parametrize(
    ("bsnr", "office"),
    [("949999900", "chemnitz"), ("959999900", "dresden"), ("969999900", "leipzig"), ("989999900", None)],
)
def test_the_number_names_the_district_office_unless_it_is_the_whole_kvs(
    bsnr: str, office: str | None, kvs: Profile
) -> None:
    found = checks.district_office(bsnr, profile=kvs)
    assert (found.slug if found else None) == office


def test_where_there_are_no_district_offices_none_is_missed(kvsa: Profile) -> None:
    assert "district_office" not in missing(Kind.PORTAL_ACCESS, kvsa, district_office="")
