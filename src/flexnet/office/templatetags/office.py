"""What the office's templates are written with: its navigation, roles, days and spans in words."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol
from urllib.parse import urlencode

from django import template
from django.template import RequestContext
from django.utils import timezone
from django.utils.translation import gettext as _

from flexnet.accounts.models import Role, Staff
from flexnet.office import event_words, happening_words, happenings, navigation, staff_words
from flexnet.web import words
from flexnet.web.navigation import Link

register = template.Library()
register.filter("actor", happenings.actor)


class Period(Protocol):
    """Whatever holds from a day on, perhaps until another, inclusive."""

    from_on: date
    until_on: date | None


@register.simple_tag(takes_context=True, name="navigation")
def navigate(context: RequestContext) -> Sequence[Link]:
    """Where this person may go from here."""
    return navigation.links(context["request"])


@register.filter
def role_words(staff: Staff) -> list[str]:
    return [str(staff_words.ROLES[role]) for role in Role if role in staff.roles]


@register.filter
def exact_moment(instant: datetime) -> str:
    """To the second: „15.01.2027, 14:03:59“."""
    return timezone.localtime(instant).strftime("%d.%m.%Y, %H:%M:%S")


@register.simple_tag
def query_of(**values: str) -> str:
    """The part of an address behind the question mark."""
    return urlencode(values)


@register.filter
def may_act(staff: Staff, roles: str) -> bool:
    """Whether somebody has one of these roles, which stand here with blanks between them."""
    return bool(staff.roles & {Role(role) for role in roles.split()})


@register.filter
def day(on: date) -> str:
    return words.short_day(on)


@register.filter
def period(row: Period) -> str:
    """„seit 01.01.2020“ or „01.01.2020 bis 31.03.2026“."""
    if row.until_on is None:
        return _("seit %(from)s") % {"from": day(row.from_on)}
    return _("%(from)s bis %(until)s") % {"from": day(row.from_on), "until": day(row.until_on)}


@register.filter
def euro(cents: int) -> str:
    return words.euro(cents)


@register.filter
def thing(subject: str) -> str:
    """„Praxis 12“, with its number whatever it is: for those who look for exactly this."""
    kind, _colon, name = subject.partition(":")
    word = happening_words.THINGS.get(kind)
    return f"{word} {name}" if word else subject


@register.filter
def cause_word(cause: str) -> str:
    return str(happening_words.CAUSES[cause])


@register.filter
def delivery_word(kind: str) -> str:
    return str(happening_words.DELIVERIES[kind])


@register.filter
def event_word(kind: str) -> str:
    """What happened, in words; of an event that has none its name."""
    return str(event_words.WHAT.get(kind) or kind)
