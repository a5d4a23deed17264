"""The acts on an access: what is said before, what happens after, once, by whom, and with whom."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from flexnet.access import actions, endings, locking, queries, restricting
from flexnet.access.models import Access, Breach, Exemption, KeyAssignment, Lock, Notice, Restriction
from flexnet.access.rules import Channel, Granted
from flexnet.accounts.models import Approval, Role, Submission
from flexnet.office import acts
from tests import make
from tests.office import visiting

pytestmark = pytest.mark.django_db
URL = "/zugang/alice-praxis"
LOCK = {"scope": "access", "cause": "violation", "way": "own", "reported_by": "", "reason": "weil"}
NOTICE = {"kind": "member", "received_on": "2026-03-01", "reason": "Brief"}


@pytest.fixture
def alice() -> make.Member:
    return make.settled()


@pytest.fixture
def clerk(alice: make.Member) -> Client:
    return visiting.as_(Role.CLERK)


def checks(client: Client, url: str, typed: Mapping[str, object]) -> visiting.Answer:
    """The page that says what will happen."""
    answer = client.post(url, dict(typed))
    assert answer.status_code == 200, answer.text
    return answer


def does(client: Client, url: str, typed: Mapping[str, object]) -> visiting.Answer:
    """Both steps; answers the page that one comes back to."""
    once = checks(client, url, typed).context["once"]
    return client.post(url, {**typed, "once": once, "confirmed": "yes"}, follow=True)


def may(access: Access) -> bool:
    return isinstance(queries.decide_access(access.pk, channel=Channel.PORTAL, now=make.NOW), Granted)


class TestTwoSteps:
    """First it is said, then it is done, once."""

    def test_before_it_is_confirmed_nothing_happens(self, alice: make.Member, clerk: Client) -> None:
        text = checks(clerk, f"{URL}/sperren/", dict(LOCK)).text
        assert "Gesperrt wird sofort: dieser Zugang" in text
        assert "Was sich nicht rückgängig machen lässt" in text
        assert not Lock.objects.exists()

    def test_then_it_does(self, alice: make.Member, clerk: Client) -> None:
        answer = does(clerk, f"{URL}/sperren/", dict(LOCK))
        assert "Gesperrt. Die Sperre wirkt ab sofort." in answer.text
        lock = Lock.objects.get()
        assert (lock.imposed_by, lock.reason, lock.cause) == ("office:clara", "weil", "violation")
        assert not may(alice.practice_access)

    def test_a_double_click_does_it_once(self, alice: make.Member, clerk: Client) -> None:
        once = checks(clerk, f"{URL}/kuendigen/", dict(NOTICE)).context["once"]
        for _ in range(3):
            typed = NOTICE | {"once": once, "confirmed": "yes"}
            assert clerk.post(f"{URL}/kuendigen/", typed)["Location"] == f"{URL}/"
        assert Notice.objects.count() == Submission.objects.count() == 1

    def test_what_is_refused_spends_nothing(self, alice: make.Member, clerk: Client) -> None:
        typed = NOTICE | {"received_on": "2026-04-15"}
        once = checks(clerk, f"{URL}/kuendigen/", typed).context["once"]
        answer = clerk.post(f"{URL}/kuendigen/", typed | {"once": once, "confirmed": "yes"})
        assert answer.status_code == 422
        assert "kann nicht an einem Tag angekommen sein, der noch kommt" in answer.text
        assert 'value="2026-04-15"' in answer.text
        assert not Submission.objects.exists()

    def test_what_was_typed_can_be_changed_before(self, alice: make.Member, clerk: Client) -> None:
        answer = clerk.post(f"{URL}/sperren/", LOCK | {"change": "yes", "once": "x"})
        assert answer.status_code == 200
        assert "weil</textarea>" in answer.text
        assert "Fehler" not in answer.text

    def test_what_is_missing_is_named_and_the_rest_is_kept(self, alice: make.Member, clerk: Client) -> None:
        answer = clerk.post(f"{URL}/sperren/", LOCK | {"cause": "", "reason": "<i>so\u202e"})
        assert answer.status_code == 422
        assert "Bitte wählen Sie." in answer.text
        assert "&lt;i&gt;so" in answer.text

    def test_dangerous_ones_want_the_second_factor_anew(
        self, alice: make.Member, clock: time_machine.Traveller
    ) -> None:
        clerk = visiting.as_(Role.CLERK)
        clock.shift(timedelta(minutes=6))
        for url in ("sperren", "kuendigen", "einschraenken"):
            assert "Bitte bestätigen Sie, dass Sie es sind" in clerk.get(f"{URL}/{url}/").text
        assert "Bitte bestätigen" not in clerk.get(f"{URL}/verlust/").text


class TestLocks:
    """Loss first of all; misuse with its clock; lifting, for misuse by two."""

    def test_a_reported_loss(self, alice: make.Member, clerk: Client) -> None:
        typed = {"what": ["key", "password"], "way": "telephone", "reported_by": "Frau Muster", "reason": ""}
        assert "Fragen Sie jetzt in Ruhe bei der Praxis nach." in does(clerk, f"{URL}/verlust/", typed).text
        assert {lock.scope for lock in queries.desk_reported_locks()} == {"key", "password"}

    def test_all_of_a_practice(self, alice: make.Member, clerk: Client) -> None:
        does(clerk, f"{URL}/sperren/", LOCK | {"scope": f"practice:{alice.site.practice_id}"})
        assert not may(alice.personal_access)
        text = clerk.get(reverse("practice", args=[alice.site.practice_id])).text
        assert "Die ganze Praxis ist gesperrt" in text

    def test_of_another_practice_none(self, alice: make.Member, clerk: Client) -> None:
        other = make.member("bob").site.practice_id
        assert clerk.post(f"{URL}/sperren/", LOCK | {"scope": f"practice:{other}"}).status_code == 422

    def test_misuse_starts_the_clock_and_is_lifted_by_two(self, alice: make.Member, clerk: Client) -> None:
        typed = LOCK | {"cause": "misuse"}
        assert "72 Stunden" in checks(clerk, f"{URL}/sperren/", typed).text
        does(clerk, f"{URL}/sperren/", typed)
        lock, url = Lock.objects.get(), reverse("lock-lift", args=[Lock.objects.get().pk])
        assert Breach.objects.count() == 1
        assert "Das darf niemand allein" in checks(clerk, url, {"reason": "Irrtum"}).text
        does(clerk, url, {"reason": "Irrtum"})
        assert not may(alice.practice_access)
        approves(Approval.Act.LIFT_MISUSE_LOCK)
        lock.refresh_from_db()
        assert (lock.lifted_by, lock.lift_approved_by) == ("office:clara", "office:berta")
        assert may(alice.practice_access)

    def test_another_lock_is_lifted_by_one(self, alice: make.Member, clerk: Client) -> None:
        lock = locking.impose_lock(
            locking.of(alice.practice_access, cause=Lock.Cause.LOSS, now=make.NOW), by=make.BY, reason="x"
        )
        does(clerk, reverse("lock-lift", args=[lock.pk]), {"reason": "gefunden"})
        assert may(alice.practice_access)

    def test_asked_and_kept(self, alice: make.Member, clerk: Client) -> None:
        does(clerk, f"{URL}/verlust/", {"what": ["key"], "way": "email", "reported_by": "", "reason": ""})
        lock = Lock.objects.get()
        does(clerk, reverse("lock-review", args=[lock.pk]), {"note": "Frau Muster angerufen"})
        assert queries.desk_reported_locks() == []
        assert Lock.objects.get().lifted_at is None

    def test_restricted_to_some_services_and_freed(self, alice: make.Member, clerk: Client) -> None:
        for slug in ("eins", "zwei"):
            service = make.service(slug, make.PORTAL_RULE)
            actions.grant(access=alice.practice_access, service=service, by=make.BY, now=make.NOW)
        typed = {"services": ["eins"], "cause": "violation", "reason": "weil"}
        does(clerk, f"{URL}/einschraenken/", typed)
        row = Restriction.objects.get()
        assert [service.slug for service in row.services.all()] == ["eins"]
        does(clerk, reverse("restriction-lift", args=[row.pk]), {"reason": "gut"})
        row.refresh_from_db()
        assert row.lifted_by == "office:clara"


class TestEnding:
    """Notice with its last day, and exceptions by two."""

    def test_the_last_day_is_seen_before(self, alice: make.Member, clerk: Client) -> None:
        text = checks(clerk, f"{URL}/kuendigen/", dict(NOTICE)).text
        assert "Sonntag, 15. März 2026" in text
        assert "Dieser Tag ist schon vorbei: Der Zugang endet sofort." in text
        text = checks(clerk, f"{URL}/kuendigen/", NOTICE | {"kind": "kv", "received_on": "2026-04-20"}).text
        assert "Dienstag, 30. Juni 2026" in text
        assert "schon vorbei" not in text

    def test_it_is_entered_and_withdrawn_by_agreement(self, alice: make.Member, clerk: Client) -> None:
        does(clerk, f"{URL}/kuendigen/", NOTICE | {"received_on": "2026-04-14"})
        row = Notice.objects.get()
        assert row.ends_on == date(2026, 4, 28)
        does(clerk, reverse("notice-withdraw", args=[row.pk]), {"agreement": "Schreiben vom 14. April"})
        row.refresh_from_db()
        assert row.withdrawn_at == make.NOW

    def test_once_it_is_over_it_is_not_withdrawn(self, alice: make.Member, clerk: Client) -> None:
        row = endings.give_notice(
            access=alice.practice_access,
            kind=Notice.Kind.MEMBER,
            received_on=date(2026, 3, 1),
            by=make.BY,
            reason="",
            now=make.NOW,
        )
        url, typed = reverse("notice-withdraw", args=[row.pk]), {"agreement": "doch"}
        once = checks(clerk, url, dict(typed)).context["once"]
        answer = clerk.post(url, typed | {"once": once, "confirmed": "yes"})
        assert answer.status_code == 422
        assert "Ein neuer Zugang braucht eine neue Teilnahmeerklärung." in answer.text

    def test_an_extraordinary_notice_is_given_by_two(self, alice: make.Member, clerk: Client) -> None:
        typed = NOTICE | {"kind": "extraordinary", "received_on": "2026-04-14"}
        does(clerk, f"{URL}/kuendigen/", typed)
        assert not Notice.objects.exists()
        approves(Approval.Act.KV_EXTRAORDINARY_NOTICE)
        assert Notice.objects.get().ends_on == date(2026, 4, 14)

    def test_so_is_an_exception(self, alice: make.Member, clerk: Client) -> None:
        does(clerk, f"{URL}/ausnahme/", {"until_on": "2027-03-31", "reason": "Abwicklung"})
        assert not Exemption.objects.exists()
        approves(Approval.Act.EXEMPT)
        row = Exemption.objects.get()
        assert row.until_on == date(2027, 3, 31)
        does(clerk, reverse("exemption-revoke", args=[row.pk]), {"reason": "erledigt"})
        row.refresh_from_db()
        assert row.revoked_at

    def test_an_exception_until_yesterday_is_none(self, alice: make.Member, clerk: Client) -> None:
        typed = {"until_on": "2026-04-13", "reason": "x"}
        once = checks(clerk, f"{URL}/ausnahme/", typed).context["once"]
        answer = clerk.post(f"{URL}/ausnahme/", typed | {"once": once, "confirmed": "yes"})
        assert "Dieser Tag ist schon vorbei." in answer.text
        assert not Approval.objects.exists()


class TestKeys:
    """Taken back; assigned on a page of its own."""

    def test_a_key_is_taken_back_and_another_one_may_be_assigned(
        self, alice: make.Member, clerk: Client
    ) -> None:
        assert "YubiKey zuordnen" not in clerk.get(f"{URL}/").text
        does(clerk, f"{URL}/yubikey/zuruecknehmen/", {"reason": "defekt"})
        assert not KeyAssignment.objects.filter(until_at=None).exists()
        assert "YubiKey zuordnen" in clerk.get(f"{URL}/").text

    def test_only_what_makes_sense_is_offered(self, alice: make.Member, clerk: Client) -> None:
        assert clerk.get("/zugang/alice/yubikey/zuruecknehmen/").status_code == 404
        carol = make.employee(alice.practice_access)
        assert "YubiKey zuordnen" not in clerk.get(f"/zugang/{carol}/").text
        assert clerk.get(f"/zugang/{carol}/kuendigen/").status_code == 404


def approves(act: Approval.Act) -> None:
    """Berta, a second clerk, grants it."""
    berta, (wish,) = visiting.as_(Role.CLERK, name="berta"), Approval.objects.filter(act=act)
    page = berta.get(reverse("approval", args=[wish.pk])).text
    assert "Das geschieht, wenn Sie freigeben" in page
    url = reverse("approval-decide", args=[wish.pk])
    answer = berta.post(url, {"decision": "grant", "answer": ""}, follow=True)
    assert "Freigegeben" in answer.text


@pytest.mark.parametrize("role", [Role.RECEPTION, Role.AUDITOR, Role.ADMINISTRATOR, Role.IT, Role.KEY_DESK])
def test_everybody_else_reaches_only_what_is_theirs(alice: make.Member, role: Role) -> None:
    client = visiting.as_(role)
    for offer in acts.OFFERS:
        url = reverse(offer.name, args=["alice-praxis"])
        expected = 200 if role in offer.roles else 404
        assert client.get(url).status_code == expected, offer.name
    lock = locking.impose_lock(
        locking.of(alice.practice_access, cause=Lock.Cause.LOSS, now=make.NOW), by=make.BY, reason="x"
    )
    assert client.post(reverse("lock-lift", args=[lock.pk]), {"reason": "x"}).status_code == 404


def test_what_is_not_there_is_not_there(alice: make.Member, clerk: Client) -> None:
    for name in ("lock-lift", "lock-review", "restriction-lift", "notice-withdraw", "exemption-revoke"):
        assert clerk.get(reverse(name, args=[4711])).status_code == 404
    row = restricting.restrict(
        access=alice.practice_access,
        services=[],
        cause=Lock.Cause.OTHER,
        by=make.BY,
        reason="x",
        now=make.NOW,
    )
    assert clerk.get(reverse("restriction-lift", args=[row.pk])).status_code == 200
