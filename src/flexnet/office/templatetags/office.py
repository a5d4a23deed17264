"""What the office's templates are written with: its navigation, and roles in words."""

from collections.abc import Sequence

from django import template
from django.template import RequestContext

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
