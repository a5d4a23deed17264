"""Times, spans and check sums as people read them."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.functional import lazy
from django.utils.translation import gettext, ngettext, pgettext

from flexnet import configuration


def moment(instant: datetime) -> str:
    """„Freitag, 15. Januar 2027, 14:03 Uhr“, in the KV's time."""
    shape = pgettext("Zeitpunkt, Schreibweise von Django", r"l, j. F Y, H:i \U\h\r")
    return date_format(timezone.localtime(instant), shape)


def password() -> str:
    """What the KV calls it; only German has more than one word for it."""
    return pgettext("Feld", "%(password)s") % {"password": configuration.current().profile.words.password}


def user_name() -> str:
    """As above."""
    return pgettext("Feld", "%(user_name)s") % {"user_name": configuration.current().profile.words.user_name}


# For labels that are written before a page is drawn.
PASSWORD, USER_NAME = lazy(password, str)(), lazy(user_name, str)()


def between(begins: datetime, ends: datetime) -> str:
    """„Freitag, 15. Januar 2027, 14:00 bis 16:00 Uhr“; the second day is named only if it is another."""
    first, last = timezone.localtime(begins), timezone.localtime(ends)
    if first.date() != last.date():
        return gettext("%(begins)s bis %(ends)s") % {"begins": moment(begins), "ends": moment(ends)}
    return gettext("%(day)s, %(begins)s bis %(ends)s Uhr") % {
        "day": long_day(first.date()),
        "begins": date_format(first, "H:i"),
        "ends": date_format(last, "H:i"),
    }


def short_moment(instant: datetime) -> str:
    """„15.01.2027, 14:03 Uhr“, for tables."""
    shape = pgettext("Zeitpunkt kurz, Schreibweise von Django", r"d.m.Y, H:i \U\h\r")
    return date_format(timezone.localtime(instant), shape)


def short_since(instant: datetime) -> str:
    """As `short_moment`; of what is known by its day alone, and so began at midnight, the day."""
    here = timezone.localtime(instant)
    return short_moment(instant) if here.time() != time.min else short_day(here.date())


def day(on: date) -> str:
    """„15. Januar 2027“."""
    return date_format(on, pgettext("Tag, Schreibweise von Django", "j. F Y"))


def long_day(on: date) -> str:
    """„Freitag, 15. Januar 2027“, where something ends with it."""
    return date_format(on, pgettext("Tag mit Wochentag, Schreibweise von Django", "l, j. F Y"))


def short_day(on: date) -> str:
    """„15.01.2027“, for tables."""
    return date_format(on, pgettext("Tag kurz, Schreibweise von Django", "d.m.Y"))


def remaining(span: timedelta) -> str:
    """„noch 3 Tage“; below two days in hours, below two hours in minutes; rounded down."""
    minutes = max(0, int(span.total_seconds() // 60))
    if minutes >= 2 * 24 * 60:
        days = minutes // (24 * 60)
        return ngettext("noch %(count)d Tag", "noch %(count)d Tage", days) % {"count": days}
    if minutes >= 2 * 60:
        hours = minutes // 60
        return ngettext("noch %(count)d Stunde", "noch %(count)d Stunden", hours) % {"count": hours}
    if minutes:
        return ngettext("noch %(count)d Minute", "noch %(count)d Minuten", minutes) % {"count": minutes}
    return gettext("abgelaufen")


def groups(digits: str, size: int = 8) -> str:
    """Cut a check sum into groups that an eye can follow."""
    return " ".join(digits[i : i + size] for i in range(0, len(digits), size))


def euro(cents: int) -> str:
    """As on a German bill, whatever language the page has."""
    return f"{cents // 100},{cents % 100:02d}\u00a0€"


def size(count: int) -> str:
    """„3,4 MB“; below a tenth of a megabyte in KB; only nothing is 0,0."""
    if count < 1024 * 1024 // 10:
        shown = max(round(count / 1024, 1), 0.1 if count else 0.0)
        return f"{number_format(shown, decimal_pos=1)} KB"
    return f"{number_format(round(count / 1024 / 1024, 1), decimal_pos=1)} MB"
