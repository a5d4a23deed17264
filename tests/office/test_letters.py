"""Letters with user name and first password: who gets them, what stands on which sheet, what stays."""

import re
import uuid
from datetime import date
from io import BytesIO

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from flexnet.access import actions, delegating, sign_in
from flexnet.access.rules import Refusal
from flexnet.accounts.models import Account, Role, WebSession
from flexnet.audit.models import Event
from flexnet.members import addresses
from flexnet.members.addresses import PostalAddress
from flexnet.office import letters
from flexnet.office.letters import Recipient
from tests import configured, make
from tests.office import visiting

pytestmark = pytest.mark.django_db
FIRST_PASSWORD = re.compile(
    r"(?<![\w-])[A-Za-z0-9]{5}-[A-Za-z0-9]{5}-[A-Za-z0-9]{5}(?![\w-])"
)  # three groups, not four
TO = Recipient(["Praxis Alice", "Hauptstraße 1", "39104 Magdeburg"], "persönlicher Zugang von Dr. Alice")


@pytest.fixture
def clerk(db: None) -> Client:
    return visiting.as_(Role.CLERK)


@pytest.fixture
def alice(db: None) -> make.Member:
    who = make.member()
    address = PostalAddress("Hauptstraße 1", "39104", "Magdeburg")
    addresses.register(
        addressee=who.site, address=address, seen=None, from_on=date(2020, 1, 1), by=make.BY, now=make.NOW
    )
    return who


def text_of(document: bytes) -> str:
    [page] = PdfReader(BytesIO(document)).pages
    return page.extract_text()


def drawn(client: Client, user_name: str) -> str:
    answer = client.post(reverse("password-letter", args=[user_name]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "no-store"
    return text_of(answer.content)


def opens(user_name: str, password: str) -> bool:
    found = sign_in.to_portal(user_name=user_name, password=password, source=make.SOURCE, now=make.NOW)
    return not isinstance(found, Refusal)


def test_the_password_on_the_sheet_opens_and_the_one_before_it_does_not(
    clerk: Client, alice: make.Member
) -> None:
    sheet = drawn(clerk, "alice")
    (password,) = FIRST_PASSWORD.findall(sheet)
    assert opens("alice", password)
    assert not opens("alice", alice.personal_password)
    (again,) = FIRST_PASSWORD.findall(drawn(clerk, "alice"))
    assert opens("alice", again)
    assert not opens("alice", password)


def test_it_goes_to_the_registered_address(clerk: Client, alice: make.Member) -> None:
    sheet = drawn(clerk, "alice")
    for line in ("Praxis alice", "Dr. alice", "Hauptstraße 1", "39104 Magdeburg", "12. Mai 2026"):
        assert line in sheet


def test_where_letters_travel_apart_no_sheet_says_both(clerk: Client, alice: make.Member) -> None:
    sheet = drawn(clerk, "alice-praxis")
    assert "alice-praxis" not in sheet
    assert alice.site.bsnr not in sheet
    named = text_of(clerk.get(reverse("user-name-letter", args=["alice-praxis"])).content)
    assert "alice-praxis" in named
    assert not FIRST_PASSWORD.search(named)


def test_where_they_travel_together_one_sheet_says_both(
    clerk: Client, alice: make.Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured.change(monkeypatch, profile={"letters": "together"})
    sheet = drawn(clerk, "alice-praxis")
    assert "alice-praxis" in sheet
    assert FIRST_PASSWORD.search(sheet)
    assert clerk.get(reverse("user-name-letter", args=["alice-praxis"])).status_code == 404


def test_of_the_password_nothing_is_left_but_its_hash(clerk: Client, alice: make.Member) -> None:
    (password,) = FIRST_PASSWORD.findall(drawn(clerk, "alice"))
    kept = [
        *Event.objects.values_list("data", flat=True),
        *(str(one.get_decoded()) for one in WebSession.objects.all()),
        *Account.objects.values_list("password", flat=True),
    ]
    assert not any(password in one for one in kept)
    assert Event.objects.filter(kind="letter.drawn", subject="access:alice", by="office:clara").count() == 1


def test_whoever_chose_a_password_needs_no_first_one(clerk: Client, alice: make.Member) -> None:
    account = alice.personal_access.account
    old = alice.personal_password
    assert (
        actions.change_password(account=account, old=old, new=make.PASSWORD, by=make.BY, now=make.NOW) is None
    )
    answer = clerk.post(reverse("password-letter", args=["alice"]), follow=True)
    assert "Briefe sind keine mehr nötig." in answer.text
    assert opens("alice", make.PASSWORD)


def test_without_an_address_there_is_no_letter(clerk: Client) -> None:
    who = make.member("bob")
    assert "Es gibt noch keine Anschrift" in clerk.get(reverse("access-letters", args=["bob"])).text
    assert clerk.post(reverse("password-letter", args=["bob"])).status_code == 404
    assert opens("bob", who.personal_password)


def test_it_is_asked_once_more_who_is_there_before_a_password_is_born(
    clerk: Client, alice: make.Member, clock: time_machine.Traveller
) -> None:
    clock.shift(360)
    answer = clerk.post(reverse("password-letter", args=["alice"]))
    assert "Bitte bestätigen Sie, dass Sie es sind" in answer.text
    assert opens("alice", alice.personal_password)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.CLERK])
def test_nobody_but_clerks_makes_letters(alice: make.Member, role: Role) -> None:
    client = visiting.as_(role)
    assert client.post(reverse("password-letter", args=["alice"])).status_code == 404
    assert opens("alice", alice.personal_password)


def test_a_sheet_is_made_for_the_archive_and_for_screen_readers(alice: make.Member) -> None:
    document = PdfReader(BytesIO(letters.user_name(alice.personal_access, TO, now=make.NOW)))
    metadata = document.xmp_metadata
    assert metadata is not None
    assert (metadata.pdfaid_part, metadata.pdfaid_conformance) == ("2", "B")
    assert document.metadata is not None
    assert document.metadata.title == "Ihr Zugang: Benutzername"


def test_what_a_member_opened_for_staff_is_a_task_until_its_letter_is_drawn(
    clerk: Client, alice: make.Member
) -> None:
    opened = delegating.open_access(
        member=alice.personal_access, holder="Carol", hands_in=True, number=uuid.uuid4(), now=make.NOW
    )
    url = reverse("access-letters", args=[opened])
    assert f'href="{url}"' in clerk.get("/?art=credentials").text
    sheet = drawn(clerk, str(opened))
    assert "Mitarbeiterzugang von Carol" in sheet
    (password,) = FIRST_PASSWORD.findall(sheet)
    assert opens(str(opened), password)
    assert f'href="{url}"' not in clerk.get("/?art=credentials").text
