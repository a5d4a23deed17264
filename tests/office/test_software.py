"""Requests for client software in the office: from the mail that nobody understands to the link."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from flexnet.accounts.models import Role
from flexnet.mail.models import Mail
from flexnet.members.models import Site
from flexnet.software import links, mail_reading, reading
from flexnet.software.models import SoftwareRequest
from flexnet.software.ranges import Span
from tests import configured, make
from tests.office import visiting
from tests.software import giving_out
from tests.software.test_mail_reading import mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    configured.change(monkeypatch, software={"store": tmp_path / "store"})
    return visiting.as_(Role.CLERK)


@pytest.fixture
def practice(clerk: Client) -> Site:
    return giving_out.practice()


def act(client: Client, name: str, number: int, **typed: str) -> visiting.Answer:
    url = reverse(name, args=[number])
    asked = client.post(url, typed)
    assert asked.context["once"], asked.text
    return client.post(url, typed | {"once": asked.context["once"], "confirmed": "yes"}, follow=True)


def test_a_mail_that_is_not_clear_becomes_a_task_and_a_link_to_the_registered_address(
    clerk: Client, practice: Site, tmp_path: Path
) -> None:
    release = giving_out.release(tmp_path)
    reading.receive(mail_reading.read(mail("<b>Bitte</b> Software für uns")), make.NOW)
    row = SoftwareRequest.objects.get()
    assert "Anfrage nach Software klären" in clerk.get(reverse("desk")).text
    page = clerk.get(reverse("software-request", args=[row.pk])).text
    assert "&lt;b&gt;Bitte&lt;/b&gt; Software" in page
    act(clerk, "software-clarify", row.pk, bsnr=practice.bsnr, system="windows")
    told = act(clerk, "software-send", row.pk).text
    assert "Der Link ist unterwegs an praxis@example.org." in told
    assert "0 von 3 Mal" in told
    permit = links.permitted(
        giving_out.downloading(release, giving_out.token_in(Mail.objects.get())), make.NOW
    )
    assert permit is not None
    links.begin(permit, make.NOW)
    links.note_given(permit, Span(0, release.size // 2), is_taken=False, now=make.NOW)
    page = clerk.get(reverse("software-request", args=[row.pk])).text
    assert "Download abgebrochen" in page
    assert "bei 50 %" in page
    assert release.sha256 not in page


def test_without_address_or_release_it_is_said_why(clerk: Client, tmp_path: Path) -> None:
    silent = giving_out.practice(email="")
    row = giving_out.asked(silent)
    assert "keine E-Mail-Adresse eingetragen" in clerk.get(reverse("software-request", args=[row.pk])).text
    for said in ("keine Software veröffentlicht", "keine E-Mail-Adresse eingetragen"):
        url = reverse("software-send", args=[row.pk])
        answer = clerk.post(url, {"confirmed": "yes"})
        assert answer.status_code == 422
        assert said in answer.text
        giving_out.release(tmp_path)


def test_a_release_is_withdrawn_and_stays_to_be_seen(clerk: Client, tmp_path: Path) -> None:
    row = giving_out.release(tmp_path)
    page = act(clerk, "software-withdraw", row.pk, reason="Sicherheitslücke").text
    assert "Sicherheitslücke" in page
    assert row.sha256 in page
    assert reverse("software-withdraw", args=[row.pk]) not in page
