"""What people are told by letter: each once, from the facts, and nothing that is over."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from flexnet.access import actions as accesses
from flexnet.access import campaign, charges, credentials, emergency, endings, locking, reminding, terms
from flexnet.access.errors import BadRequest
from flexnet.access.models import Access, Charge, CredentialRequest, Lock, Notice, Reminder
from flexnet.accounts import revocation
from flexnet.accounts.models import Account
from flexnet.keys import movements
from flexnet.keys import queries as keys
from flexnet.keys.models import Place
from flexnet.keys.models import Reminder as KeyReminder
from flexnet.mail import actions as mails
from flexnet.mail.models import Mail
from flexnet.members import actions as members
from flexnet.members import addresses, third_parties
from flexnet.members.models import Site
from flexnet.post import dispatch, due, queries, writings
from flexnet.post.models import Item
from flexnet.post.rules import Kind, Why
from tests import configured, make
from tests.post.conftest import HOME, Desk, PrintShop, at_home, stack
from tests.post.test_batches import ELSEWHERE

pytestmark = [pytest.mark.django_db, pytest.mark.long]
DAY = timedelta(days=1)
Way = CredentialRequest.Way
OTHER, LOSS, MISUSE = Lock.Cause.OTHER, Lock.Cause.LOSS, Lock.Cause.MISUSE


@pytest.fixture
def alice(db: None, shop: PrintShop) -> make.Member:
    who = make.settled()
    at_home(who)
    stack()
    return who


def because(desk: Desk) -> dict[str, Any]:
    return {"by": make.BY, "reason": "Grund", "now": desk.now}


def said(shop: PrintShop) -> str:
    """What the only sheet that came out last says, in one line."""
    return " ".join(shop.sheets()[-1].split())


class TestLocks:
    @pytest.fixture
    def locks(self, alice: make.Member, desk: Desk) -> dict[str, Callable[[], Lock]]:
        def impose(lock: Lock) -> Lock:
            return locking.impose_lock(lock, by=make.BY, reason="Grund")

        own, now = alice.personal_access, desk.now
        return {
            "access": lambda: impose(locking.of(own, cause=MISUSE, now=now)),
            "practice": lambda: impose(locking.of(alice.site.practice, cause=OTHER, now=now)),
            "key": lambda: impose(locking.of(alice.key, cause=MISUSE, now=now)),
            "lost key": lambda: impose(locking.of(alice.key, cause=LOSS, now=now)),
            "password": lambda: impose(locking.of_password(own, cause=LOSS, now=now)),
        }

    @pytest.mark.parametrize(
        ("on", "to", "words"),
        [
            (
                "access",
                "alice",
                "seit dem 14. April 2026, 10:00 Uhr, ist gesperrt: persönlicher Zugang von Dr. alice.",
            ),
            ("practice", "alice-praxis", "ist gesperrt: alle Zugänge Ihrer Praxis."),
            ("key", "alice-praxis", "(Praxiszugang der Betriebsstätte Hauptstraße 1, Magdeburg)"),
            ("lost key", "", ""),
            ("password", "", ""),
        ],
    )
    def test_who_is_locked_is_told_once(
        self, locks: dict[str, Callable[[], Lock]], desk: Desk, shop: PrintShop, on: str, to: str, words: str
    ) -> None:
        locks[on]()
        if not to:
            assert desk.due(Kind.LOCK) == {}
            return
        assert desk.due(Kind.LOCK) == {f"lock {to}": None}
        desk.send(Kind.LOCK)
        assert words in said(shop)
        assert desk.due(Kind.LOCK) == {}

    def test_not_of_one_that_was_lifted_meanwhile(
        self, locks: dict[str, Callable[[], Lock]], desk: Desk
    ) -> None:
        lock = locks["practice"]()
        batch = desk.chosen(Kind.LOCK)
        locking.lift_lock(lock, by=make.BY, reason="Irrtum", now=desk.now)
        assert desk.run(batch).settled_at == desk.now
        assert desk.due(Kind.LOCK) == {}


def test_a_notice_is_told_with_its_last_day_and_not_once_it_is_withdrawn(
    alice: make.Member, desk: Desk, shop: PrintShop
) -> None:
    give = {"kind": Notice.Kind.KV, "received_on": desk.now.date(), **because(desk)}
    first = endings.give_notice(access=alice.practice_access, **give)
    other = endings.give_notice(access=alice.personal_access, **give)
    assert desk.due(Kind.END) == {"end alice-praxis": None, "end alice": None}
    endings.withdraw_notice(number=other.pk, by=make.BY, agreement="am Telefon", now=desk.now)
    desk.send(Kind.END)
    assert "Den YubiKey schicken Sie bitte gleich nach dem letzten Tag zurück" in said(shop)
    assert (
        "Sehr geehrte Damen und Herren, hiermit kündigen wir (§ 10 Abs. 2): Praxiszugang der Betriebsstätte"
        in said(shop)
    )
    assert f"Letzter Tag: {first.ends_on.day}." in said(shop)
    assert desk.due(Kind.END) == {}


class TestEndsByThemselves:
    def test_of_an_activity_in_time_once_for_each_day_and_not_of_what_changed_meanwhile(
        self, alice: make.Member, desk: Desk, shop: PrintShop
    ) -> None:
        make.employee(alice.personal_access)
        worked = {"from_on": date(2020, 1, 1), "until_on": date(2026, 4, 14)}
        members.enter_activity(person=alice.person, **worked, by=make.BY, now=desk.now)
        assert desk.due(Kind.END) == {}
        desk.now = datetime(2027, 6, 30, 12, tzinfo=UTC) - 43 * DAY
        assert desk.due(Kind.END) == {}
        desk.now += DAY
        both = {"end alice-praxis": None, "end alice": None}
        assert desk.due(Kind.END) == both
        desk.send(Kind.END)
        texts = [" ".join(sheet.split()) for sheet in shop.sheets()]
        assert all("mit dem 30. Juni 2027 endet:" in text and "§ 10 Abs. 3" in text for text in texts)
        assert sum("Zugänge Ihres Praxispersonals" in text for text in texts) == 1
        assert desk.due(Kind.END) == {}
        granted = endings.exempt(access=alice.personal_access, until_on=date(2027, 7, 31), **because(desk))
        assert desk.due(Kind.END) == {}
        desk.now += 31 * DAY
        assert desk.due(Kind.END) == {"end alice": None}
        batch = desk.chosen(Kind.END)
        endings.revoke_exemption(number=granted.pk, **because(desk))
        assert desk.run(batch).settled_at == desk.now

    def test_of_an_interest_but_not_where_a_notice_comes_before(
        self, alice: make.Member, desk: Desk, shop: PrintShop
    ) -> None:
        dora = make.third_party()
        assert dora.third_party is not None
        addresses.register(
            addressee=dora.third_party,
            address=HOME,
            seen=None,
            from_on=date(2026, 1, 1),
            by=make.BY,
            now=desk.now,
        )
        third_parties.end(party=dora.third_party, until_on=date(2026, 5, 20), **because(desk))
        assert desk.due(Kind.END) == {"end dora": None}
        desk.send(Kind.END)
        assert "mit dem 20. Mai 2026 endet: Zugang von Dora." in said(shop)
        item = Item.objects.get()
        dispatch.come_back(number=item.number, why=Item.Return.MOVED, by=make.BY, now=desk.now)
        assert desk.due(Kind.END) == {"end dora": Why.CAME_BACK}
        notice = {"kind": Notice.Kind.MEMBER, "received_on": desk.now.date(), **because(desk)}
        given = endings.give_notice(access=dora, **notice)
        (wanted,) = (one.wanted.about for one in due.find([Kind.END], now=desk.now, limit=9))
        assert wanted == given


def test_what_a_mail_tells_needs_no_letter_until_the_mail_fails(
    alice: make.Member, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured.change(monkeypatch, mail={"server": "127.0.0.1:25"})
    Site.objects.filter(pk=alice.site.pk).update(email="praxis@example.org")
    locking.lock_access(access=alice.personal_access, cause=Lock.Cause.MISUSE, **because(desk))
    for kind in (Notice.Kind.MEMBER, Notice.Kind.KV):
        on = desk.now.date()
        endings.give_notice(access=alice.practice_access, kind=kind, received_on=on, **because(desk))
    assert (desk.due(Kind.LOCK), len(desk.due(Kind.END))) == ({}, 1)  # the KV's own goes on paper
    Mail.objects.update(given_up_at=desk.now, next_at=None)
    assert desk.due(Kind.LOCK) == {"lock alice": None}


def test_what_a_clerk_writes_to_many_goes_out_once_and_not_when_it_is_called_off(
    alice: make.Member, desk: Desk, shop: PrintShop
) -> None:
    text = "über Netz AG kommen Sie nur noch bis zum 31. Mai.\n\nSuchen Sie einen anderen Anbieter."
    title = "Ihr Anschluss endet"
    wish: dict[str, Any] = {"subject": title, "text": text, "occasion": "test:1", "now": desk.now}
    for _ in range(2):
        writings.ask(accesses=[alice.practice_access], **wish, by=make.BY)
    assert desk.due(Kind.WRITING) == {"writing alice-praxis": None}
    desk.send(Kind.WRITING)
    assert "Ihr Anschluss endet" in said(shop)
    assert "bis zum 31. Mai. Suchen Sie einen anderen Anbieter." in said(shop)
    assert desk.due(Kind.WRITING) == {}
    writings.ask(accesses=[alice.personal_access], **wish, by=make.BY)
    assert writings.cancel(occasion="test:1", by=make.BY, now=desk.now) == 1
    assert desk.due(Kind.WRITING) == {}


def test_what_a_lost_key_costs_is_told_unless_it_is_waived(
    alice: make.Member, desk: Desk, shop: PrintShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured.change(monkeypatch, keys={"lost_cents": 4900})
    lock = locking.report_key_lost(serial=alice.key.serial, by=make.BY, reason="weg", now=desk.now)
    assert desk.due(Kind.CHARGE) == {}
    charges.charge(lock, by=make.BY, reason="", now=desk.now)
    desk.send(Kind.CHARGE)
    assert "Betrag 49,00 €" in said(shop)
    assert desk.due(Kind.CHARGE) == {}
    item = Item.objects.get(kind=Kind.CHARGE)
    dispatch.come_back(number=item.number, why=Item.Return.MOVED, by=make.BY, now=desk.now)
    assert desk.due(Kind.CHARGE) == {"charge alice-praxis": Why.CAME_BACK}
    charges.withdraw(Charge.objects.get(), by=make.BY, reason="gefunden", now=desk.now)
    assert desk.due(Kind.CHARGE) == {}


class TestKeysThatMustComeBack:
    def test_letter_reminder_and_then_no_more(self, alice: make.Member, desk: Desk, shop: PrintShop) -> None:
        make.door(alice).sign_in(0, now=desk.now)
        self.end(alice, desk)
        assert desk.due(Kind.RETURN) == {"return alice-praxis": None}
        desk.send(Kind.RETURN)
        assert f"Seriennummer {alice.key}" in said(shop)
        assert (self.place(alice), desk.due(Kind.RETURN)) == (Place.TO_BE_RETURNED, {})
        desk.now += 27 * DAY
        assert desk.due(Kind.RETURN) == {}
        desk.now += DAY
        assert desk.due(Kind.RETURN) == {"return alice-praxis": None}
        desk.send(Kind.RETURN)
        assert KeyReminder.objects.get().sent_at == desk.now
        desk.now += 60 * DAY
        assert desk.due(Kind.RETURN) == {}

    def test_nobody_is_asked_for_what_never_left_or_is_back(self, alice: make.Member, desk: Desk) -> None:
        self.end(alice, desk)
        assert desk.due(Kind.RETURN) == {}
        movements.move(serial=alice.key.serial, to=Place.IN_USE, **because(desk))
        batch = desk.chosen(Kind.RETURN)
        accesses.take_key_back(serial=alice.key.serial, **because(desk))
        assert desk.run(batch).settled_at == desk.now
        assert desk.due(Kind.RETURN) == {}

    def test_a_defective_one_is_asked_for_where_it_was_last(self, alice: make.Member, desk: Desk) -> None:
        for place in (Place.DEFECTIVE, Place.TO_BE_RETURNED):
            movements.move(serial=alice.key.serial, to=place, **because(desk))
        assert desk.due(Kind.RETURN) == {"return alice-praxis": None}
        desk.send(Kind.RETURN)
        assert desk.due(Kind.RETURN) == {}
        assert not KeyReminder.objects.exists()

    def place(self, who: make.Member) -> Place:
        return keys.whereabouts_of(who.key)[0]

    def end(self, who: make.Member, desk: Desk) -> None:
        ended = {"kind": Notice.Kind.EXTRAORDINARY, "received_on": desk.now.date(), **because(desk)}
        endings.give_notice(access=who.practice_access, **ended)
        desk.now += DAY


def test_whose_promise_is_missing_is_reminded_once_for_each_day(
    alice: make.Member, desk: Desk, shop: PrintShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured.change(monkeypatch, profile={"terms_change": "consent"})
    two = make.changed_terms(effective_on=desk.now.date() + 14 * DAY)
    desk.now += 14 * DAY + 14 * DAY
    wanted = dict.fromkeys(["reminder None"])
    assert desk.due(Kind.REMINDER) == wanted
    desk.send(Kind.REMINDER)
    assert "für die Zugänge von Dr. alice gelten neue" in said(shop)
    assert "Dr. alice Hauptstraße 1" in said(shop)
    assert "Guten Tag Dr. alice, für die Zugänge" in said(shop)
    assert desk.due(Kind.REMINDER) == {}
    assert Reminder.objects.get().person == alice.person
    desk.now += 14 * DAY
    batch = desk.chosen(Kind.REMINDER)
    assert not isinstance(make.tick(alice.personal_access, two, now=desk.now), terms.NotAccepted)
    assert desk.run(batch).settled_at == desk.now
    assert desk.due(Kind.REMINDER) == {}


def test_whom_a_reminder_by_mail_did_not_reach_gets_a_letter_once(
    alice: make.Member, desk: Desk, shop: PrintShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured.change(monkeypatch, profile={"terms_change": "consent"}, mail={"server": "127.0.0.1:25"})
    Site.objects.filter(pk=alice.site.pk).update(email="praxis@example.org")
    two = make.changed_terms(effective_on=desk.now.date() + 14 * DAY)
    desk.now += 28 * DAY
    assert (reminding.remind(desk.now), desk.due(Kind.REMINDER)) == (1, {})
    (mail,) = Mail.objects.all()
    Mail.objects.update(next_at=None, sent_at=desk.now)
    assert desk.due(Kind.REMINDER) == {}
    mails.note_bounce(tag=mail.tag, why="mailbox full", by="worker", now=desk.now)
    assert desk.due(Kind.REMINDER) == {"reminder None": None}
    batch = desk.chosen(Kind.REMINDER)
    mails.try_again(number=mail.pk, by=make.BY, now=desk.now)
    assert desk.run(batch).settled_at == desk.now
    Mail.objects.update(next_at=None, given_up_at=desk.now)
    desk.send(Kind.REMINDER)
    assert "für die Zugänge von Dr. alice gelten neue" in said(shop)
    assert desk.due(Kind.REMINDER) == {}
    item = Item.objects.get(kind=Kind.REMINDER, void_at=None)
    dispatch.come_back(number=item.number, why=Item.Return.MOVED, by=make.BY, now=desk.now)
    assert desk.due(Kind.REMINDER) == {}
    assert not isinstance(make.tick(alice.personal_access, two, now=desk.now), terms.NotAccepted)
    assert campaign.unreached(desk.now) == []


class TestRevocationWords:
    @pytest.fixture
    def used(self, alice: make.Member, desk: Desk) -> make.Member:
        """Alice locked her access by her word; two lifted that."""
        lock_by_word(alice.personal_word, desk)
        desk.now += DAY
        locking.lift_lock(Lock.objects.get(), by=make.BY, reason="wieder da", now=desk.now)
        return alice

    def test_a_word_that_was_used_is_replaced_once_the_lock_is_lifted(
        self, used: make.Member, desk: Desk, shop: PrintShop
    ) -> None:
        assert desk.due(Kind.WORD) == {"word alice": None}
        send_words(desk)
        word = word_on(shop.sheets()[-1])
        assert desk.due(Kind.WORD) == {}
        for typed, count in ((used.personal_word, 1), (word, 2)):
            lock_by_word(typed, desk)
            assert Lock.objects.count() == count
        assert make.PASSWORD not in shop.sheets()[-1]
        assert Account.objects.get(pk=used.personal_access.account_id).password_set_at == make.NOW

    def test_not_while_it_is_locked_nor_beside_a_new_password(self, alice: make.Member, desk: Desk) -> None:
        lock_by_word(alice.personal_word, desk)
        assert desk.due(Kind.WORD) == {}

    def test_a_spoiled_one_locks_nothing(self, used: make.Member, desk: Desk, shop: PrintShop) -> None:
        batch = desk.run(desk.chosen(Kind.WORD, queue="secure"))
        (item,) = queries.items_of(batch)
        desk.settle(batch, spoiled=[item.number], next_sheet=1002)
        assert Account.objects.get(pk=used.personal_access.account_id).revocation_word is None
        assert desk.due(Kind.WORD) == {"word alice": None}
        send_words(desk)
        assert Account.objects.get(pk=used.personal_access.account_id).revocation_word

    @pytest.mark.parametrize("way", [Way.PORTAL, Way.TELEPHONE])
    def test_one_is_ordered_and_the_old_one_holds_until_it_is_printed(
        self, alice: make.Member, desk: Desk, shop: PrintShop, way: CredentialRequest.Way
    ) -> None:
        access = alice.personal_access
        asked: dict[str, Any] = {"access": access, "way": way, **because(desk)}
        row = credentials.order_word(**asked)
        assert credentials.order_word(**asked) == row
        if way is Way.TELEPHONE:
            assert desk.due(Kind.WORD) == {"word alice": Why.CALL_BACK}
            credentials.confirm(number=row.pk, spoken_to="Frau Muster", by=make.BY, note="", now=desk.now)
        assert desk.due(Kind.WORD) == {"word alice": None}
        assert is_right(alice.personal_word, access)
        send_words(desk)
        row.refresh_from_db()
        assert (row.carried_out_at, desk.due(Kind.WORD)) == (desk.now, {})
        assert not is_right(alice.personal_word, access)
        assert is_right(word_on(shop.sheets()[-1]), access)
        lost = Item.objects.get(kind=Kind.WORD)
        dispatch.lose(number=lost.number, by=make.BY, reason="nie angekommen", now=desk.now)
        assert desk.due(Kind.WORD) == {"word alice": None}

    def test_no_order_goes_out_that_was_refused_or_that_a_new_password_brings_along(
        self, alice: make.Member, desk: Desk
    ) -> None:
        asked: dict[str, Any] = {"access": alice.personal_access, "way": Way.PORTAL, **because(desk)}
        row = credentials.order_word(**asked)
        batch = desk.chosen(Kind.WORD, queue="secure")
        credentials.refuse(number=row.pk, **because(desk))
        assert desk.run(batch).settled_at == desk.now
        assert is_right(alice.personal_word, alice.personal_access)
        row = credentials.order_word(**asked)
        anew = credentials.request(**{**asked, "way": Way.PUBLIC})
        assert desk.due(Kind.WORD) == {"word alice": None}
        credentials.confirm(number=anew.pk, spoken_to="Frau Muster", by=make.BY, note="", now=desk.now)
        assert (desk.due(Kind.WORD), list(desk.due(Kind.PASSWORD))) == ({}, ["password alice"])
        desk.send_passwords()
        row.refresh_from_db()
        assert (row.carried_out_at, desk.due(Kind.WORD)) == (desk.now, {})
        with pytest.raises(BadRequest):
            credentials.order_word(**asked)

    def test_it_does_not_travel_to_an_address_that_is_new(self, used: make.Member, desk: Desk) -> None:
        at_home(used, ELSEWHERE, seen=HOME, now=desk.now)
        assert desk.due(Kind.WORD) == {"word alice": Why.NEW_ADDRESS}


def word_on(sheet: str) -> str:
    return next(line for line in sheet.splitlines() if line.startswith("Sperrkennwort ")).split()[1]


def is_right(word: str, access: Access) -> bool:
    """Whether this word locks the access."""
    account = Account.objects.get(pk=access.account_id)
    return revocation.check(word, account.revocation_word, user_name=account.user_name).run()


def lock_by_word(word: str, desk: Desk) -> None:
    emergency.lock(user_name="alice", word=word, source=make.SOURCE, channel="public", now=desk.now)


def send_words(desk: Desk) -> None:
    batch = desk.run(desk.chosen(Kind.WORD, queue="secure"))
    assert batch.first_sheet is not None
    desk.settle(batch, next_sheet=batch.first_sheet + 1)
    desk.post(batch)
