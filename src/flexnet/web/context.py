"""What every template may say: who the KV is, and on which of its sites one is."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from flexnet import configuration
from flexnet.web import legal

_TITLES = {"office": gettext_lazy("Mitgliederverwaltung"), "public": gettext_lazy("Zugang zum Sicheren Netz")}


def known() -> dict[str, Any]:
    """The same, for pages that are drawn without a request."""
    profile = configuration.current().profile
    return {
        "profile": profile,
        "site_title": _TITLES.get(settings.SITE, profile.portal_name),
        "legal_links": legal.links(),
    }


def profile(_request: HttpRequest) -> dict[str, Any]:
    return known()
