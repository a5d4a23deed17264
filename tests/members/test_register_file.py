"""A register comes as spreadsheets write it; what is wrong is said with row and column."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexnet.members import register_file
from flexnet.members.findings import BadFile
from flexnet.members.register_rows import Problem, Role
from tests.members.register import ANNA, HEADER, MAIN, file, row

PREFIXES = ("85", "86", "87", "88")


def problems(*rows: str) -> list[Problem]:
    return register_file.read(file(*rows), prefixes=PREFIXES).problems


@pytest.mark.parametrize(
    ("encoding", "delimiter", "found"),
    [
        ("utf-8-sig", ";", "utf-8-sig"),
        ("utf-8", ";", "utf-8"),
        ("cp1252", ";", "cp1252"),
        ("utf-16", "\t", "utf-16"),
        ("utf-8", ",", "utf-8"),
    ],
)
def test_it_is_read_as_it_was_saved(encoding: str, delimiter: str, found: str) -> None:
    text = file(row(street="Straße der Einheit 5")).decode("utf-8-sig").replace(";", delimiter)
    register = register_file.read(text.encode(encoding))
    (entry,) = register.entries
    assert (register.encoding, register.rows, register.problems) == (found, 1, [])
    assert (entry.street, entry.town, entry.lanr, entry.role) == (
        "Straße der Einheit 5",
        "Magdeburg",
        ANNA,
        Role.OWNER,
    )


def test_empty_lines_are_no_rows_and_order_and_case_of_columns_do_not_matter() -> None:
    content = (
        f"rolle;VON;name;lanr;PRAXIS;bsnr;Notiz\r\n;;;;;;\r\nInhaber;2020-01-01;Dr. A;{ANNA};P;{MAIN};x\r\n"
    )
    register = register_file.read(content.encode())
    assert [(entry.row, entry.main_bsnr) for entry in register.entries] == [(3, MAIN)]
    assert register.unread_columns == ("Notiz",)


def test_a_quoted_cell_may_hold_the_delimiter_and_a_line_break() -> None:
    (entry,) = register_file.read(file(row(practice='"Praxis; am\nMarkt"'))).entries
    assert entry.practice == "Praxis; am Markt"


@pytest.mark.parametrize(
    ("wrong", "column", "what"),
    [
        (row("88999990"), "BSNR", "drop leading zeros"),
        (row("8,9E+08"), "BSNR", "nine digits"),
        (row("049999900"), "BSNR", "no KV"),
        (row("949999900"), "BSNR", "belongs to another KV"),
        (row(""), "BSNR", "is missing"),
        (row(main="949999900"), "Haupt-BSNR", "belongs to another KV"),
        (row(lanr="123456701"), "LANR", "seventh digit"),
        (row(lanr="999999900"), "LANR", "substitute"),
        (row(lanr=""), "LANR", "is missing"),
        (row(practice=""), "Praxis", "missing"),
        (row(name=" "), "Name", "missing"),
        (row(name="x" * 201), "Name", "too long"),
        (row(role="Chef"), "Rolle", "'Chef' is none of inhaber"),
        (row(kind="Klinik"), "Art", "'Klinik' is none of einzelpraxis"),
        (row(since=""), "Von", "is missing"),
        (row(since="31.02.2020"), "Von", "is no day; write it as 31.12.2026"),
        (row(until="43831"), "Bis", "is no day"),
        (row(until="31.12.2019"), "Bis", "lies before the first"),
        (row(active="01.01.2021", inactive="01.01.2020"), "Tätigkeit bis", "lies before the first"),
        (row(postcode="3910"), "PLZ", "five digits"),
        (row(phone="ruf an"), "Telefon", "telephone number"),
    ],
)
def test_what_is_wrong_names_row_and_column(wrong: str, column: str, what: str) -> None:
    (problem,) = problems(row(), wrong)
    assert (problem.row, problem.column) == (3, column)
    assert what in problem.what
    assert str(problem).startswith(f"row 3, {column}: ")


def test_every_fault_of_a_row_is_told_at_once() -> None:
    found = problems(row("1", "2", role="Chef", since=""))
    assert [problem.column for problem in found] == ["BSNR", "Rolle", "Von", "LANR"]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "Row 1 names no column BSNR"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "null bytes"),
        (b"\x81\x8d\xff", "neither UTF-8 nor Windows-1252"),
        (file(row(), header=HEADER.replace("LANR", "Arztnummer")), "Row 1 names no column LANR"),
        (file(row(), header=HEADER.replace("Fax", "Name")), "a column twice: name"),
        (file('"Praxis;' + row()), "quotation mark"),
    ],
)
def test_what_is_no_register_is_refused_as_a_whole(content: bytes, what: str) -> None:
    with pytest.raises(BadFile, match=what):
        register_file.read(content)


def test_too_much_is_refused_before_it_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register_file, "MOST_ROWS", 2)
    with pytest.raises(BadFile, match="more than 2 rows"):
        register_file.read(file(*[row()] * 1_000))
    monkeypatch.setattr(register_file, "MOST_BYTES", 2_000_000)
    with pytest.raises(BadFile, match="more than 2 MB"):
        register_file.read(b"x" * 2_000_001)


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: f"{HEADER}\n{text}".encode()))
def test_nothing_breaks_it(content: bytes) -> None:
    try:
        register_file.read(content)
    except BadFile:
        return
