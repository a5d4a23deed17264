"""Where one can go: the areas of the portal, each for whoever has something there."""

from collections.abc import Callable, Sequence
from typing import Final, cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from flexnet.portal.middleware import MemberRequest
from flexnet.web import legal, manual
from flexnet.web.navigation import Link

# Of each area its first page, its name, and who is shown it. Pages whose address begins like that lie in it.
AREAS: Final[tuple[tuple[str, Promise, Callable[[MemberRequest], bool]], ...]] = (
    ("start", gettext_lazy("Startseite"), lambda _request: True),
    ("deliveries", gettext_lazy("Abrechnung"), lambda request: request.hands_in),
    ("documents", gettext_lazy("Dokumente"), lambda request: not request.access.third_party),
    ("messages", gettext_lazy("Nachrichten"), lambda _request: True),
    ("own-access", gettext_lazy("Mein Zugang"), lambda _request: True),
)
_ELSEWHERE: Final = {"start": "start", "confirmation-check": "deliveries"}  # by name, and not by address
_NOWHERE: Final = (*legal.TITLES, *manual.PAGES)


def links(request: HttpRequest) -> Sequence[Link]:
    """Those areas in which this access has something; none before somebody has come in for good."""
    member = cast(MemberRequest, request)
    if not getattr(member, "access", None) or member.is_narrow:
        return ()
    here = _here(request)
    return [Link(reverse(name), word, name == here) for name, word, is_shown in AREAS if is_shown(member)]


def _here(request: HttpRequest) -> str | None:
    """What has no area of its own is about the access itself; the manual and legal notices are in none."""
    match = request.resolver_match
    if match is None or match.url_name in _NOWHERE:
        return None
    if match.url_name in _ELSEWHERE:
        return _ELSEWHERE[match.url_name]
    within = [name for name, *_ in AREAS[1:] if request.path.startswith(reverse(name))]
    return within[0] if within else "own-access"
