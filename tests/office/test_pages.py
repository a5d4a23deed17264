"""The practice's page and the access's: what stands on them, for whom, in how many queries."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from flexnet.access import endings, locking
from flexnet.access.models import Lock, Notice
from flexnet.accounts.models import Role
from flexnet.audit import timeline
from flexnet.members import addresses, editing, notes
from tests import configured, make
from tests.office import visiting

pytestmark = pytest.mark.django_db
MARK = "<b>\u202e&"


@pytest.fixture
def alice() -> make.Member:
    return make.settled()


@pytest.fixture
def clerk(alice: make.Member) -> Client:
    return visiting.as_(Role.CLERK)


def practice_of(who: make.Member) -> str:
    return reverse("practice", args=[who.site.practice_id])


def grown(who: make.Member) -> None:
    """Much more of everything than before."""
    practice = who.site.practice
    for number in range(5):
        make.employee(who.practice_access, f"carol{number}")
        notes.write(practice=practice, text=f"Notiz {number}", by=make.BY, now=make.NOW)
        name = f"Praxis {number}"
        seen = editing.PracticeDetails.of(practice)
        wanted = editing.PracticeDetails(name, practice.Kind.BAG)
        editing.edit_practice(practice=practice, seen=seen, wanted=wanted, by=make.BY)
        make.own_too(practice, f"12345{number}")


class TestPractice:
    """One page with all of it."""

    def test_its_accesses_say_in_one_line_whether_and_why_not(
        self, alice: make.Member, clerk: Client
    ) -> None:
        lock = locking.of(alice.personal_access, cause=Lock.Cause.LOSS, now=make.NOW)
        locking.impose_lock(lock, by=make.BY, reason="verloren")
        text = clerk.get(practice_of(alice)).text
        assert "Es steht nichts im Weg." in text
        assert "Der Zugang oder die ganze Praxis ist gesperrt. Seit 14.04.2026, 10:00 Uhr." in text

    def test_what_comes_is_said_with_its_day(self, alice: make.Member, clerk: Client) -> None:
        kind = Notice.Kind.MEMBER
        endings.give_notice(
            access=alice.practice_access,
            kind=kind,
            received_on=make.NOW.date(),
            by=make.BY,
            reason="",
            now=make.NOW,
        )
        assert "29.04.2026, 00:00 Uhr" in clerk.get(practice_of(alice)).text

    def test_former_addresses_stay(self, alice: make.Member, clerk: Client) -> None:
        new, old = (addresses.PostalAddress(street, "39104", "Magdeburg") for street in ("Neu 1", "Alt 1"))
        for address, seen, since in ((old, None, date(2020, 1, 1)), (new, old, date(2026, 1, 1))):
            addresses.register(
                addressee=alice.site, address=address, seen=seen, from_on=since, by=make.BY, now=make.NOW
            )
        text = clerk.get(practice_of(alice)).text
        assert text.index("Neu 1, 39104") < text.index("Andere Anschriften") < text.index("Alt 1, 39104")

    def test_live_connections_and_former_ones(self, alice: make.Member, clerk: Client) -> None:
        door = make.door(alice)
        door.open()
        assert "Jetzt verbunden" in clerk.get(practice_of(alice)).text
        door.hang_up(now=make.NOW)
        text = clerk.get(practice_of(alice)).text
        assert "Jetzt verbunden" not in text
        assert "gw1" in text

    def test_a_change_stands_there_with_before_and_after(self, alice: make.Member, clerk: Client) -> None:
        practice = alice.site.practice
        seen, wanted = (
            editing.PracticeDetails(name, practice.Kind.SINGLE) for name in ("Praxis alice", MARK)
        )
        editing.edit_practice(practice=practice, seen=seen, wanted=wanted, by="office:clara")
        text = clerk.get(practice_of(alice)).text
        assert "<del><span" in text
        assert "Praxis alice</del>" in text
        assert "&lt;b&gt;&amp;</ins>" in text
        assert "clara, Mitgliederverwaltung" in text

    def test_the_timeline_goes_back_page_by_page(self, alice: make.Member, clerk: Client) -> None:
        for number in range(2 * timeline.PAGE):
            notes.write(practice=alice.site.practice, text=f"{number}", by=make.BY, now=make.NOW)
        first = clerk.get(practice_of(alice))
        assert first.text.count("timeline-at") == 2 * timeline.PAGE + timeline.PAGE
        second = clerk.get(f"{practice_of(alice)}?{first.context['happened'].older}").context["happened"]
        assert not second.is_first
        assert {line.number for line in second.lines}.isdisjoint(
            {line.number for line in first.context["happened"].lines}
        )

    def test_the_timeline_is_narrowed_by_the_address(self, alice: make.Member, clerk: Client) -> None:
        practice, url = alice.site.practice, practice_of(alice)
        for number in range(timeline.PAGE + 1):
            notes.write(practice=practice, text=f"{number}", by="office:berta", now=make.NOW)

        def shown(**asked: str) -> list[str]:
            return [line.what for line in clerk.get(url, asked).context["happened"].lines]

        whole = set(shown())
        written = ["Notiz geschrieben"] * timeline.PAGE
        assert shown(wer="berta") == shown(wer="berta", art="angaben") == written
        first = clerk.get(url, {"wer": "berta"}).context["happened"]
        (last,) = clerk.get(f"{url}?{first.older}").context["happened"].lines
        assert last.what == "Notiz geschrieben"
        assert shown(art="yubikey") == ["YubiKey zugeordnet", "YubiKey aufgenommen"]
        assert shown(bis="2026-04-13") == shown(wer="niemand") == []
        assert set(shown(von="2026-04-14", bis="14.04.2026")) == whole
        answer = clerk.get(url, {"von": "gestern", "art": "zoo"})
        assert "Das ist kein Tag." in answer.text
        assert answer.context["happened"].lines

    @pytest.mark.parametrize("older", ["x", "-1", "9" * 40, "²", "0"])
    def test_a_wrong_place_in_the_timeline_does_no_harm(
        self, alice: make.Member, clerk: Client, older: str
    ) -> None:
        assert clerk.get(practice_of(alice), {"vor": older}).status_code == 200

    def test_however_much_there_is_the_queries_stay_as_few(
        self, alice: make.Member, clerk: Client, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        url = practice_of(alice)
        with django_assert_num_queries(39):
            clerk.get(url)
        grown(alice)
        with django_assert_num_queries(40):  # one more opens what is personal in the timeline
            assert "carol4" in clerk.get(url).text

    def test_a_site_leads_to_its_practice(self, alice: make.Member, clerk: Client) -> None:
        answer = clerk.get(reverse("site-by-bsnr", args=["889999900"]))
        assert answer["Location"] == practice_of(alice)
        assert clerk.get(reverse("site-by-bsnr", args=["859999900"])).status_code == 404


class TestAccess:
    """May it, why, what comes."""

    def test_each_door_is_answered(self, alice: make.Member, clerk: Client) -> None:
        text = clerk.get("/zugang/alice-praxis/").text
        for door in ("Verbindung über KV-FlexNet", "Anmeldung im Portal", "Abrechnung einreichen"):
            assert door in text
        assert "Verbindung über KV-FlexNet" not in clerk.get("/zugang/alice/").text

    def test_what_the_member_reads_is_what_the_clerk_can_read_out(
        self, alice: make.Member, clerk: Client
    ) -> None:
        lock = locking.of(alice.practice_access, cause=Lock.Cause.LOSS, now=make.NOW)
        locking.impose_lock(lock, by=make.BY, reason="verloren")
        assert "Ihr Zugang ist gesperrt. Rufen Sie uns bitte an." in clerk.get("/zugang/alice-praxis/").text

    def test_the_telephone_page_answers_for_a_day(self, alice: make.Member, clerk: Client) -> None:
        kind = Notice.Kind.MEMBER
        endings.give_notice(
            access=alice.practice_access,
            kind=kind,
            received_on=make.NOW.date(),
            by=make.BY,
            reason="",
            now=make.NOW,
        )
        url = reverse("access-why", args=["alice-praxis"])
        assert "Kann sich anmelden" in clerk.get(url, {"am": "2026-04-28"}).text
        assert "Kann sich anmelden" not in clerk.get(url, {"am": "2026-04-29"}).text
        assert "Gekündigt" in clerk.get(url, {"am": "29.04.2026"}).text

    def test_a_day_that_is_none_is_told(self, alice: make.Member, clerk: Client) -> None:
        answer = clerk.get(reverse("access-why", args=["alice-praxis"]), {"am": "31.02.2026"})
        assert answer.status_code == 422
        assert "Das ist kein Tag." in answer.text
        assert 'value="31.02.2026"' in answer.text

    def test_however_much_there_is_the_queries_stay_as_few(
        self, alice: make.Member, clerk: Client, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        with django_assert_num_queries(27):
            clerk.get("/zugang/alice-praxis/")
        grown(alice)
        for _ in range(5):
            lock = locking.of(alice.practice_access, cause=Lock.Cause.LOSS, now=make.NOW)
            locking.impose_lock(lock, by=make.BY, reason="verloren")
        with django_assert_num_queries(27):
            clerk.get("/zugang/alice-praxis/")

    def test_unknown_is_not_there(self, alice: make.Member, clerk: Client) -> None:
        for name in ("nobody", "<b>", "a\u202e"):
            assert clerk.get(reverse("access", args=[name])).status_code == 404


@pytest.mark.parametrize("role", [Role.RECEPTION, Role.KEY_DESK, Role.IT, Role.AUDITOR])
def test_others_may_read_all_of_it(alice: make.Member, role: Role) -> None:
    client = visiting.as_(role)
    for url in (practice_of(alice), "/zugang/alice-praxis/", "/zugang/alice-praxis/auskunft/"):
        assert client.get(url).status_code == 200


def test_the_administrator_of_staff_sees_none_of_it(alice: make.Member) -> None:
    client = visiting.as_(Role.ADMINISTRATOR)
    for url in (practice_of(alice), "/zugang/alice-praxis/"):
        assert client.get(url).status_code == 404


class TestNotes:
    """Written by anybody who looks after members; never changed."""

    def test_one_is_written(self, alice: make.Member, clerk: Client) -> None:
        url = reverse("note-write", args=[alice.site.practice_id])
        answer = clerk.post(url, {"text": f"Ruft {MARK} an"}, follow=True)
        assert "Ruft &lt;b&gt;&amp; an" in answer.text
        assert "clara, Mitgliederverwaltung" in answer.text

    def test_it_is_corrected_by_a_new_one_and_stays(self, alice: make.Member, clerk: Client) -> None:
        practice = alice.site.practice
        first = notes.write(practice=practice, text="montags", by=make.BY, now=make.NOW)
        url = reverse("note-correct", args=[practice.pk, first.pk])
        assert ">\nmontags</textarea>" in clerk.get(url).text
        text = clerk.post(url, {"text": "dienstags"}, follow=True).text
        assert text.index("dienstags") < text.index("<del>montags</del>")
        again = clerk.post(url, {"text": "mittwochs"})
        assert again.status_code == 422
        assert "mittwochs</textarea>" in again.text

    def test_sent_twice_it_stands_there_once(self, alice: make.Member, clerk: Client) -> None:
        url = reverse("note-write", args=[alice.site.practice_id])
        once = clerk.get(url).context["once"]
        for _ in range(2):
            answer = clerk.post(url, {"text": "einmal", "once": once}, follow=True)
            assert "Die Notiz ist gespeichert." in answer.text
        assert alice.site.practice.notes.count() == 1

    def test_an_empty_one_is_none(self, alice: make.Member, clerk: Client) -> None:
        url = reverse("note-write", args=[alice.site.practice_id])
        assert clerk.post(url, {"text": " \u202e\x00 "}).status_code == 422

    def test_auditors_write_none(self, alice: make.Member) -> None:
        client = visiting.as_(Role.AUDITOR)
        url = reverse("note-write", args=[alice.site.practice_id])
        assert client.get(url).status_code == client.post(url, {"text": "x"}).status_code == 404
        assert "Notiz schreiben" not in client.get(practice_of(alice)).text

    def test_a_note_of_another_practice_is_not_there(self, alice: make.Member, clerk: Client) -> None:
        foreign = make.member("bob").site.practice
        note = notes.write(practice=foreign, text="x", by=make.BY, now=make.NOW)
        assert clerk.get(reverse("note-correct", args=[alice.site.practice_id, note.pk])).status_code == 404


class TestEditing:
    """Two at once: the second is told."""

    def url(self, who: make.Member) -> str:
        return reverse("practice-edit", args=[who.site.practice_id])

    def test_what_is_typed_is_saved(self, alice: make.Member, clerk: Client) -> None:
        typed = {"name": "Neu", "kind": "bag", "seen-name": "Praxis alice", "seen-kind": "single"}
        assert "Gespeichert." in clerk.post(self.url(alice), typed, follow=True).text
        alice.site.practice.refresh_from_db()
        assert (alice.site.practice.name, alice.site.practice.kind) == ("Neu", "bag")

    def test_the_second_is_told_and_sees_the_difference(self, alice: make.Member, clerk: Client) -> None:
        first = {"name": "Erste", "kind": "single", "seen-name": "Praxis alice", "seen-kind": "single"}
        clerk.post(self.url(alice), first)
        answer = clerk.post(self.url(alice), first | {"name": "Zweite"})
        assert answer.status_code == 422
        assert "Jemand anderes hat das inzwischen geändert" in answer.text
        for text in ("Praxis alice", "<strong>Erste</strong>", 'value="Zweite"', 'value="Erste"'):
            assert text in answer.text
        seen = dict(answer.context["seen"])
        clerk.post(self.url(alice), {"name": "Zweite", "kind": "single", **seen})
        alice.site.practice.refresh_from_db()
        assert alice.site.practice.name == "Zweite"

    def test_a_persons_name_a_sites_contact_and_address(self, alice: make.Member, clerk: Client) -> None:
        practice = alice.site.practice_id
        for url, typed in (
            (
                reverse("person-edit", args=[practice, "123456601"]),
                {"name": "Dr. Neu", "seen-name": "Dr. alice"},
            ),
            (reverse("site-contact", args=["889999900"]), {"phone": "0391 123", "email": "a@b.example"}),
            (
                reverse("site-address", args=["889999900"]),
                {"street": "Weg 1", "postcode": "39104", "town": "Magdeburg", "from_on": "2026-04-14"},
            ),
        ):
            assert "Gespeichert." in clerk.post(url, typed, follow=True).text, url
        text = clerk.get(practice_of(alice)).text
        for expected in ("Dr. Neu", "0391 123", "a@b.example", "Weg 1, 39104 Magdeburg"):
            assert expected in text

    def test_what_members_refuse_is_told_and_nothing_typed_is_lost(
        self, alice: make.Member, clerk: Client
    ) -> None:
        url = reverse("site-contact", args=["889999900"])
        answer = clerk.post(url, {"phone": "ruf mich an", "email": "a@b.example"})
        assert answer.status_code == 422
        assert "So lässt sich das nicht eintragen." in answer.text
        assert 'value="ruf mich an"' in answer.text

    @pytest.mark.parametrize("role", [Role.RECEPTION, Role.IT, Role.AUDITOR])
    def test_only_clerks(self, alice: make.Member, role: Role) -> None:
        client = visiting.as_(role)
        assert client.get(self.url(alice)).status_code == 404
        assert "Name und Art ändern" not in client.get(practice_of(alice)).text


def test_the_past_is_answered_as_well(alice: make.Member, clerk: Client) -> None:
    day = (make.NOW - timedelta(days=30)).date().isoformat()
    answer = clerk.get(reverse("access-why", args=["alice-praxis"]), {"am": day})
    assert "Noch nicht freigeschaltet" in answer.text or "Teilnahmeerklärung fehlt" in answer.text


def test_what_a_kv_does_not_have_is_no_area_of_its_office(
    clerk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = (">YubiKeys<", ">Software<")
    assert all(word in clerk.get("/").text for word in words)
    configured.change(monkeypatch, profile={"second_factor": False, "software": "none"})
    assert not any(word in clerk.get("/").text for word in words)
