"""The samples: the same bytes for the same seed, and sound for every site and quarter."""

from __future__ import annotations

from datetime import date, datetime

from hypothesis import given
from hypothesis import strategies as st

from flexnet.lib import file_name
from flexnet.lib.identifiers import Bsnr, Lanr
from flexnet.lib.kvdt import check as kvdt_check
from flexnet.lib.kvdt import sample as kvdt_sample
from flexnet.lib.quarters import Quarter

sites = st.sampled_from(["859999900", "889999900", "949999900", "359912345"]).map(Bsnr.parse)
doctors = st.sampled_from(["123456640", "765432201"]).map(Lanr.parse)
some_quarters = st.builds(Quarter, st.integers(2015, 2035), st.integers(1, 4))


@given(sites, doctors, some_quarters, st.integers(0, 40), st.integers(0, 9))
def test_every_sample_is_read_back(bsnr: Bsnr, lanr: Lanr, quarter: Quarter, cases: int, seed: int) -> None:
    content = kvdt_sample.make(bsnr=bsnr, lanr=lanr, quarter=quarter, cases=cases, seed=seed)
    result = kvdt_check.whole(content)
    facts = result.facts
    assert (facts.bsnrs, facts.lanrs, facts.quarter) == ((bsnr,), (lanr,), quarter)
    assert (facts.cases, result.findings) == (cases, ())
    assert content == kvdt_sample.make(bsnr=bsnr, lanr=lanr, quarter=quarter, cases=cases, seed=seed)


def sample(seed: int, created_on: date | None = None) -> bytes:
    bsnr, lanr = Bsnr("859999900"), Lanr("123456640")
    return kvdt_sample.make(
        bsnr=bsnr, lanr=lanr, quarter=Quarter(2026, 1), cases=30, seed=seed, created_on=created_on
    )


def test_another_seed_gives_other_cases() -> None:
    assert sample(1) != sample(2)


def test_umlauts_are_in_it_in_the_files_own_charset() -> None:
    assert "Änne".encode("iso8859-15") in sample(0)
    assert "Mustergröße".encode("iso8859-15") in sample(0)


def test_the_name_fits_the_file() -> None:
    created_at = datetime(2026, 4, 2, 8, 5)  # noqa: DTZ001 - names have no zone
    name = kvdt_sample.file_name(bsnr=Bsnr("859999900"), created_at=created_at)
    assert name == "Z01859999900_02.04.2026_08.05.CON"
    facts = kvdt_check.whole(sample(0, created_at.date())).facts
    assert list(file_name.mismatches(file_name.parse(name), facts)) == []
