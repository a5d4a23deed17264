"""Mails in the office: what was sent, what waits, what could not be delivered and what is done about it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from flexnet.accounts.models import Role
from flexnet.audit import timeline
from flexnet.audit.models import Event
from flexnet.mail.kinds import Kind
from flexnet.mail.models import Mail, Trouble
from flexnet.office import happening_words, mail_words
from tests import make
from tests.mail.conftest import failed, fresh, queue
from tests.mail.test_sending import LINK, with_link
from tests.office import visiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(db: None) -> Client:
    return visiting.as_(Role.CLERK)


def test_every_kind_of_mail_and_every_trouble_has_words() -> None:
    assert set(happening_words.MAILS) == set(Kind)
    assert set(mail_words.TROUBLES) == set(Trouble)


def test_the_list_is_narrowed_by_where_a_mail_stands_and_to_whom_it_goes(clerk: Client) -> None:
    failed("lock:1")
    queue("lock:2", "zwei@example.org")
    for query, found in (
        ({}, 2),
        ({"state": "given_up"}, 1),
        ({"state": "sent"}, 0),
        ({"to": "ZWEI@"}, 1),
        ({"kind": "software_link"}, 0),
        ({"state": "quatsch"}, 2),
    ):
        page = clerk.get(reverse("mails"), query).text
        assert page.count('<th scope="row">') == found, query


def test_a_mail_is_shown_as_it_was_written_but_its_link_is_its_readers_alone(clerk: Client) -> None:
    row = queue(about="<b>Praxis</b>")
    page = clerk.get(reverse("mail", args=[row.pk])).text
    assert "&lt;b&gt;Praxis&lt;/b&gt;: Wir haben am" in page
    assert "Als erledigt vermerken" not in page
    assert 'href="/zugang/alice/"' in page
    page = clerk.get(reverse("mail", args=[with_link().pk])).text
    assert "[Dieser Link ist nur für den Empfänger.]" in page
    assert LINK not in page


def test_what_did_not_arrive_lies_on_the_desk_until_somebody_sees_to_it(clerk: Client) -> None:
    row = failed()
    assert "Eine Mail kam nicht an" in clerk.get("/").text
    url = reverse("mail-settle", args=[row.pk])
    wrong = clerk.post(url, {"note": " "})
    assert (wrong.status_code, fresh(row).settled_at) == (422, None)
    assert "Vermerkt" in clerk.post(url, {"note": "angerufen"}, follow=True).text
    assert "Eine Mail kam nicht an" not in clerk.get("/").text
    page = clerk.get(reverse("mail", args=[row.pk])).text
    assert "angerufen" in page
    assert "nicht mehr unter denen" in clerk.post(url, {"note": "noch einmal"}, follow=True).text
    [entry] = timeline.of([row.about]).entries
    assert (entry.event.kind, entry.event.by) == ("mail.settled", "office:clara")


def test_what_did_not_arrive_is_sent_once_more(clerk: Client) -> None:
    row = failed()
    url = reverse("mail-try-again", args=[row.pk])
    assert "geht noch einmal hinaus" in clerk.post(url, follow=True).text
    assert fresh(row).next_at == make.NOW
    assert "nicht mehr unter denen" in clerk.post(url, follow=True).text
    assert Event.objects.filter(kind="mail.tried_again").count() == 1


def test_who_runs_the_machines_is_told_when_no_mail_goes_out() -> None:
    row, it, said = queue(), visiting.as_(Role.IT, name="ida"), "Mails gehen nicht hinaus"
    assert said not in it.get("/").text
    Mail.objects.update(queued_at=make.NOW - timedelta(minutes=61))
    assert said in it.get("/").text
    Mail.objects.filter(pk=row.pk).update(tried_at=make.NOW)
    assert said not in it.get("/").text
