"""Times, spans, sizes and check sums as people read them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from flexnet.web import words
from flexnet.web.templatetags import web

SUMMER, WINTER = datetime(2026, 7, 1, 22, 30, tzinfo=UTC), datetime(2027, 1, 15, 13, 3, tzinfo=UTC)


def test_an_instant_is_told_in_the_time_of_the_kv() -> None:
    assert words.moment(WINTER) == "Freitag, 15. Januar 2027, 14:03 Uhr"
    assert words.moment(SUMMER) == "Donnerstag, 2. Juli 2026, 00:30 Uhr"
    assert words.short_moment(WINTER) == "15.01.2027, 14:03 Uhr"
    with translation.override("en"):
        assert words.moment(WINTER) == "Friday, 15 January 2027, 14:03"


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(days=3, hours=23), "noch 3 Tage"),
        (timedelta(days=2), "noch 2 Tage"),
        (timedelta(days=2, seconds=-1), "noch 47 Stunden"),
        (timedelta(hours=2), "noch 2 Stunden"),
        (timedelta(hours=2, seconds=-1), "noch 119 Minuten"),
        (timedelta(minutes=1), "noch 1 Minute"),
        (timedelta(seconds=59), "abgelaufen"),
        (timedelta(days=-1), "abgelaufen"),
    ],
)
def test_what_remains_is_rounded_down(span: timedelta, said: str) -> None:
    assert words.remaining(span) == said


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0,0 KB"), (512, "0,5 KB"), (104_856, "102,4 KB"), (104_857, "0,1 MB"), (3_565_158, "3,4 MB")],
)
def test_a_size_has_its_unit(count: int, said: str) -> None:
    assert words.size(count) == said


def test_a_check_sum_is_cut_into_groups() -> None:
    assert words.groups("0123456789abcdef0") == "01234567 89abcdef 0"


def test_a_file_name_breaks_behind_underscores_and_stays_text() -> None:
    assert web.breakable("Z01_a.CON") == "Z01_<wbr>a.CON"
    assert web.breakable("<b>_.con") == "&lt;b&gt;_<wbr>.con"
