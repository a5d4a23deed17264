"""Commands for providers and maintenance, told in sentences."""

import re
from collections.abc import Iterator

import pytest
import time_machine
from typer.testing import CliRunner

from flexnet.cli import commands
from flexnet.publications import queries
from flexnet.publications.models import Certificate, Maintenance
from tests import make

pytestmark = pytest.mark.django_db
PERIOD = ("--from", "2026-01-01", "--until", "2027-12-31")


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(make.NOW, tick=False):
        yield


def give(*words: str) -> tuple[int, str]:
    found = CliRunner().invoke(commands.app, list(words))
    return found.exit_code, found.output


def test_a_provider_is_entered_listed_and_withdrawn() -> None:
    status, said = give("provider", "add", "--name", "Netz AG", *PERIOD, "https://netz.example/")
    assert (status, said) == (0, f"Netz AG is certified until 2027-12-31 (certificate {number(said)}).\n")
    assert give("provider", "withdraw", number(said), "--on", "2026-04-14", "--reason", "KBV")[0] == 0
    assert queries.certified(make.NOW.date()) == []
    assert "2026-01-01 to 2027-12-31, withdrawn on 2026-04-14" in give("provider", "list")[1]


def number(said: str) -> str:
    found = re.search(r"certificate (\d+)", said)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("provider", "add", "--name", "Netz AG", *PERIOD, "netz.example"), "is no address of a web site"),
        (("provider", "withdraw", "7", "--on", "2026-04-14", "--reason", "x"), "There is no certificate 7"),
        (("maintenance", "cancel", "7", "--reason", "x"), "There is no maintenance 7"),
    ],
)
def test_what_cannot_be_is_one_sentence(words: tuple[str, ...], said: str) -> None:
    status, told = give(*words)
    assert status == 1
    assert said in told
    assert not Certificate.objects.exists()


def test_maintenance_is_announced_in_german_time_listed_and_cancelled() -> None:
    times = ("--begins", "2026-04-20T18:00", "--ends", "2026-04-20T22:00")
    assert give("maintenance", "announce", *times, "Umzug")[0] == 0
    row = Maintenance.objects.get()
    assert row.begins_at.isoformat() == "2026-04-20T16:00:00+00:00"
    assert "2026-04-20T18:00:00+02:00 to 2026-04-20T22:00:00+02:00: Umzug" in give("maintenance", "list")[1]
    assert give("maintenance", "cancel", str(row.pk), "--reason", "verschoben")[0] == 0
    assert give("maintenance", "list")[1] == ""


def test_a_time_that_is_none_is_refused_with_the_form_it_should_have() -> None:
    status, said = give("maintenance", "announce", "--begins", "abends", "--ends", "2026-04-20T22:00", "x")
    assert status == 2
    assert "2026-04-01T18:00" in said
