"""Providers in the office: what holds, what is to be decided, whom it concerns, how they are told."""

import html
from datetime import timedelta

import pytest
from django.test import Client

from flexnet.access.models import Access
from flexnet.accounts.models import Role
from flexnet.correspondence import queries as correspondence
from flexnet.members.models import Site
from flexnet.post import writings
from flexnet.post.models import Writing
from flexnet.publications import actions, queries
from flexnet.publications.models import Range, Stop
from tests import configured, make
from tests.office import visiting
from tests.publications import participants
from tests.publications.participants import DAY, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> Client:
    return visiting.signed_in(make.colleague(Role.CLERK))


def use(access: Access, row: Range, days: int = 1) -> None:
    actions.note_use(provider_id=row.provider_id, access=access, now=make.NOW - timedelta(days=days))


def done(clerk: Client, url: str, **typed: object) -> str:
    """What the page says after an act was confirmed."""
    return html.unescape(clerk.post(url, {**typed, "confirmed": "1"}, follow=True).text)


@pytest.mark.parametrize(
    ("network", "said"),
    [
        ("10.85.1.0/16", "Meinen Sie 10.85.0.0/16?"),
        ("<b>", "Das ist kein Netz."),
        ("10.0.0.0/8", "Erlaubt ist höchstens /12."),
        ("10.80.4.0/24", "Das Netz überschneidet sich mit 10.80.0.0/16 (Netz AG)."),
        ("127.0.0.0/24", "für anderes reserviert"),
    ],
)
def test_a_range_that_cannot_be_is_said_beside_what_was_typed(clerk: Client, network: str, said: str) -> None:
    participants.come_from()
    url = f"/anbieter/{participants.provider('Beta Netz').pk}/bereich/"
    answer = clerk.post(url, {"network": network, "from_on": "2026-05-01", "until_on": ""})
    assert answer.status_code == 422
    assert said in html.unescape(answer.text)
    assert html.escape(network) in answer.text
    assert Range.objects.count() == 1


def test_from_the_end_of_a_certificate_to_the_end_of_its_ranges(clerk: Client) -> None:
    whose = participants.provider(until_on=TODAY)
    row = participants.enter(whose)
    alice = make.settled()
    use(alice.practice_access, row)
    whose.certificates.update(until_on=TODAY - DAY)
    assert "Festlegen, wann die Bereiche eines Anbieters enden" in clerk.get("/").text
    page = f"/anbieter/{whose.pk}/"
    assert "Nicht mehr zertifiziert, die Netze gelten noch" in clerk.get(page).text

    assert "Festgelegt." in done(clerk, f"{page}ende/", stops_on="2026-06-01", reason="KBV")
    stop = Stop.objects.get()
    assert "Betroffene eines Anbieters anschreiben" in clerk.get("/").text
    assert "alice-praxis" in clerk.get(f"{page}betroffene/").text
    assert '"alice-praxis"' in clerk.get(f"{page}betroffene.csv").getvalue().decode()

    write = f"/anbieter/ende/{stop.pk}/schreiben/"
    typed = {"subject": "Ihr Anschluss endet", "text": "Bis Juni."}
    assert "an 1 Praxis" in html.unescape(clerk.post(write, typed).text)
    assert "Gesendet: 1." in done(clerk, write, **typed)
    assert "Gesendet: 0." in done(clerk, write, **typed)
    [line] = correspondence.lines_for(alice.practice_access, make.NOW)
    assert line.subject == "Ihr Anschluss endet"

    assert "gilt." in done(clerk, f"/anbieter/ende/{stop.pk}/angeschrieben/", on=f"{TODAY:%Y-%m-%d}")
    assert queries.desk_providers(make.NOW) == []
    assert "Angeschrieben am" in clerk.get(page).text


def test_whoever_comes_by_several_practices_reads_it_in_each_and_strangers_do_not(clerk: Client) -> None:
    row = participants.come_from()
    alice, bob, dora = make.settled(), make.member("bob"), make.third_party()
    for access in (alice.personal_access, make.employee(alice.practice_access), dora):
        use(access, row)
    use(bob.practice_access, row, days=91)
    stop = f"/anbieter/{row.provider_id}/ende/"
    done(clerk, stop, stops_on="2026-06-01", reason="KBV")
    write = f"/anbieter/ende/{Stop.objects.get().pk}/schreiben/"
    assert "Gesendet: 2." in done(clerk, write, subject="Ende", text="Bald.")
    assert len(correspondence.lines_for(dora, make.NOW)) == 1
    assert correspondence.lines_for(bob.practice_access, make.NOW) == []


def test_who_hears_by_no_mail_gets_one_letter_until_the_stop_is_called_off(
    clerk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured.change(monkeypatch, mail={"server": "127.0.0.1:25"})
    row = participants.come_from()
    alice, bob = make.settled(), make.settled("bob")
    for access in (alice.practice_access, alice.personal_access, bob.practice_access):
        use(access, row)
    Site.objects.filter(pk=bob.site.pk).update(email="praxis@bob.example")
    Site.objects.filter(pk=alice.site.pk).update(email="")
    done(clerk, f"/anbieter/{row.provider_id}/ende/", stops_on="2026-06-01", reason="KBV")
    stop = Stop.objects.get()
    url = f"/anbieter/ende/{stop.pk}/briefe/"
    page = html.unescape(clerk.get(url).text)
    assert "über Netz AG erreichen Sie unser Portal KVSAonline nur noch bis zum 31. Mai 2026." in page
    typed = {"subject": "Ihr Anschluss endet", "text": "bis zum 31. Mai 2026."}
    assert "Es wird 1 Brief." in html.unescape(clerk.post(url, typed).text)
    assert "Briefe unter „Post“: 1." in done(clerk, url, **typed)
    assert "Briefe unter „Post“: 0." in done(clerk, url, **typed)
    letter = Writing.objects.get()
    assert letter.access in (alice.practice_access, alice.personal_access)
    assert "Schreiben der KV" in clerk.get("/post/").text
    assert "Abgesagt." in done(clerk, f"/anbieter/ende/{stop.pk}/absagen/", reason="Irrtum")
    letter.refresh_from_db()
    assert letter.cancelled_at
    assert "Schreiben der KV" not in clerk.get("/post/").text


def test_a_letter_that_is_too_long_for_a_sheet_is_refused_and_kept(clerk: Client) -> None:
    row = participants.come_from()
    use(make.settled().practice_access, row)
    done(clerk, f"/anbieter/{row.provider_id}/ende/", stops_on="2026-06-01", reason="KBV")
    text = "x" * (writings.LONGEST_TEXT + 1)
    answer = clerk.post(f"/anbieter/ende/{Stop.objects.get().pk}/briefe/", {"subject": "Ende", "text": text})
    assert (answer.status_code, text in answer.text) == (422, True)
    assert not Writing.objects.exists()


def test_at_once_needs_a_reason_and_says_whom_it_puts_out(clerk: Client) -> None:
    row = participants.come_from()
    url = f"/anbieter/{row.provider_id}/sofort/"
    assert clerk.post(url, {"reason": " "}).status_code == 422
    said = html.unescape(clerk.post(url, {"reason": "Einbruch"}).text)
    assert "Ab sofort kommt über Netz AG niemand mehr ins Portal." in said
    assert not Stop.objects.exists()
    assert "niemand mehr" in done(clerk, url, reason="Einbruch")
    assert Stop.objects.get().is_extraordinary
