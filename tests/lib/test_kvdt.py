"""Billing files: a sound one is read to the last count, any other refused with line and reason."""

from __future__ import annotations

import contextlib
import io
import tracemalloc
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexnet.lib import kvdt, kvdt_lines, kvdt_sample
from flexnet.lib.identifiers import Bsnr, Lanr
from flexnet.lib.kvdt import Package
from flexnet.lib.kvdt_lines import Fault
from flexnet.lib.kvdt_sample import line
from flexnet.lib.quarters import Quarter

BSNR, LANR, QUARTER = Bsnr("859999900"), Lanr("123456640"), Quarter(2026, 1)
SOUND = kvdt_sample.make(bsnr=BSNR, lanr=LANR, quarter=QUARTER, cases=3)


def lines(*fields: tuple[str, str]) -> bytes:
    return b"".join(line(fk, content) for fk, content in fields)


def refused(content: bytes) -> kvdt.BadFile:
    with pytest.raises(kvdt.BadFile) as caught:
        kvdt.read(content)
    return caught.value


def where(content: bytes) -> tuple[int, str | None, Fault]:
    bad = refused(content)
    return bad.line, bad.fk, bad.fault


def test_a_sound_file_is_read() -> None:
    billing = kvdt.read(SOUND)
    assert billing.sites == (kvdt.Site(BSNR, (LANR,)),)
    assert (billing.bsnrs, billing.lanrs) == ((BSNR,), (LANR,))
    assert (billing.quarter, billing.created_on) == (QUARTER, date(2026, 3, 31))
    assert (billing.packages, billing.receiver) == ((Package.ADT,), "85")
    software = kvdt.Software("Y/1/2601/36/243", "ADT0126.01", "FlexNet Probedatei", "1")
    assert billing.software == software
    assert (billing.lines, billing.findings) == (SOUND.count(b"\r\n"), ())
    assert not billing.has_check_record


@given(st.integers(1, 200), st.integers(0, 5), st.integers(1, 300))
def test_counts_do_not_depend_on_how_the_bytes_arrive(cases: int, seed: int, size: int) -> None:
    content = kvdt_sample.make(bsnr=BSNR, lanr=LANR, quarter=QUARTER, cases=cases, seed=seed)
    expected = {kind: content.count(line("8000", kind)) for kind in ("0101", "0102", "0104")}

    class Slow(io.BytesIO):
        def read(self, _: int | None = -1, /) -> bytes:
            return super().read(size)

    billing = kvdt.read(Slow(content))
    assert billing.counts == {kind: count for kind, count in expected.items() if count}
    assert billing.cases == cases
    assert billing == kvdt.read(content)


def test_nothing_of_a_patient_is_kept() -> None:
    seen = repr(kvdt.read(SOUND))
    patients = {text[7:] for text in SOUND.split(b"\r\n") if text[3:7] in (b"3101", b"3102", b"6001")}
    assert patients
    assert not [name for name in patients if name.decode("iso8859-15") in seen]


def test_what_the_check_module_appends_behind_the_end_is_passed_over() -> None:
    checked = kvdt_sample.make(bsnr=BSNR, lanr=LANR, quarter=QUARTER, has_check_record=True)
    assert kvdt.read(checked).has_check_record
    assert kvdt.read(checked).counts == kvdt.read(SOUND).counts


def test_a_value_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        kvdt.read(SOUND).counts["0101"] = 9  # type: ignore[index]  # that is what must fail


CON0 = (("8000", "con0"), ("9103", "20260331"), ("9106", "4"))
BESA = (("8000", "besa"), ("0201", "859999900"), ("0212", "123456640"))
ADT0 = (
    ("8000", "adt0"),
    ("0105", "Y/1/2601/36/243"),
    ("9102", "85"),
    ("9212", "ADT0126.01"),
    ("9204", "12026"),
)
END = (("8000", "adt9"), ("8000", "con9"))
WHOLE = (*CON0, ("9132", "1"), *BESA, *ADT0, *END)


def test_the_smallest_file_is_read() -> None:
    assert kvdt.read(lines(*WHOLE)).cases == 0


def test_other_packages_are_read_in_their_order() -> None:
    content = lines(
        *CON0,
        *(("9132", code) for code in "163"),
        *BESA,
        *(("8000", kind) for kind in ("rvsa", *(field[1] for field in ADT0[:1]))),
        *ADT0[1:],
        *(
            ("8000", kind)
            for kind in ("0103", "adt9", "kad0", "0109", "kad9", "sad0", "sad1", "sad3", "sad9")
        ),
        ("8000", "con9"),
    )
    billing = kvdt.read(content)
    assert billing.packages == (Package.ADT, Package.KADT, Package.SADT)
    assert billing.counts == {"0103": 1, "0109": 1, "sad1": 1, "sad3": 1}


def test_a_documentation_of_dialysis_has_neither_site_nor_quarter() -> None:
    content = lines(
        *CON0,
        ("9132", "7"),
        ("8000", "hdrg0"),
        *ADT0[1:2],
        ("9212", "HDRG0126.01"),
        *(("8000", kind) for kind in ("hdrg1", "hdrg9", "con9")),
    )
    billing = kvdt.read(content)
    assert (billing.packages, billing.counts) == ((Package.HDRG,), {"hdrg1": 1})
    assert (billing.sites, billing.quarter) == ((), None)


def test_several_sites_keep_their_own_doctors() -> None:
    besa = (
        ("8000", "besa"),
        ("0201", "859999900"),
        ("0212", "123456640"),
        ("0212", "765432201"),
        ("0201", "869999900"),
        ("0223", "555555500"),
        ("0212", "123456640"),
    )
    billing = kvdt.read(lines(*CON0, ("9132", "1"), *besa, *ADT0, *END))
    first, second = billing.sites
    assert (first.bsnr, first.lanrs) == ("859999900", ("123456640", "765432201"))
    assert (second.bsnr, second.lanrs, second.pseudo_lanrs) == ("869999900", ("123456640",), ("555555500",))
    assert billing.lanrs == ("123456640", "765432201")


def test_a_hospital_may_name_itself_by_its_ik() -> None:
    besa = (("8000", "besa"), ("0213", "260326822"))
    billing = kvdt.read(lines(*CON0, ("9132", "1"), *besa, *ADT0, *END))
    assert (billing.sites, billing.hospital_ik) == ((), "260326822")


@pytest.mark.parametrize(
    ("doubtful", "at"),
    [
        ([("0212", "123456640")], 8),
        ([("0212", "999999900")], 8),
        ([("0212", "123456740")], 8),
        ([("0201", "859999900")], 8),
    ],
)
def test_odd_numbers_are_findings_and_no_reason_to_refuse(doubtful: list[tuple[str, str]], at: int) -> None:
    content = lines(*CON0, ("9132", "1"), *BESA, *doubtful, *ADT0, *END)
    [finding] = kvdt.read(content).findings
    assert (finding.line, finding.fk) == (at, doubtful[0][0])
    assert kvdt.read(content).lanrs == (LANR,)


# ---- lines


def test_an_empty_file_is_said_to_be_empty() -> None:
    assert where(b"") == (1, None, Fault.EMPTY)
    assert "leer" in refused(b"").why


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7\n", b"PK\x03\x04", b"\0" * 5000, b"\xef\xbb\xbf" + SOUND, b"\r\n" + SOUND, b"x"]
)
def test_another_kind_of_file_is_said_to_be_none(content: bytes) -> None:
    assert where(content) == (1, None, Fault.NOT_KVDT)


def test_an_encrypted_file_is_said_to_be_encrypted() -> None:
    head = b"Arztnummer/BSNR: 859999900              \r\n" * 3 + b"\r\n*XKM*\r\n1.26  \r\n"
    assert where(head) == (1, None, Fault.ENCRYPTED)


@given(st.integers(1, len(SOUND) - 1))
def test_a_file_cut_off_anywhere_is_said_to_be_incomplete(length: int) -> None:
    assert refused(SOUND[:length]).fault is Fault.TRUNCATED


REPLACED = [
    (b"\r\n01091064\r\n", b"\r\n01091064\n", 3, "endet nicht mit CR und LF"),
    (b"\r\n01091064\r\n", b"\r\n01091064\r\r\n", 3, "endet nicht mit CR und LF"),
    (b"01091064", b"0119106\n4", 3, "endet nicht mit CR und LF"),
    (b"01091064", b"0119106\r4", 3, "endet nicht mit CR und LF"),
    (b"0109106", b"0119106", 3, "ist nicht so lang"),
    (b"0109106", b" 109106", 3, "beginnt nicht mit"),
    (b"0109106", b"010910x", 3, "beginnt nicht mit"),
    (b"01091064", b"0099106", 3, "hat keinen Inhalt"),
    (b"01091064", b"010910 ", 3, "beginnt nicht mit"),
    (b"01091064", b"0109106 ", 3, "hat keinen Inhalt"),
    (b"01091064", b"", 3, "beginnt nicht mit"),
    (b"01091064", b"0119106\x9c4", 3, "enthält Zeichen"),
    (b"01091064", b"0119106\x004", 3, "enthält Zeichen"),
    (b"01091064", b"9999106" + b"4" * 5000, 3, "ist nicht so lang"),
]


@pytest.mark.parametrize(("old", "new", "at", "why"), REPLACED)
def test_a_bad_line_is_named_with_its_number(old: bytes, new: bytes, at: int, why: str) -> None:
    assert old in SOUND
    bad = refused(SOUND.replace(old, new, 1))
    assert (bad.line, bad.fault) == (at, Fault.BAD_LINE)
    assert why in bad.why
    assert f"Zeile {at}" in bad.why
    assert "Bitte" in bad.why


@pytest.mark.parametrize(("charset", "street"), [("utf-8", "Straße"), ("cp1252", "Am „Markt“")])
def test_text_in_another_charset_is_found_in_its_line(charset: str, street: str) -> None:
    wrong = b"%03d0205%s\r\n" % (len(street.encode(charset)) + 9, street.encode(charset))
    content = SOUND.replace(line("0205", "Erfundene Straße 1"), wrong)
    assert content != SOUND
    assert refused(content).fk == "0205"


def test_a_file_of_bare_line_feeds_is_refused_at_once() -> None:
    content = kvdt_sample.make(bsnr=BSNR, lanr=LANR, quarter=QUARTER, cases=2000).replace(b"\r\n", b"\n")
    assert refused(content).line == 1


def test_trailing_blanks_are_no_reason_to_refuse() -> None:
    content = SOUND.replace(line("0216", "Nirgendwo"), line("0216", "Nirgendwo "))
    assert content != SOUND
    assert kvdt.read(content).cases == 3


def test_the_longest_line_is_990_bytes_of_content_and_no_more() -> None:
    assert kvdt.read(SOUND.replace(line("0203", "Praxis Übungsgröße (erfunden)"), line("0203", "x" * 990)))
    with pytest.raises(kvdt.BadFile):
        kvdt.read(SOUND.replace(line("0203", "Praxis Übungsgröße (erfunden)"), line("0203", "x" * 991)))


def test_a_line_without_end_is_refused_before_it_fills_the_memory() -> None:
    class Endless:
        parts = iter([SOUND[:100], *[b"x" * 1000] * 3])

        def read(self, _: int, /) -> bytes:
            return next(self.parts)  # a fourth read would fail the test

    with pytest.raises(kvdt.BadFile):
        kvdt.read(Endless())


# ---- records and fields


def without(fk: str) -> tuple[tuple[str, str], ...]:
    return tuple(field for field in WHOLE if field[0] != fk)


def with_content(fk: str, content: str) -> tuple[tuple[str, str], ...]:
    return tuple((field[0], content) if field[0] == fk else field for field in WHOLE)


@pytest.mark.parametrize("fk", ["9103", "9106", "9132", "0105", "9102", "9212", "9204"])
def test_a_field_that_must_be_there_is_missed(fk: str) -> None:
    bad = refused(lines(*without(fk)))
    assert (bad.fk, bad.fault) == (fk, Fault.BAD_FIELD)


def test_a_file_of_nobody_is_refused() -> None:
    bad = refused(lines(*(field for field in WHOLE if field[0] not in ("0201", "0212"))))
    assert (bad.line, bad.fk) == (5, "0201")


@pytest.mark.parametrize(
    ("fk", "content"),
    [
        ("9103", "20260231"),
        ("9103", "2026033"),
        ("9103", "31.03.26"),
        ("9106", "2"),
        ("9132", "2"),
        ("9132", "3"),
        ("0201", "009999900"),
        ("0201", "8599 99900"),
        ("0105", "Y/1/2601/36"),
        ("9102", "8"),
        ("9204", "20261"),
        ("9204", "52026"),
    ],
)
def test_a_field_with_the_wrong_content_is_named_and_not_quoted(fk: str, content: str) -> None:
    bad = refused(lines(*with_content(fk, content)))
    assert (bad.fk, bad.fault) == (fk, Fault.BAD_FIELD)
    assert content not in bad.why.replace(str(bad.line), "").replace(fk, "")


def test_a_charset_named_twice_is_refused() -> None:
    bad = refused(lines(*CON0, ("9106", "4"), ("9132", "1"), *BESA, *ADT0, *END))
    assert bad.fk == "9106"


@pytest.mark.parametrize("at", range(1, len(WHOLE)))
@pytest.mark.parametrize("kind", ["con0", "besa", "0101", "KOMU", "nonsense"])
def test_a_record_in_the_wrong_place_is_refused_there(at: int, kind: str) -> None:
    before = [content for fk, content in WHOLE[:at] if fk == "8000"][-1]
    if (before, kind) in {("con0", "besa"), ("adt0", "0101"), ("con9", "KOMU")}:
        return
    assert where(lines(*WHOLE[:at], ("8000", kind), *WHOLE[at:])) == (at + 1, "8000", Fault.BAD_ORDER)


def test_packages_stand_there_at_most_once() -> None:
    assert refused(lines(*CON0, ("9132", "1"), *BESA, *ADT0, END[0], *ADT0, *END)).fault is Fault.BAD_ORDER


def test_a_file_that_names_doctors_without_end_is_refused_before_it_fills_the_memory() -> None:
    def endless() -> Iterator[bytes]:
        yield lines(*CON0, ("9132", "1"), *BESA)
        while True:
            yield line("0212", "123456640") * 10_000

    class Endless:
        source = endless()

        def read(self, _: int, /) -> bytes:
            return next(self.source)

    with pytest.raises(kvdt.BadFile, match="0212"):
        kvdt.read(Endless())


def test_a_large_file_is_not_held_in_memory() -> None:
    case = SOUND[SOUND.index(line("8000", "0101")) : SOUND.index(line("8000", "adt9"))]
    start, end = SOUND[: SOUND.index(case)], SOUND[SOUND.index(case) + len(case) :]

    class Large:
        parts = iter([start, *[case * 100] * 60, end])

        def read(self, _: int, /) -> bytes:
            return next(self.parts, b"")

    tracemalloc.start()
    kvdt.read(Large())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert 60 * 100 * len(case) > 3 * peak


# ---- whatever comes


def read_or_refuse(content: bytes) -> None:
    with contextlib.suppress(kvdt.BadFile):
        assert kvdt.read(content).lines == content.count(b"\r\n")


@given(st.binary(max_size=300))
def test_random_bytes_are_refused_and_nothing_else_happens(content: bytes) -> None:
    read_or_refuse(content)
    read_or_refuse(lines(*CON0) + content)


@given(
    st.lists(
        st.tuples(st.sampled_from([*WHOLE, ("0201", "1"), ("8000", "0101")]), st.binary(max_size=3)),
        max_size=12,
    )
)
def test_sound_lines_in_any_order_with_junk_between_are_read_or_refused(
    parts: list[tuple[tuple[str, str], bytes]],
) -> None:
    read_or_refuse(lines(*CON0) + b"".join(line(*field) + junk for field, junk in parts))


@given(st.data())
def test_a_sound_file_with_one_byte_changed_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(SOUND)
    content[data.draw(st.integers(0, len(SOUND) - 1))] = data.draw(st.integers(0, 255))
    read_or_refuse(bytes(content))


@given(st.binary(max_size=40))
def test_the_quick_check_of_a_block_and_the_slow_one_of_a_line_agree(content: bytes) -> None:
    """A block that is not clean must have a bad line to blame, or bad lines would pass."""
    text = line("9103", "20260331") + content + b"\r\n"
    checked = text[:-2].split(b"\r\n")
    is_good = not any(map(kvdt_lines._why_bad, checked))
    if kvdt_lines._is_clean(text, checked) and all(one[3:7].isdigit() for one in checked):
        assert is_good
