"""The first administrator, and whoever cannot get in any more: entered by command."""

import pytest

from flexnet.accounts import staff_queries
from flexnet.accounts.models import Role
from flexnet.audit.models import Event
from tests import make
from tests.cli.test_commands import answered, done, refused

pytestmark = pytest.mark.django_db
WHO = ("--user-name", "ada")


def test_somebody_is_entered_with_roles_and_credentials_that_are_shown_once() -> None:
    roles = ("--role", "administrator", "--role", "clerk")
    issued = answered("staff", "add", *WHO, "--name", "Ada Beispiel", *roles)
    assert set(issued) == {"user_name", "initial_password", "enrolment_code"}
    assert staff_queries.named("ada").roles == {Role.ADMINISTRATOR, Role.CLERK}
    entry = Event.objects.get(kind="staff.entered")
    assert entry.by.startswith("cli:")
    assert "Ada" not in entry.data


def test_new_credentials_and_an_end() -> None:
    make.colleague(Role.CLERK, name="ada")
    assert answered("staff", "reset", *WHO, "--reason", "Telefon weg")["user_name"] == "ada"
    assert "cannot get in any more" in done("staff", "end", *WHO, "--reason", "gekündigt")
    assert "does not work here any more" in refused("staff", "end", *WHO, "--reason", "noch einmal")


def test_what_is_wrong_is_told() -> None:
    assert "Nobody called ada works here" in refused("staff", "reset", *WHO, "--reason", "x")
    assert "Error" in refused("staff", "add", *WHO, "--name", "Ada", "--role", "king", status=2)
    make.colleague(Role.ADMINISTRATOR, name="ada")
    assert "Nobody would be left who manages staff" in refused("staff", "end", *WHO, "--reason", "x")
