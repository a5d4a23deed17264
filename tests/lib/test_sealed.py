"""Sealed secrets: what is opened is what was sealed, in its own place only, and no accident shows it."""

from __future__ import annotations

import json
import pickle
import threading
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from hypothesis import given
from hypothesis import strategies as st

from flexnet.lib import sealed

RING = sealed.KeyRing({1: b"k" * 32})
PLACE = {"table": "keys_key", "row": "7", "kind": "seed"}


@given(st.binary(max_size=200))
def test_what_was_sealed_is_opened(plaintext: bytes) -> None:
    blob = RING.seal(plaintext, **PLACE)
    assert RING.open(blob, **PLACE).reveal() == plaintext


def test_sealing_twice_gives_different_bytes() -> None:
    assert RING.seal(b"seed", **PLACE) != RING.seal(b"seed", **PLACE)


@pytest.mark.parametrize(("part", "other"), [("table", "accounts"), ("row", "8"), ("kind", "hash")])
def test_a_seal_moved_elsewhere_does_not_open(part: str, other: str) -> None:
    blob = RING.seal(b"seed", **PLACE)
    with pytest.raises(sealed.SealBroken):
        RING.open(blob, **{**PLACE, part: other})


def test_parts_of_a_place_do_not_run_into_each_other() -> None:
    blob = RING.seal(b"seed", table="ab", row="c", kind="seed")
    with pytest.raises(sealed.SealBroken):
        RING.open(blob, table="a", row="bc", kind="seed")


@given(st.data())
def test_an_altered_byte_breaks_the_seal(data: st.DataObject) -> None:
    blob = bytearray(RING.seal(b"seed", **PLACE))
    blob[data.draw(st.integers(0, len(blob) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(sealed.SealBroken):
        RING.open(bytes(blob), **PLACE)


@given(st.binary(max_size=60))
def test_random_bytes_are_no_seal(blob: bytes) -> None:
    with pytest.raises(sealed.SealBroken):
        RING.open(blob, **PLACE)


def test_a_ring_number_cannot_be_exchanged_even_for_the_same_key() -> None:
    ring = sealed.KeyRing({1: b"k" * 32, 2: b"k" * 32})
    blob = bytearray(ring.seal(b"seed", **PLACE))
    assert blob[4] == 1
    blob[4] = 2
    with pytest.raises(sealed.SealBroken):
        ring.open(bytes(blob), **PLACE)


def test_a_key_that_is_not_in_the_ring_is_named() -> None:
    blob = sealed.KeyRing({9: b"k" * 32}).seal(b"seed", **PLACE)
    with pytest.raises(sealed.SealBroken, match="key 9"):
        RING.open(blob, **PLACE)


def test_secrets_and_rings_show_nothing_and_are_not_pickled() -> None:
    secret = RING.open(RING.seal(b"hunter2", **PLACE), **PLACE)
    assert (repr(secret), str(secret), f"{secret}") == ("<sealed>",) * 3
    assert "k" * 32 not in repr(RING)
    with pytest.raises(TypeError):
        pickle.dumps(secret)


def test_a_created_ring_is_private_and_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "ring.json"
    created = sealed.KeyRing.create(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert sealed.KeyRing.load(path) == created
    with pytest.raises(sealed.BadKeyRing, match="never overwritten"):
        sealed.KeyRing.create(path)
    assert sealed.KeyRing.load(path) == created


def test_rotation_keeps_old_seals_readable_and_reseals_them(tmp_path: Path) -> None:
    path = tmp_path / "ring.json"
    blob = sealed.KeyRing.create(path).seal(b"seed", **PLACE)
    ring = sealed.KeyRing.add_key(path)
    renewed = ring.reseal(blob, **PLACE)
    assert (sealed.ring_number(blob), sealed.ring_number(renewed)) == (1, 2)
    assert ring.open(blob, **PLACE).reveal() == ring.open(renewed, **PLACE).reveal() == b"seed"
    assert ring.reseal(renewed, **PLACE) == renewed
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["ring.json"]


def test_rotations_at_once_lose_no_key(tmp_path: Path) -> None:
    path = tmp_path / "ring.json"
    sealed.KeyRing.create(path)
    made: list[sealed.KeyRing] = []
    threads = [threading.Thread(target=lambda: made.append(sealed.KeyRing.add_key(path))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ring = sealed.KeyRing.load(path)
    assert sorted(ring.keys) == list(range(1, 11))
    assert all(ring.keys[number] == key for step in made for number, key in step.keys.items())


SEEDS, WORDS = sealed.Purpose("keys_key", "seed"), sealed.Purpose("accounts_account", "word")


def test_a_narrow_ring_opens_what_it_is_for_and_nothing_else(tmp_path: Path) -> None:
    whole = sealed.KeyRing.create(tmp_path / "ring.json")
    path = tmp_path / "narrow.json"
    whole.narrow([WORDS]).write(path)
    narrow = sealed.KeyRing.load(path)
    word = {"table": "accounts_account", "row": "alice", "kind": "word"}
    assert narrow.open(whole.seal(b"word", **word), **word).reveal() == b"word"
    assert whole.open(narrow.seal(b"word", **word), **word).reveal() == b"word"
    with pytest.raises(sealed.SealBroken, match="not for keys_key/seed"):
        narrow.open(whole.seal(b"seed", **PLACE), **PLACE)
    with pytest.raises(sealed.SealBroken, match="not for keys_key/seed"):
        narrow.narrow([SEEDS])
    written = json.loads(path.read_text())["keys"]
    assert {number: list(keys) for number, keys in written.items()} == {"1": [str(WORDS)], "2": [str(WORDS)]}
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_narrow_ring_of_before_opens_what_is_sealed_after_a_rotation(tmp_path: Path) -> None:
    path = tmp_path / "ring.json"
    narrow = sealed.KeyRing.create(path).narrow([SEEDS])
    blob = sealed.KeyRing.add_key(path).seal(b"seed", **PLACE)
    assert sealed.ring_number(blob) == 2
    assert narrow.open(blob, **PLACE).reveal() == b"seed"
    late = sealed.KeyRing.add_key(path).seal(b"seed", **PLACE)
    with pytest.raises(sealed.SealBroken, match="key 3"):
        narrow.open(late, **PLACE)


def test_whole_and_narrow_rings_are_not_taken_for_each_other(tmp_path: Path) -> None:
    whole, narrow = tmp_path / "ring.json", tmp_path / "narrow.json"
    ring = sealed.KeyRing.create(whole)
    with pytest.raises(sealed.BadKeyRing, match="nothing replaces"):
        ring.narrow([SEEDS]).write(whole)
    ring.narrow([SEEDS]).write(narrow)
    with pytest.raises(sealed.BadKeyRing, match="make it anew from the whole one"):
        sealed.KeyRing.add_key(narrow)
    assert sealed.KeyRing.load(whole) == ring


def test_the_key_of_a_purpose_is_hkdf(tmp_path: Path) -> None:
    expand = HKDFExpand(hashes.SHA256(), 32, b"flexnet seal keys_key/seed")
    narrow = RING.narrow([SEEDS])
    assert narrow.derived == {1: {SEEDS: expand.derive(b"k" * 32)}}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_ring_that_others_can_read_is_refused_with_the_cure(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "ring.json"
    sealed.KeyRing.create(path)
    path.chmod(mode)
    with pytest.raises(sealed.BadKeyRing, match="chmod 0600"):
        sealed.KeyRing.load(path)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b'{"keys": {}}',
        b'{"keys": []}',
        b'{"keys": {"one": "QUJD"}}',
        b'{"keys": {"1": "QUJD"}}',
        b'{"keys": {"1": 5}}',
        json.dumps({"keys": {"0": "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="}}).encode(),
    ],
)
def test_a_file_that_is_no_ring_is_refused(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "ring.json"
    path.write_bytes(text)
    path.chmod(0o600)
    with pytest.raises(sealed.BadKeyRing, match=r"ring\.json"):
        sealed.KeyRing.load(path)


def test_a_broken_ring_gives_no_piece_of_a_key_away(tmp_path: Path) -> None:
    path = tmp_path / "ring.json"
    path.write_bytes(b'{"keys": {"1": "SENTINEL!"')
    path.chmod(0o600)
    with pytest.raises(sealed.BadKeyRing) as caught:
        sealed.KeyRing.load(path)
    assert "SENTINEL" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_missing_ring_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(sealed.BadKeyRing, match="No such file"):
        sealed.KeyRing.load(tmp_path / "ring.json")
