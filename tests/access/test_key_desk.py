"""The key desk: a key is known before it is written, proves itself by a touch, and is bound in one go."""

from typing import Any

import pytest
from django.db import connection

from flexnet import transactions
from flexnet.access import actions, key_desk, locking
from flexnet.access.errors import ExtraKey, TooManyTries
from flexnet.access.key_desk import For
from flexnet.access.models import Access, KeyAssignment
from flexnet.accounts.models import Role
from flexnet.audit.models import Event
from flexnet.keys import movements, programming, queries
from flexnet.keys.actions import Make
from flexnet.keys.errors import BadKey, KeyExists, NoSuchKey, NotBeingProgrammed, SealUsed, WrongPlace
from flexnet.keys.models import Key, Movement, Place, Programming
from flexnet.keys.programming import Begun
from flexnet.lib import hotp
from tests import make

pytestmark = pytest.mark.django_db
ACT: dict[str, Any] = {"by": make.BY, "now": make.NOW}
SERIAL = "20000001"


def begun(**options: Any) -> Begun:
    return programming.begin(serial=SERIAL, **{**ACT, **options})


def written(**options: Any) -> Begun:
    found = begun(**options)
    programming.note_written(found.row, now=make.NOW)
    found.row.refresh_from_db()
    return found


def typed(found: Begun, press: int = 0) -> str:
    one = found.wanted
    return one.identifier + hotp.code(one.seed, one.counter + press, one.digits)


def take_in(found: Begun, text: str, to: For | None = None) -> Key | None:
    return key_desk.take_in(found.row, text, to=to, **ACT)


def rows_as_text() -> str:
    """Everything that the tables of keys and the trail hold."""
    with connection.cursor() as cursor:
        found = []
        for table in ("keys_programming", "keys_key", "audit_event"):
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608 - three names of our own
            found += [bytes(one) if isinstance(one, memoryview) else one for row in cursor for one in row]
    return " ".join(one.hex() if isinstance(one, bytes) else str(one) for one in found)


@pytest.mark.parametrize("text", ["{0}", "{1}", "{0}{1}", " {0} \n"], ids=["one", "late", "double", "blank"])
def test_a_touch_brings_it_into_stock_behind_what_was_typed(text: str) -> None:
    found = written(counter=32, identifier="ubhe20000001", make=Make("YubiKey 5", "5.7.1", 1))
    key = take_in(found, text.format(typed(found), typed(found, 1)))
    assert key is not None
    assert queries.whereabouts_of(key)[0] is Place.IN_STOCK
    assert key.counter == 33 + ("{1}" in text)
    device = queries.device_of(key)
    assert device is not None
    assert (device.model, device.firmware, device.slot) == ("YubiKey 5", "5.7.1", 1)
    with pytest.raises(NotBeingProgrammed):
        key_desk.take_in(found.row, typed(found, 2), **ACT)


def test_what_is_wrong_binds_nothing_and_a_key_that_fails_stays_out_of_the_stock() -> None:
    alice = make.member()
    found, to = written(), For(alice.personal_access, "Heimarbeit")
    for wrong in ("", "000000", typed(found)[:5], "ubhe20000001" + typed(found), typed(found) + "12345x"):
        assert take_in(found, wrong, to) is None
    programming.give_up(SERIAL, why="it did not type its code", **ACT)
    with pytest.raises(NotBeingProgrammed):
        take_in(found, typed(found), to)
    with pytest.raises(NoSuchKey):
        queries.key(SERIAL)
    assert not KeyAssignment.objects.filter(access=alice.personal_access).exists()


def test_nobody_sees_a_seed_or_an_access_code() -> None:
    found = written()
    said = rows_as_text() + repr(found)
    assert not any(secret.hex() in said for secret in (found.wanted.seed, found.wanted.access_code))


def test_power_cuts_leave_no_key_that_counts_as_usable() -> None:
    """Before it was written, and after: whoever plugs it in again begins anew, and knows both codes."""
    first, second = begun(), written()
    assert not Key.objects.exists()
    with pytest.raises(NotBeingProgrammed):
        programming.note_written(first.row, now=make.NOW)
    third = written()
    assert third.known_codes == [second.wanted.access_code, first.wanted.access_code]
    assert [row.sealed_seed is None for row in Programming.objects.order_by("pk")] == [True, True, False]
    assert take_in(third, typed(third))


def test_one_that_was_never_written_proves_nothing() -> None:
    found = begun()
    with pytest.raises(NotBeingProgrammed):
        take_in(found, typed(found))


def test_only_a_new_key_or_one_that_came_back_is_programmed_and_then_it_has_a_new_seed() -> None:
    alice = make.member()
    serial = alice.key.serial
    with pytest.raises(KeyExists, match="is assigned"):
        programming.begin(serial=serial, **ACT)
    locking.report_key_lost(serial=serial, reason="", **ACT)
    actions.take_key_back(serial=serial, reason="gefunden", **ACT)
    found = programming.begin(serial=serial, digits=8, **ACT)
    programming.note_written(found.row, now=make.NOW)
    key = take_in(found, typed(found))
    assert key is not None
    assert (key.digits, key.counter, queries.whereabouts_of(key)[0]) == (8, 1, Place.IN_STOCK)
    assert not Programming.objects.exclude(sealed_seed=None).exists()


@pytest.mark.parametrize("counter", [1, 15, 0x100000, -16])
def test_a_counter_that_no_yubikey_begins_at_is_refused(counter: int) -> None:
    with pytest.raises(BadKey):
        begun(counter=counter)
    assert not Programming.objects.exists()


def test_key_seal_and_person_are_bound_together_or_not_at_all() -> None:
    alice, bob = make.member(), make.member("bob")
    found = written()
    with pytest.raises(ExtraKey):
        take_in(found, typed(found), For(alice.personal_access))
    assert not Key.objects.filter(serial=SERIAL).exists()
    key = take_in(found, typed(found), For(alice.personal_access, "Heimarbeit", seal="B-4711"))
    assert key is not None
    place, last = queries.whereabouts_of(key)
    assert (place, last.seal) == (Place.PACKED, "B-4711")
    other = make.stock_key(make.SEED * 2)
    code, to = hotp.code(make.SEED * 2, 0), For(bob.personal_access, "Heimarbeit", seal="B-4711")
    with pytest.raises(SealUsed):
        key_desk.bind_ready(serial=other.serial, typed=code, to=to, **ACT)
    other.refresh_from_db()
    assert (other.counter, queries.whereabouts_of(other)[0]) == (0, Place.IN_STOCK)


def bind(key: Key, text: str, to: Access, **options: Any) -> Key | None:
    return key_desk.bind_ready(serial=key.serial, typed=text, to=For(to, "Heimarbeit"), **{**ACT, **options})


def test_a_ready_key_is_bound_by_its_own_touch_only_and_counts_as_assigned_not_as_used() -> None:
    alice = make.member()
    seed = make.SEED * 2
    key, own = make.stock_key(seed), alice.personal_access
    assert bind(key, alice.field(0, "").decode(), own) is None
    assert bind(key, hotp.code(seed, 3), own) == key
    key.refresh_from_db()
    assert (key.counter, queries.whereabouts_of(key)[0]) == (4, Place.ASSIGNED)
    with pytest.raises(WrongPlace):
        bind(key, hotp.code(seed, 4), own)


def test_who_tries_codes_at_the_desk_is_held_up_and_stands_in_the_trail() -> None:
    alice, key, clara = make.member(), make.stock_key(make.SEED * 2), make.colleague(Role.KEY_DESK)
    for _ in range(10):
        assert bind(key, "000000", alice.personal_access, account_id=clara.staff.account_id) is None
    with pytest.raises(TooManyTries):
        bind(key, hotp.code(make.SEED * 2, 0), alice.personal_access, account_id=clara.staff.account_id)
    assert Event.objects.filter(kind="key.not_proven").count() == 10


def test_a_found_key_tells_whose_it_is_by_one_touch_and_by_two_for_certain() -> None:
    alice, bob = make.member(), make.member("bob")
    look = {"account_id": make.colleague(Role.KEY_DESK).staff.account_id, **ACT}
    one, two = (hotp.code(alice.seed, press) for press in (40, 41))
    assert alice.key in key_desk.find_owners(typed=one, **look)
    assert key_desk.find_owners(typed=one, then=two, **look) == [alice.key]
    assert key_desk.find_owners(typed=one, then=hotp.code(bob.seed, 41), **look) == []
    alice.key.refresh_from_db()
    assert alice.key.counter == 0
    make.stock_key(make.SEED * 2)
    assert not key_desk.find_owners(typed=hotp.code(make.SEED * 2, 0), **look)


def test_of_two_who_finish_the_same_key_one_does() -> None:
    found = written()
    with transactions.writing():
        programming.finish(found.row, now=make.NOW)
        with pytest.raises(NotBeingProgrammed):
            programming.finish(found.row, now=make.NOW)


def test_a_bag_is_named_only_by_what_stands_on_seals() -> None:
    alice = make.member()
    with pytest.raises(SealUsed, match="letters"):
        movements.step(alice.key, to=Place.PACKED, reason="", seal="<b>", **ACT)
    assert not Movement.objects.exclude(seal="").exists()
