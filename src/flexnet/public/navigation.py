"""Where one can go: the areas of the public site."""

from collections.abc import Sequence
from typing import Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from flexnet.web.navigation import Link

# Of each area its first page, its name, and the other pages that lie in it.
AREAS: Final[tuple[tuple[str, Promise, tuple[str, ...]], ...]] = (
    ("start", gettext_lazy("Startseite"), ()),
    ("choice", gettext_lazy("Antrag"), ("apply", "received")),
    ("requirements", gettext_lazy("Voraussetzungen"), ()),
    ("manual", gettext_lazy("Handbuch"), ("manual-chapter",)),
    ("all-terms", gettext_lazy("Nutzungsbedingungen"), ("terms",)),
    ("providers", gettext_lazy("KV-SafeNet-Anbieter"), ()),
    ("maintenance", gettext_lazy("Wartung"), ()),
)


def links(request: HttpRequest) -> Sequence[Link]:
    """All of them: nobody signs in here."""
    here = request.resolver_match.url_name if request.resolver_match else None
    return [Link(reverse(url), word, here == url or here in covers) for url, word, covers in AREAS]
