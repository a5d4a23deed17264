"""What the law wants said on every site, in the KV's own words: three pages, linked in every footer."""

from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from flexnet import configuration
from flexnet.web import texts

TITLES = {
    "imprint": _("Impressum"),
    "privacy": _("Datenschutzerklärung"),
    "accessibility": _("Erklärung zur Barrierefreiheit"),
}


def links() -> list[tuple[str, str | Promise]]:
    """Names of addresses with their titles; of those that the configuration gives a text for."""
    given = configuration.current().texts
    return [(name, title) for name, title in TITLES.items() if getattr(given, name)]


@login_not_required
@require_safe
def page(request: HttpRequest, name: str) -> HttpResponse:
    """One of them; the file is read anew each time, so that a mended text shows at once."""
    file: Path | None = getattr(configuration.current().texts, name)
    if file is None:
        raise Http404
    context = {"title": TITLES[name], "blocks": texts.blocks(file.read_text(encoding="utf-8"))}
    return render(request, "web/text.html", context)


urlpatterns = [
    path("impressum/", page, {"name": "imprint"}, name="imprint"),
    path("datenschutz/", page, {"name": "privacy"}, name="privacy"),
    path("barrierefreiheit/", page, {"name": "accessibility"}, name="accessibility"),
]
