"""What the public site's templates are written with: its navigation."""

from collections.abc import Sequence

from django import template
from django.template import RequestContext

from flexnet.public import navigation
from flexnet.web.navigation import Link

register = template.Library()


@register.simple_tag(takes_context=True, name="navigation")
def navigate(context: RequestContext) -> Sequence[Link]:
    """Where one may go from here."""
    return navigation.links(context["request"])
