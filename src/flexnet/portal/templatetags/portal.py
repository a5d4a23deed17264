"""What the portal's templates are written with: its navigation."""

from collections.abc import Sequence

from django import template
from django.template import RequestContext

from flexnet.portal import navigation
from flexnet.web.navigation import Link

register = template.Library()


@register.simple_tag(takes_context=True, name="navigation")
def navigate(context: RequestContext) -> Sequence[Link]:
    """Where this access may go from here."""
    return navigation.links(context["request"])
