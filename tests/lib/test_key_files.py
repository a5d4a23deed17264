"""Files of keys as they come (DOMAIN.md, 7.6): what is taken, what is wrong, and no seed shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexnet.lib import key_files
from flexnet.lib.key_rows import BadKeyFile, KeyRow, Row, Why, WrongRow

SEED = "69cfb9202438ca68964ec3244bfa4843d073a43b"
OTHER = "bf7efc1c8b6f23604930a9ce693bdd6c3265be00"
LOGGED = "OATH-HOTP,11.12.13 18:55,1,{id},," + SEED + ",,,{flags},{digits},{counter},0,0,0,0,0\n"


def yubico(text: str) -> list[Row]:
    return key_files.yubico_csv(text.encode("utf-8", "replace"), digits=6)


def oath(text: str) -> list[Row]:
    return key_files.oath_csv(text.encode("utf-8", "replace"))


def logged(public_id: str, *, flags: str = "0,1,0", digits: str = "6", counter: str = "0") -> Row:
    line = LOGGED.format(id=public_id, flags=flags, digits=digits, counter=counter)
    (row,) = key_files.traditional_log(f"LOGGING START,11.12.13 18:55\n{line}".encode())
    return row


def whys(rows: list[Row]) -> list[Why | None]:
    return [row.why if isinstance(row, WrongRow) else None for row in rows]


def test_yubicos_own_format() -> None:
    rows = yubico(
        "# OATH mode\n"
        f"508327,,0,{SEED},,2013-12-12T08:41:07,\n"
        f"1382042,ubheccebefgh,0,{OTHER},,2013-12-12T08:41:17,\n"
        "508328,cccccccccccc,83cebdfb7b93,a47c5bf9c152202f577be6721c0113af,,2013-12-12T08:43:17,\n"
        "508329,,,9e2fd386224a7f77e9b5aee775464033,,2013-12-12T08:44:34,\n"
    )
    assert rows == [
        KeyRow(2, "508327", bytes.fromhex(SEED)),
        KeyRow(3, "1382042", bytes.fromhex(OTHER), identifier="ubhe00313456"),
    ]


def test_the_traditional_log_takes_keys_that_type_their_serial_number() -> None:
    seed = bytes.fromhex(SEED)
    assert logged("ubheccebefgh", counter="32") == KeyRow(
        2, "313456", seed, counter=32, identifier="ubhe00313456", slot=1
    )
    assert logged("cccccccccccc") == WrongRow(2, "", Why.NO_SERIAL)
    assert logged("") == WrongRow(2, "", Why.NO_SERIAL)
    assert logged("ubheccebefgh", flags="0,0,0") == WrongRow(2, "", Why.BAD_IDENTIFIER)
    assert logged("ubheccebefgv") == WrongRow(2, "", Why.BAD_IDENTIFIER)
    assert logged("ubheccebefgh", digits="7") == WrongRow(2, "313456", Why.BAD_DIGITS)


@pytest.mark.parametrize(
    ("counter", "why"),
    [("16", None), ("1048560", None), ("17", Why.COUNTER_STEP), ("1048576", Why.BAD_COUNTER)]
    + [(wrong, Why.BAD_COUNTER) for wrong in ("-16", "x", "²", "9" * 30)],
)
def test_a_counter_is_one_that_a_key_can_begin_with(counter: str, why: Why | None) -> None:
    assert whys([logged("ubheccebefgh", counter=counter)]) == [why]
    assert whys(oath(f"1, {SEED}, hotp, 6, {counter}")) == [why]


def test_oath_csv() -> None:
    rows = oath(f"\ufefftok1, {SEED}\ntok2, {OTHER}, HOTP, 8, 16\n\n# a comment\n")
    first, second = KeyRow(1, "tok1", bytes.fromhex(SEED)), KeyRow(2, "tok2", bytes.fromhex(OTHER), 8, 16)
    assert rows == [first, second]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("tok1", Why.TOO_FEW_COLUMNS),
        (f",{SEED}", Why.NO_SERIAL),
        (f"a b,{SEED}", Why.BAD_SERIAL),
        (f"\u202etok,{SEED}", Why.BAD_SERIAL),
        ("tok1,,hotp", Why.NO_SEED),
        ("tok1,1212,hotp", Why.BAD_SEED),
        (f"tok1,{SEED}g,hotp", Why.BAD_SEED),
        (f"tok1,{SEED},totp,6", Why.NOT_HOTP),
        (f"tok1,{SEED},hotp,7", Why.BAD_DIGITS),
    ],
)
def test_what_is_wrong_with_a_row_is_said(line: str, why: Why) -> None:
    assert whys(oath(f"good,{OTHER}\n{line}")) == [None, why]


def test_what_stands_twice_is_wrong_each_time() -> None:
    assert whys(oath(f"1,{SEED}\n1,{OTHER}\n2,{'ab' * 20}")) == [Why.SERIAL_TWICE, Why.SERIAL_TWICE, None]
    assert whys(oath(f"1,{SEED}\n2,{SEED}")) == [Why.SEED_TWICE, Why.SEED_TWICE]


def test_no_seed_is_shown_not_even_in_a_slipped_column() -> None:
    (good,), (slipped,) = oath(f"1,{SEED}"), oath(f"{SEED},1,hotp")
    assert SEED not in repr(good)
    assert repr(bytes.fromhex(SEED)) not in repr(good)
    assert isinstance(slipped, WrongRow)
    assert slipped.serial == ""


@pytest.mark.parametrize("content", [b"\xff\xfe1", b"1," + b"0" * 10_000_000])
def test_what_is_no_such_file_is_refused_as_a_whole(content: bytes) -> None:
    with pytest.raises(BadKeyFile):
        key_files.oath_csv(content)


CELLS = st.one_of(
    st.sampled_from(["OATH-HOTP", "ubheccebefgh", SEED, "6", "8", "16", "0", "1", "hotp"]), st.text()
)


@given(st.lists(st.lists(CELLS, max_size=20).map(",".join), max_size=5).map("\n".join))
def test_whatever_stands_in_a_file_nothing_else_comes_of_it(text: str) -> None:
    for rows in (yubico(text), oath(text), key_files.traditional_log(text.encode("utf-8", "replace"))):
        for row in rows:
            assert isinstance(row, KeyRow | WrongRow)
            assert SEED not in repr(row)
