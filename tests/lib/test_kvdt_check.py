"""The check: each rule has a file that only it refuses, and any bytes give findings only."""

from __future__ import annotations

import sys
import time
import tracemalloc
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flexnet.lib.identifiers import Bsnr, Lanr
from flexnet.lib.kvdt import Package, Result
from flexnet.lib.kvdt import broken as kvdt_broken
from flexnet.lib.kvdt import check as kvdt_check
from flexnet.lib.kvdt import fields as kvdt_fields
from flexnet.lib.kvdt import sample as kvdt_sample
from flexnet.lib.kvdt.rules import RULES, Id, Level
from flexnet.lib.kvdt.sample import line
from flexnet.lib.quarters import Quarter
from tests.at_once import at_once

ALL = (Package.ADT, Package.KADT, Package.SADT)


def checked(sample: kvdt_broken.Sample) -> Result:
    return kvdt_check.whole(sample.content, sample.name)


def rules(result: Result) -> set[Id]:
    return {finding.rule for finding in result.findings}


@pytest.mark.parametrize("rule", Id)
def test_each_rule_has_a_file_that_only_it_refuses(rule: Id) -> None:
    result = checked(kvdt_broken.broken(rule))
    counted = {Id.LINE_LENGTH} if rule is Id.TOO_MANY else set()
    assert rules(result) == {rule} | counted
    assert result.level is RULES[rule].level


def test_of_several_threads_one_at_a_time_looks_at_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    take, here, most = kvdt_check.Check._take_waiting, [0], [0]

    def watched(check: kvdt_check.Check, *, is_last: bool = False) -> None:
        here[0] += 1
        most[0] = max(most[0], here[0])
        time.sleep(0.01)  # whoever else may come, comes now
        take(check, is_last=is_last)
        here[0] -= 1

    monkeypatch.setattr(kvdt_check.Check, "_take_waiting", watched)
    sound = kvdt_broken.sound(Package.ADT)
    results = at_once(*[lambda: checked(sound)] * 4)
    assert [isinstance(one, Result) and one.level for one in results] == [Level.OK] * 4
    assert most == [1]


@pytest.mark.parametrize("packages", [(Package.ADT,), ALL, (Package.KADT,), (Package.SADT,), (Package.HDRG,)])
def test_a_sound_file_breaks_none(packages: tuple[Package, ...]) -> None:
    result = checked(kvdt_broken.sound(*packages))
    assert (result.findings, result.level) == ((), Level.OK)
    assert result.facts.packages == packages


def made(cases: int = 400, *, is_varied: bool = True, packages: tuple[Package, ...] = ALL) -> bytes:
    return kvdt_sample.make(
        bsnr=kvdt_broken.BSNR,
        lanr=kvdt_broken.LANR,
        quarter=kvdt_broken.QUARTER,
        cases=cases,
        packages=packages,
        is_varied=is_varied,
    )


def fed(content: bytes, sizes: list[int]) -> Result:
    check, at = kvdt_check.Check(), 0
    while at < len(content):
        size = sizes[at % len(sizes)]
        check.feed(content[at : at + size])
        at += size
    return check.finish()


# Many cases have something to say: another quarter's day, an unknown doctor, no quarter at all.
ODD = (
    made()
    .replace(line("4101", "12026"), line("4101", "42025"), 50)
    .replace(line("4101", "12026"), b"", 30)
    .replace(line("5099", "123456640"), line("5099", "765432201"), 300)
)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(1, 9_000), min_size=1, max_size=5), st.sampled_from([3_000, 20_000, 1 << 18]))
def test_it_does_not_matter_how_the_bytes_arrive(sizes: list[int], block: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kvdt_check, "BLOCK_BYTES", block)
        found = fed(ODD, sizes)
    assert found == kvdt_check.whole(ODD)
    assert {Id.SERVICE_DAY, Id.SERVICE_DOCTOR, Id.CASE_QUARTER_MISSING} == rules(found)


def test_cases_are_counted_whatever_block_they_fall_into(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kvdt_check, "BLOCK_BYTES", 1_000)
    facts = kvdt_check.whole(made(50)).facts
    assert (facts.cases, facts.counts["0109"], facts.counts["sad1"]) == (150, 50, 50)
    assert facts.lines == made(50).count(b"\r\n")


def test_a_case_of_an_earlier_quarter_has_its_own_days_and_doctors() -> None:
    content = kvdt_broken.sound().content.replace(line("4101", "12026"), line("4101", "42025"), 1)
    assert rules(kvdt_check.whole(content)) == {Id.SERVICE_DAY}
    before, start, behind = content.partition(line("4101", "42025"))
    case, rest, behind = behind.partition(b"0138000")
    for day in {one for one in case.split(b"\r\n") if one[3:7] == b"5000"}:
        case = case.replace(day, line("5000", "20251103")[:-2])
    case = case.replace(line("5099", kvdt_broken.LANR), line("5099", "765432201"))
    assert rules(kvdt_check.whole(before + start + case + rest + behind)) == set()


def test_findings_are_grouped_by_cause_and_say_how_often_and_where_first() -> None:
    content = kvdt_broken.sound(cases=30).content.replace(
        line("5099", kvdt_broken.LANR), line("5099", "765432201")
    )
    (found,) = kvdt_check.whole(content).findings
    assert (found.rule, found.fk, found.value) == (Id.SERVICE_DOCTOR, "5099", "765432201")
    assert found.count == content.count(line("5099", "765432201"))
    lines = content.split(b"\r\n")
    assert [lines[at - 1][3:7] for at in found.lines] == [b"5099"] * 5


def test_nothing_of_a_patient_is_kept() -> None:
    content = made(40, packages=(Package.ADT,))
    for fk in (b"3101", b"3102", b"3103", b"3107", b"3119", b"6001", b"5001", b"5000"):
        content = b"\r\n".join(
            b"%03d%s%s" % (len(one) + 3, one[3:], b" ") if one[3:7] == fk else one
            for one in content.split(b"\r\n")
        )
    patients = {one[7:].strip() for one in content.split(b"\r\n") if one[3:4] in (b"3", b"5", b"6")}
    shown = {kvdt_broken.BSNR, kvdt_broken.LANR}
    result = kvdt_check.whole(content)
    assert {Id.BLANKS} <= rules(result)
    held = repr(result.findings)
    assert not [
        one
        for one in patients
        if len(one) > 4 and one.decode("latin-1") in held and one.decode() not in shown
    ]


def test_a_number_that_is_none_is_not_quoted() -> None:
    """What stands in the wrong field could be anybody's name."""
    content = kvdt_broken.sound().content.replace(line("5099", kvdt_broken.LANR), line("5099", "Mustergrö"))
    (found,) = kvdt_check.whole(content).findings
    assert (found.rule, found.value) == (Id.LANR, "")


def test_what_the_module_found_is_told() -> None:
    (module,) = kvdt_check.whole(kvdt_broken.sound().content).facts.modules
    assert (module.version, module.package, module.result) == ("2026.1.1", "1", "0")


def test_lines_that_end_otherwise_are_read_all_the_same() -> None:
    sound = kvdt_broken.sound().content
    result = kvdt_check.whole(sound.replace(b"\r\n", b"\n"))
    (found,) = result.findings
    assert (found.rule, found.count, found.lines[0]) == (Id.LINE_END, sound.count(b"\n"), 1)
    assert result.facts.cases == 3


@given(st.binary(max_size=600))
def test_any_bytes_give_findings_only(content: bytes) -> None:
    assert kvdt_check.whole(content, "x").level is Level.ABORT


PIECES = [
    *kvdt_broken.sound(*ALL).content.splitlines(keepends=True),
    b"\n",
    b"\r",
    b"*XKM*\r\n",
    b"0138000KOMU\r\n",
]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=30)), max_size=80), st.integers(1, 99))
def test_lines_in_any_order_give_findings_only(parts: list[bytes], size: int) -> None:
    content = line("8000", "con0") + b"".join(parts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kvdt_check, "BLOCK_BYTES", size)
        result = fed(content, [size])
    assert result == kvdt_check.whole(content)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10_000), st.binary(max_size=4), st.integers(0, 9))
def test_a_sound_file_with_a_few_other_bytes_gives_findings_only(at: int, new: bytes, cut: int) -> None:
    sound = kvdt_broken.sound(*ALL).content
    at %= len(sound)
    kvdt_check.whole(sound[:at] + new + sound[at + cut :], kvdt_broken.sound(*ALL).name)


def steps(content: bytes) -> int:
    """How many lines of Python a check takes; its patterns never go back (they are possessive)."""
    count = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Callable[..., Any]:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        kvdt_check.whole(content, "x")
    finally:
        sys.settrace(before)
    return count


HEAD = kvdt_broken.sound().content.partition(line("8000", "adt9"))[0]
HOSTILE: dict[str, Callable[[int], bytes]] = {
    "line ends": lambda many: line("8000", "con0") + b"\n" * many,
    "one line": lambda many: line("8000", "con0") + b"x" * many * 9,
    "records": lambda many: line("8000", "con0") * many,
    "unknown records": lambda many: line("8000", "con0") + line("8000", "zzzz") * many,
    "cases": lambda many: HEAD + line("8000", "0101") * many,
    "cases of the wrong part": lambda many: HEAD + line("8000", "0109") * many,
    "one long case": lambda many: HEAD + line("5000", "20270101") * many,
    "other doctors": lambda many: HEAD + b"".join(line("5099", f"555555{n % 1000:03}") for n in range(many)),
    "sites": lambda many: (
        line("8000", "con0") + line("8000", "besa") + b"".join(line("0201", f"85{n:07}") for n in range(many))
    ),
    "parts announced": lambda many: line("8000", "con0") + line("9132", "1") * many,
    "checks": lambda many: kvdt_broken.sound().content + line("8000", "KOMU") * many,
    "all different": lambda many: HEAD + b"".join(line("3101", f"Niemand{n}") for n in range(many)),
    "all wrong": lambda many: HEAD + b"".join(line("3103", f"{n:08}") for n in range(many)),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_the_work_grows_with_the_file_and_no_faster(kind: str) -> None:
    small, large = (steps(HOSTILE[kind](many)) for many in (300, 1_200))
    assert large < 4.6 * small
    assert large < 110 * 1_200


def test_a_longer_file_takes_no_more_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flexnet.lib.kvdt.marks._MOST_KEPT", 2_000)

    def peak(cases: int) -> int:
        content = made(cases)
        tracemalloc.start()
        try:
            kvdt_check.whole(content)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    monkeypatch.setattr(kvdt_check, "BLOCK_BYTES", 16_384)
    assert peak(3_000) < 1.3 * peak(1_000)


def test_a_fifth_of_a_varied_files_lines_stands_in_it_once() -> None:
    for is_varied, low, high in ((True, 0.17, 0.25), (False, 0.03, 0.07)):
        lines = made(3_000, is_varied=is_varied, packages=(Package.ADT,)).split(b"\r\n")
        assert low < len(set(lines)) / len(lines) < high


@given(st.integers(2015, 2035), st.integers(1, 4), st.integers(0, 9), st.booleans())
@settings(max_examples=25, deadline=None)
def test_samples_of_every_quarter_are_sound(year: int, number: int, seed: int, is_varied: bool) -> None:
    content = kvdt_sample.make(
        bsnr=Bsnr("889999900"),
        lanr=Lanr("123456601"),
        quarter=Quarter(year, number),
        cases=4 * seed,
        seed=seed,
        packages=ALL,
        is_varied=is_varied,
    )
    assert kvdt_check.whole(content).findings == ()


def test_the_receivers_are_those_of_kbvs_list() -> None:
    listed = (
        "01 02 03 17 18 19 20 21 24 25 27 28 31 37 39 40 41 42 43 44 45 47 48 49 50 51 55 60 61 62 63 64 65 "
        "66 67 68 69 70 72 73 78 79 80 81 83 85 86 87 93 94 95 96 99"
    )
    check = kvdt_fields.FIELDS[b"9102"]
    assert [f"{n:02}" for n in range(100) if check(b"%02d" % n) is None] == listed.split()
