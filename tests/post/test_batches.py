"""From what is due to what arrived: two ways, two times; nothing printed twice, nothing lost."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from flexnet.access import actions as accesses
from flexnet.access import credentials, endings, locking, requests, sign_in
from flexnet.access.models import Access, AddressTold, CredentialRequest, Lock, Notice
from flexnet.access.rules import Refusal
from flexnet.audit.models import Event
from flexnet.keys import queries as keys
from flexnet.keys.models import Place
from flexnet.members.addresses import PostalAddress
from flexnet.post import batches, dispatch, due, printers, printing, queries, rules, sheets
from flexnet.post.errors import (
    BadSheets,
    DoesNotBalance,
    NoSuchBatch,
    NoSuchItem,
    NothingChosen,
    PrinterGone,
    QueueBusy,
    WrongPaper,
)
from flexnet.post.models import Batch, Item
from flexnet.post.rules import Kind, Pack, State, Why
from flexnet.post.wanted import Wanted
from tests import configured, make
from tests.post.conftest import HOME, Desk, PrintShop, at_home, stack

pytestmark = [pytest.mark.django_db, pytest.mark.long]
PASSWORD = re.compile(r"(?<![\w-])[A-Za-z0-9]{5}-[A-Za-z0-9]{5}-[A-Za-z0-9]{5}(?![\w-])")
DELAY = timedelta(hours=72)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
ELSEWHERE = PostalAddress("Hafenstraße 9", "39106", "Magdeburg")


@pytest.fixture
def alice(db: None, shop: PrintShop) -> make.Member:
    who = make.member()
    at_home(who)
    stack()
    return who


def where(who: make.Member) -> Place:
    return keys.whereabouts_of(who.key)[0]


def opens(user_name: str, password: str, desk: Desk) -> bool:
    found = sign_in.to_portal(user_name=user_name, password=password, source=make.SOURCE, now=desk.now)
    return not isinstance(found, Refusal)


def password_on(sheet: str) -> str:
    found: str
    (found,) = PASSWORD.findall(sheet)
    return found


def states(access: Access) -> list[tuple[str, State]]:
    return [(item.kind, queries.state_of(item)) for item in reversed(queries.of_access(access))]


def later(desk: Desk, step: timedelta = DELAY) -> None:
    desk.now += step


class TestTwoWaysTwoTimes:
    def test_the_password_waits_for_the_posting_of_all_the_rest_and_then_for_the_delay(
        self, alice: make.Member, desk: Desk
    ) -> None:
        practice, personal = "password alice-praxis", "password alice"
        assert desk.due() == {
            "welcome alice-praxis": None,
            "welcome alice": None,
            "key alice-praxis": None,
            practice: Why.OTHERS_NOT_POSTED,
            personal: Why.OTHERS_NOT_POSTED,
        }
        first = desk.chosen(Kind.WELCOME)
        assert desk.due() == {
            "key alice-praxis": None,
            practice: Why.OTHERS_NOT_POSTED,
            personal: Why.OTHERS_NOT_POSTED,
        }
        desk.settle(desk.run(first))
        assert desk.due(Kind.PASSWORD) == {practice: Why.OTHERS_NOT_POSTED, personal: Why.OTHERS_NOT_POSTED}
        desk.post(first)
        assert desk.due(Kind.PASSWORD) == {practice: Why.OTHERS_NOT_POSTED, personal: Why.TOO_SOON}
        later(desk, DELAY - SECOND)
        desk.send(Kind.KEY)
        assert desk.due() == {practice: Why.TOO_SOON, personal: Why.TOO_SOON}
        later(desk, SECOND)
        assert desk.due() == {practice: Why.TOO_SOON, personal: None}
        later(desk)
        assert desk.due() == {practice: None, personal: None}

    def test_without_a_key_a_practice_gets_no_password_yet(self, alice: make.Member, desk: Desk) -> None:
        accesses.take_key_back(serial=alice.key.serial, by=make.BY, reason="", now=desk.now)
        assert desk.due(Kind.KEY, Kind.PASSWORD) == {
            "password alice-praxis": Why.KEY_MISSING,
            "password alice": Why.OTHERS_NOT_POSTED,
        }

    def test_nothing_that_waits_gets_into_a_batch_whoever_asks(self, alice: make.Member, desk: Desk) -> None:
        wanted = [Wanted(Kind.PASSWORD, access=alice.personal_access)]
        with pytest.raises(NothingChosen):
            batches.choose(wanted=wanted, queue="secure", by=make.BY, now=desk.now)
        assert not Batch.objects.exists()

    def test_the_sheets_hold_what_they_may_and_the_password_opens(
        self, alice: make.Member, desk: Desk, shop: PrintShop
    ) -> None:
        desk.send(Kind.WELCOME, Kind.KEY)
        later(desk)
        desk.send_passwords()
        by_what = sorted(shop.sheets(), key=lambda sheet: "Erstes Kennwort" in sheet)
        *others, first, second = by_what
        assert not any(PASSWORD.search(sheet) for sheet in others)
        for sheet in (first, second):
            assert "alice-praxis" not in sheet
            assert alice.site.bsnr not in sheet
        (own,) = (sheet for sheet in (first, second) if "persönlicher Zugang" in sheet)
        assert opens("alice", password_on(own), desk)
        assert not opens("alice", alice.personal_password, desk)

    def test_where_they_travel_together_one_letter_holds_both_at_once(
        self, alice: make.Member, desk: Desk, shop: PrintShop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        configured.change(monkeypatch, profile={"letters": "together", "second_factor": False})
        assert desk.due() == {"password alice-praxis": None, "password alice": None}
        desk.send_passwords()
        sheet, _other = shop.sheets()
        assert "alice-praxis" in sheet
        assert opens("alice-praxis", password_on(sheet), desk)

    def test_of_the_password_nothing_is_left_but_its_hash(
        self, alice: make.Member, desk: Desk, shop: PrintShop
    ) -> None:
        desk.send(Kind.WELCOME, Kind.KEY)
        later(desk)
        desk.send_passwords()
        passwords = [password_on(sheet) for sheet in shop.sheets() if "Erstes Kennwort\n" in sheet]
        assert len(passwords) == 2
        kept = [str(row) for row in Item.objects.values()] + [str(row) for row in Batch.objects.values()]
        kept += Event.objects.values_list("data", flat=True)
        on_disk = [file.read_bytes().decode("latin-1") for file in shop.folder.iterdir()]
        assert not any(word in one for word in passwords for one in (*kept, *on_disk))

    def test_a_key_that_replaces_another_one_does_not_travel_with_a_new_password(
        self, alice: make.Member, desk: Desk
    ) -> None:
        access, key = alice.practice_access, make.stock_key(b"2" * 20)
        accesses.change_password(
            account=access.account, old=alice.practice_password, new=make.PASSWORD, by=make.BY, now=desk.now
        )
        later(desk, DAY)
        accesses.take_key_back(serial=alice.key.serial, by=make.BY, reason="", now=desk.now)
        accesses.assign_key(key=key, access=access, by=make.BY, now=desk.now)
        credentials.request(
            access=access, way=CredentialRequest.Way.PORTAL, by=make.BY, reason="", now=desk.now
        )
        assert desk.due(Kind.KEY, Kind.PASSWORD)["password alice-praxis"] is None
        parcels = desk.chosen(Kind.KEY)
        assert desk.due(Kind.PASSWORD)["password alice-praxis"] is Why.OTHERS_NOT_POSTED
        desk.settle(desk.run(parcels))
        desk.post(parcels)
        assert desk.due(Kind.PASSWORD)["password alice-praxis"] is Why.TOO_SOON

    def test_to_an_address_that_is_new_no_secret_goes(self, alice: make.Member, desk: Desk) -> None:
        at_home(alice, ELSEWHERE, seen=HOME)
        assert desk.due(Kind.WELCOME, Kind.KEY) == {
            "welcome alice-praxis": None,
            "welcome alice": None,
            "key alice-praxis": Why.NEW_ADDRESS,
        }

    def test_an_address_that_does_not_fit_is_said_before_anything_is_printed(
        self, alice: make.Member, desk: Desk
    ) -> None:
        at_home(alice, PostalAddress("Hauptstraße 1", "39104", "W" * 90), seen=HOME)
        assert desk.due(Kind.WELCOME) == dict.fromkeys(
            ("welcome alice-praxis", "welcome alice"), Why.DOES_NOT_FIT
        )


class TestPrintedOnce:
    def test_a_batch_is_never_printed_again_and_another_one_waits_for_it(
        self, alice: make.Member, desk: Desk, shop: PrintShop
    ) -> None:
        one, other = desk.chosen(Kind.WELCOME), desk.chosen(Kind.KEY)
        desk.run(one)
        for batch, refusal in ((one, NoSuchBatch), (other, QueueBusy)):
            with pytest.raises(refusal):
                desk.run(batch)
        desk.settle(one)
        with pytest.raises(NoSuchBatch):
            desk.settle(one)
        desk.run(other)
        assert len(shop.documents()) == 2

    def test_a_letter_is_in_one_batch_whoever_chooses_it(self, alice: make.Member, desk: Desk) -> None:
        wanted = Wanted(Kind.WELCOME, access=alice.personal_access)
        batches.choose(wanted=[wanted], queue="plain", by=make.BY, now=desk.now)
        with pytest.raises(NothingChosen):
            batches.choose(wanted=[wanted], queue="plain", by=make.BY, now=desk.now)
        assert Batch.objects.count() == 1
        other = Wanted(Kind.WELCOME, access=alice.practice_access)
        rest = batches.choose(wanted=[other, wanted], queue="plain", by=make.BY, now=desk.now)
        assert [str(item.access) for item in queries.items_of(rest)] == ["alice-praxis"]
        assert Event.objects.filter(kind="letter.made").count() == 2

    def test_three_letters_ask_the_database_hardly_more_often_than_one(
        self, alice: make.Member, desk: Desk
    ) -> None:
        at_home(make.member("bob"))

        def asked(*names: str, kind: Kind, queue: str) -> int:
            found = [one.wanted for one in due.find([kind], now=desk.now, limit=10)]
            wanted = [one for one in found if str(one.access) in names]
            with CaptureQueriesContext(connection) as asked:
                batch = batches.choose(wanted=wanted, queue=queue, by=make.BY, now=desk.now)
                desk.run(batch)
                first = queries.batch(batch.pk).first_sheet
                desk.settle(batch, next_sheet=first + len(wanted) if first else None)
                desk.post(batch)
            return len(asked)

        three, few = ("alice-praxis", "bob-praxis", "bob"), 8  # their keys are looked up, each has a hash
        one = asked("alice", kind=Kind.WELCOME, queue="plain")
        assert asked(*three, kind=Kind.WELCOME, queue="plain") < one + few
        desk.send(Kind.KEY)
        later(desk)
        one = asked("alice", kind=Kind.PASSWORD, queue="secure")
        assert asked(*three, kind=Kind.PASSWORD, queue="secure") < one + few

    def test_a_batch_let_go_makes_its_letters_due_again(self, alice: make.Member, desk: Desk) -> None:
        batch = desk.chosen(Kind.WELCOME)
        batches.dissolve(number=batch.pk, by=make.BY, reason="falsch", now=desk.now)
        assert desk.due(Kind.WELCOME) == {"welcome alice-praxis": None, "welcome alice": None}
        with pytest.raises(NoSuchBatch):
            desk.run(batch)

    def test_the_preview_shows_dummies_and_changes_nothing(
        self, alice: make.Member, desk: Desk, shop: PrintShop
    ) -> None:
        desk.send(Kind.WELCOME, Kind.KEY)
        later(desk)
        batch = desk.chosen(Kind.PASSWORD, queue="secure")
        shown = batches.preview(batch.pk, now=desk.now)
        assert b"%PDF" in shown
        assert opens("alice", alice.personal_password, desk)
        assert queries.batch(batch.pk).begun_at is None

    def test_what_became_impossible_since_it_was_chosen_is_left_out(
        self, alice: make.Member, desk: Desk, shop: PrintShop
    ) -> None:
        desk.send(Kind.WELCOME, Kind.KEY)
        later(desk)
        batch = desk.chosen(Kind.PASSWORD, queue="secure")
        account, old = alice.personal_access.account, alice.personal_password
        assert not accesses.change_password(
            account=account, old=old, new=make.PASSWORD, by=make.BY, now=desk.now
        )
        desk.run(batch)
        assert len(shop.sheets()) == 4
        assert opens("alice", make.PASSWORD, desk)
        left_out = Item.objects.get(access=alice.personal_access, kind=Kind.PASSWORD)
        assert (left_out.void_why, left_out.void_reason) == ("withdrawn", "own_password")
        desk.settle(batch, next_sheet=1002)

    def test_a_key_goes_with_its_parcel(self, alice: make.Member, desk: Desk) -> None:
        places = [where(alice)]
        batch = desk.chosen(Kind.KEY)
        desk.settle(desk.run(batch))
        places.append(where(alice))
        desk.post(batch)
        places.append(where(alice))
        (parcel,) = queries.items_of(batch)
        dispatch.arrive(number=parcel.number, by=make.BY, now=desk.now)
        assert [*places, where(alice)] == [Place.ASSIGNED, Place.PACKED, Place.POSTED, Place.IN_USE]

    def test_a_batch_of_which_nothing_is_left_asks_nobody(self, alice: make.Member, desk: Desk) -> None:
        batch = desk.chosen(Kind.KEY)
        accesses.take_key_back(serial=alice.key.serial, by=make.BY, reason="", now=desk.now)
        assert desk.run(batch).settled_at == desk.now


class TestWhenThePrinterIsGone:
    @pytest.fixture
    def batch(self, alice: make.Member, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Batch:
        """Two passwords, of which nobody knows whether they came out."""
        desk.send(Kind.WELCOME, Kind.KEY)
        later(desk)
        send, heard = printers.send, list[str]()

        def gone(to: object, *, name: str, document: bytes) -> None:
            if not heard:
                heard.append(name)
                raise PrinterGone("Papierstau")
            send(to, name=name, document=document)  # type: ignore[arg-type]  # as it was called

        monkeypatch.setattr(printers, "send", gone)
        return desk.run(desk.chosen(Kind.PASSWORD, queue="secure"))

    def test_it_is_noted_and_asked_and_what_did_not_come_out_is_printed_with_a_new_password(
        self, batch: Batch, desk: Desk, shop: PrintShop, alice: make.Member
    ) -> None:
        assert (batch.trouble, batch.handed_over_at, batch.settled_at) == ("Papierstau", None, None)
        one, two = queries.items_of(batch)
        desk.settle(batch, spoiled=[one.number], missing=[two.number], next_sheet=1002)
        assert states(alice.practice_access)[-1] == (Kind.PASSWORD, State.SPOILED)
        assert states(alice.personal_access)[-1] == (Kind.PASSWORD, State.MISSING)
        assert desk.due() == {"password alice-praxis": None, "password alice": None}
        desk.send_passwords()
        assert [password for sheet in shop.sheets()[3:] for password in PASSWORD.findall(sheet)]
        assert opens("alice", password_on(shop.sheets()[-1]), desk)

    def test_what_a_spoiled_letter_carries_opens_nothing(
        self, alice: make.Member, desk: Desk, shop: PrintShop
    ) -> None:
        desk.send(Kind.WELCOME, Kind.KEY)
        later(desk)
        batch = desk.run(desk.chosen(Kind.PASSWORD, queue="secure"))
        password = password_on(shop.sheets()[-1])
        assert opens("alice", password, desk)
        _one, two = queries.items_of(batch)
        desk.settle(batch, spoiled=[two.number], next_sheet=1003)
        assert not opens("alice", password, desk)
        desk.send_passwords()
        assert opens("alice", password_on(shop.sheets()[-1]), desk)
        assert not opens("alice", password, desk)

    def test_a_letter_spoiled_before_the_post_is_replaced_too(
        self, alice: make.Member, desk: Desk, shop: PrintShop
    ) -> None:
        desk.send(Kind.WELCOME, Kind.KEY)
        later(desk)
        batch = desk.run(desk.chosen(Kind.PASSWORD, queue="secure"))
        desk.settle(batch, next_sheet=1003)
        one, two = queries.items_of(batch)
        dispatch.spoil(number=two.number, by=make.BY, reason="Kaffee", now=desk.now)
        assert desk.due() == {"password alice": None}
        assert not opens("alice", password_on(shop.sheets()[-1]), desk)
        with pytest.raises(NoSuchItem):
            dispatch.post(numbers=[one.number, two.number], by=make.BY, now=desk.now)
        assert queries.state_of(queries.item(one.number)) is State.PRINTED


class TestNumberedSheets:
    @pytest.fixture
    def batch(self, alice: make.Member, desk: Desk) -> Batch:
        desk.send(Kind.WELCOME, Kind.KEY)
        later(desk)
        return desk.chosen(Kind.PASSWORD, queue="secure")

    def test_only_passwords_and_all_passwords_go_on_them(self, alice: make.Member, desk: Desk) -> None:
        for kind, queue in ((Kind.WELCOME, "secure"), (Kind.PASSWORD, "plain")):
            wanted = Wanted(kind, access=alice.personal_access)
            with pytest.raises(WrongPaper):
                batches.choose(wanted=[wanted], queue=queue, by=make.BY, now=desk.now)

    @pytest.mark.parametrize("top_sheet", [None, 1000, 1002])
    def test_nothing_is_printed_while_another_sheet_lies_on_top(
        self, batch: Batch, desk: Desk, top_sheet: int | None
    ) -> None:
        with pytest.raises(DoesNotBalance) as refused:
            printing.run(number=batch.pk, top_sheet=top_sheet, by=make.BY, now=desk.now)
        assert refused.value.expected == 1001
        assert queries.batch(batch.pk).begun_at is None

    def test_a_sheet_that_is_missing_is_asked_for(self, batch: Batch, desk: Desk) -> None:
        desk.run(batch)
        with pytest.raises(DoesNotBalance) as refused:
            desk.settle(batch, next_sheet=1004)
        assert refused.value.expected == 1003
        with pytest.raises(BadSheets):
            desk.settle(batch, next_sheet=1004, beside=1)
        desk.settle(batch, next_sheet=1004, beside=1, note="Leerblatt eingezogen")
        balance = queries.balance("secure")
        assert (balance.received, balance.on_letters, balance.spoiled, balance.left) == (100, 2, 1, 97)
        assert balance.on_top == 1004

    def test_without_enough_paper_nothing_is_printed(self, batch: Batch, desk: Desk) -> None:
        sheets.write_off(queue="secure", count=99, reason="Wasserschaden", by=make.BY, now=desk.now)
        assert queries.balance("secure").on_top == 1100
        with pytest.raises(DoesNotBalance):
            printing.run(number=batch.pk, top_sheet=1100, by=make.BY, now=desk.now)

    def test_packs_lie_in_their_order_and_no_number_is_there_twice(self, alice: make.Member) -> None:
        stack(1, 3)
        with pytest.raises(BadSheets):
            stack(1100, 1200)
        with pytest.raises(BadSheets):
            sheets.receive(queue="plain", first=1, last=2, by=make.BY, now=make.NOW)
        packs = [Pack(1001, 1002), Pack(1, 3)]
        assert [rules.sheet_at(packs, at) for at in range(6)] == [1001, 1002, 1, 2, 3, None]


class TestOnTheWay:
    def test_a_sign_in_proves_that_letters_arrived(
        self, alice: make.Member, desk: Desk, shop: PrintShop
    ) -> None:
        desk.send(Kind.WELCOME, Kind.KEY)
        later(desk)
        desk.send_passwords()
        password = password_on(shop.sheets()[-1])
        account = alice.personal_access.account
        account.refresh_from_db()
        assert not accesses.change_password(
            account=account, old=password, new=make.PASSWORD, by=make.BY, now=desk.now
        )
        assert states(alice.personal_access) == [
            (Kind.WELCOME, State.ARRIVED),
            (Kind.PASSWORD, State.ARRIVED),
        ]
        assert {state for _kind, state in states(alice.practice_access)} == {State.POSTED}
        number = queries.of_access(alice.personal_access)[0].number
        with pytest.raises(NoSuchItem):
            dispatch.come_back(number=number, why=Item.Return.MOVED, by=make.BY, now=desk.now)

    def test_what_comes_back_opens_nothing_and_waits_for_its_address(
        self, alice: make.Member, desk: Desk, shop: PrintShop
    ) -> None:
        desk.send(Kind.WELCOME, Kind.KEY)
        later(desk)
        batch = desk.send_passwords()
        _one, two = queries.items_of(batch)
        dispatch.come_back(number=two.number, why=Item.Return.UNKNOWN, by=make.BY, now=desk.now)
        assert not opens("alice", password_on(shop.sheets()[-1]), desk)
        assert Lock.objects.get().access == alice.personal_access
        assert desk.due() == {"password alice": Why.CAME_BACK}
        assert list(queries.came_back()) == [queries.item(two.number)]
        dispatch.clear(number=two.number, by=make.BY, reason="Klingelschild war ab", now=desk.now)
        assert desk.due() == {"password alice": None}
        assert not queries.came_back().exists()

    def test_what_never_arrives_opens_nothing_and_is_due_again(
        self, alice: make.Member, desk: Desk, shop: PrintShop
    ) -> None:
        first = {item.kind: item for item in queries.items_of(desk.send(Kind.WELCOME, Kind.KEY))}
        later(desk)
        _one, two = queries.items_of(desk.send_passwords())
        for item in (two, first[Kind.KEY]):
            dispatch.lose(number=item.number, by=make.BY, reason="Anruf", now=desk.now)
            assert queries.state_of(queries.item(item.number)) is State.LOST
        assert not opens("alice", password_on(shop.sheets()[-1]), desk)
        assert {lock.scope for lock in Lock.objects.all()} == {Lock.Scope.PASSWORD, Lock.Scope.KEY}
        assert where(alice) is Place.LOST
        assert desk.due() == {"password alice": None}
        assert not queries.came_back().exists()
        with pytest.raises(NoSuchItem):
            dispatch.lose(number=two.number, by=make.BY, reason="Anruf", now=desk.now)

    def test_a_new_address_clears_it_too_but_rests(self, alice: make.Member, desk: Desk) -> None:
        batch = desk.send(Kind.WELCOME)
        numbers = [item.number for item in queries.items_of(batch)]
        dispatch.come_back(number=numbers[1], why=Item.Return.MOVED, by=make.BY, now=desk.now)
        assert desk.due(Kind.WELCOME) == {"welcome alice": Why.CAME_BACK}
        desk.now += SECOND
        with_new = desk.now
        from flexnet.members import addresses

        addresses.register(
            addressee=alice.site,
            address=ELSEWHERE,
            seen=HOME,
            from_on=with_new.date(),
            by=make.BY,
            now=with_new,
        )
        assert desk.due(Kind.WELCOME, Kind.KEY) == {
            "welcome alice": None,
            "key alice-praxis": Why.NEW_ADDRESS,
        }

    def test_who_is_told_of_a_new_address_is_the_former_one(
        self, alice: make.Member, desk: Desk, shop: PrintShop
    ) -> None:
        at_home(alice, ELSEWHERE, seen=HOME)
        batch = desk.send(Kind.NEW_ADDRESS)
        (sheet,) = shop.sheets()
        assert "Hauptstraße 1" in sheet
        assert "Hafenstraße" not in sheet
        assert AddressTold.objects.get().address == queries.items_of(batch)[0].address
        assert not requests.desk_old_addresses(desk.now).exists()

    def test_posting_twice_changes_nothing_and_what_was_not_printed_is_not_posted(
        self, alice: make.Member, desk: Desk
    ) -> None:
        batch = desk.chosen(Kind.WELCOME)
        with pytest.raises(NoSuchItem):
            desk.post(batch)
        desk.settle(desk.run(batch))
        assert desk.post(batch) == 2
        later(desk, DAY)
        assert desk.post(batch) == 0
        assert {item.posted_at for item in queries.items_of(batch)} == {make.NOW}

    def test_credentials_anew_say_so_and_answer_the_request(
        self, alice: make.Member, desk: Desk, shop: PrintShop
    ) -> None:
        access = alice.personal_access
        assert not accesses.change_password(
            account=access.account, old=alice.personal_password, new=make.PASSWORD, by=make.BY, now=desk.now
        )
        row = credentials.request(
            access=access, way=CredentialRequest.Way.TELEPHONE, by=make.BY, reason="weg", now=desk.now
        )
        assert "password alice" not in desk.due(Kind.PASSWORD)
        credentials.confirm(number=row.pk, spoken_to="Dr. Alice", by=make.BY, note="", now=desk.now)
        desk.send_passwords()
        (sheet,) = shop.sheets()
        assert "hier sind neue Zugangsdaten" in sheet
        row.refresh_from_db()
        assert row.carried_out_at == desk.now
        assert opens("alice", password_on(sheet), desk)
        assert desk.due(Kind.PASSWORD) == {"password alice-praxis": Why.OTHERS_NOT_POSTED}

    def test_whose_access_is_over_gets_nothing(self, alice: make.Member, desk: Desk) -> None:
        found = due.of_access(alice.practice_access, now=desk.now)
        assert [one.wanted.kind for one in found] == [Kind.WELCOME, Kind.KEY, Kind.PASSWORD]
        received_on = (desk.now - 30 * DAY).date()
        endings.give_notice(
            access=alice.practice_access,
            kind=Notice.Kind.MEMBER,
            received_on=received_on,
            by=make.BY,
            reason="",
            now=desk.now,
        )
        found = due.of_access(alice.practice_access, now=desk.now)
        assert {one.waits and one.waits.why for one in found} == {Why.OVER}


def test_every_act_leaves_its_entry_with_who_did_it(alice: make.Member, desk: Desk) -> None:
    by, before = make.BY, Event.objects.latest("pk").pk
    batches.dissolve(number=desk.chosen(Kind.WELCOME).pk, by=by, reason="falsch", now=desk.now)
    one = desk.run(desk.chosen(Kind.WELCOME))
    first, second = (item.number for item in queries.items_of(one))
    desk.settle(one, missing=[first])
    dispatch.spoil(number=second, by=by, reason="Kaffee", now=desk.now)
    two = desk.chosen(Kind.WELCOME, Kind.KEY)
    accesses.take_key_back(serial=alice.key.serial, by=by, reason="", now=desk.now)
    desk.settle(desk.run(two))
    desk.post(two)
    third, fourth = (item.number for item in queries.items_of(two))
    dispatch.come_back(number=third, why=Item.Return.MOVED, by=by, now=desk.now)
    dispatch.clear(number=third, by=by, reason="doch", now=desk.now)
    dispatch.arrive(number=fourth, by=by, now=desk.now)
    sheets.write_off(queue="secure", count=1, reason="verknickt", by=by, now=desk.now)
    lock = locking.lock_access(
        access=alice.personal_access, cause=Lock.Cause.OTHER, by=by, reason="x", now=desk.now
    )
    three = desk.chosen(Kind.LOCK)
    locking.lift_lock(lock, by=by, reason="Irrtum", now=desk.now)
    desk.run(three)
    entries = Event.objects.filter(pk__gt=before, kind__regex="^(letter|batch|sheets)")
    assert {entry.by for entry in entries} == {by}
    of_letters = "made printed posted arrived came_back address_cleared spoiled missing withdrawn left_out"
    of_batches = "made dissolved begun handed_over settled"
    expected = {f"letter.{one}" for one in of_letters.split()} | {
        f"batch.{one}" for one in of_batches.split()
    }
    assert {entry.kind for entry in entries} == expected | {"sheets.written_off"}
