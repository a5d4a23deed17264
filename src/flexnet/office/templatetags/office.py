"""What the office's templates are written with: its navigation, and roles in words."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlencode

from django import template
from django.template import RequestContext
from django.utils import timezone

from flexnet.accounts.models import Role, Staff
from flexnet.office import navigation, staff_words

register = template.Library()


@register.simple_tag(takes_context=True, name="navigation")
def navigate(context: RequestContext) -> Sequence[navigation.Link]:
    """Where this person may go from here."""
    return navigation.links(context["request"])


@register.filter
def role_words(staff: Staff) -> list[str]:
    return [str(staff_words.ROLES[role]) for role in Role if role in staff.roles]


@register.filter
def exact_moment(instant: datetime) -> str:
    """To the second, in the order in which it sorts: „2027-01-15 14:03:59“."""
    return timezone.localtime(instant).strftime("%Y-%m-%d %H:%M:%S")


@register.simple_tag
def query_of(**values: str) -> str:
    """The part of an address behind the question mark."""
    return urlencode(values)
