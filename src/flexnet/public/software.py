"""Client software: asked for by number and system, fetched by an individual link."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from flexnet import configuration
from flexnet.lib.identifiers import BadIdentifier, Bsnr
from flexnet.software import links, notifying, queries, requests, systems
from flexnet.software.models import Link, Release
from flexnet.software.systems import Support, System

View = Callable[..., HttpResponse]
SYSTEMS: Final = [(one.value, name) for one, name in notifying.NAMES.items()]
_MINIMUM: Final = {
    System.WINDOWS: _("ab Windows %(version)s"),
    System.MACOS: _("ab macOS %(version)s"),
    System.LINUX: _("ab Linux-Kernel %(version)s, nur 64 Bit"),
}
_SEEN: Final = {
    Support.TOO_OLD: _("Dieser Computer ist zu alt dafür, soweit wir das von hier aus sehen."),
    Support.NOT_64_BIT: _("Dieser Computer hat kein 64-Bit-System, soweit wir das von hier aus sehen."),
    Support.OTHER_SYSTEM: _(
        "Sie lesen das an einem Computer mit einem anderen System. "
        "Öffnen Sie den Link dort, wo Sie die Software installieren möchten."
    ),
    Support.NO_COMPUTER: _(
        "Sie lesen das auf einem Telefon oder Tablet. Öffnen Sie den Link an dem Computer, "
        "auf dem Sie die Software installieren möchten."
    ),
}


class Request(forms.Form):
    """By a number that anybody may know; that is why the link goes to the registered address only."""

    bsnr = forms.CharField(
        label=_("Betriebsstättennummer (BSNR)"),
        help_text=_("Neun Ziffern; sie stehen auf Ihrem Praxisstempel."),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "short"}),
        error_messages={"required": _("Bitte füllen Sie dieses Feld aus.")},
    )
    system = forms.ChoiceField(
        label=_("Für welches Betriebssystem?"),
        choices=SYSTEMS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Bitte wählen Sie.")},
    )

    def clean_bsnr(self) -> str:
        try:
            return Bsnr.parse(self.cleaned_data["bsnr"])
        except BadIdentifier as bad:
            raise forms.ValidationError(str(_(bad.message))) from None


@dataclass(frozen=True)
class Offer:
    """A release on the page of a link; `hint` is empty if this computer seems to be one for it."""

    release: Release
    minimum: str
    support: Support
    hint: str | Promise


def _offered(view: View) -> View:
    """There only where the KV gives software out."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if configuration.current().profile.software == "none":
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_http_methods(["GET", "POST"])
@_offered
def page(request: HttpRequest) -> HttpResponse:
    """Whatever is typed, the answer is the same: nobody learns here which practices there are."""
    form = Request(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        requests.request_publicly(
            bsnr=form.cleaned_data["bsnr"],
            system=System(form.cleaned_data["system"]),
            source=request.META["REMOTE_ADDR"],
            now=datetime.now(UTC),
        )
        return redirect("software-sent")
    return render(request, "public/software.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@_offered
def sent(request: HttpRequest) -> HttpResponse:
    """The one answer, and what comes next."""
    return render(request, "public/software_sent.html")


@require_safe
@_offered
def over(request: HttpRequest) -> HttpResponse:
    """What to do when a link or a download gives nothing any more, whatever the reason."""
    return render(request, "public/software_over.html")


@require_safe
@_offered
def link(request: HttpRequest, token: str) -> HttpResponse:
    """What the link gives, each with its button. Opening it uses nothing up: mail scanners do that too."""
    row = links.opened(token, datetime.now(UTC))
    if row is None:
        return _over(request)
    agent = request.headers.get("User-Agent", "")
    offers = [_offer(one, agent) for one in queries.current(System(row.request.system))]
    context = {"link": row, "token": token, "offers": offers, "system": _named(row)}
    return render(request, "public/software_link.html", context)


@require_POST
@_offered
def load(request: HttpRequest, token: str) -> HttpResponse:
    """The button: a short address is made for the download."""
    number = request.POST.get("release", "")
    release = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0
    if links.grant(link_token=token, release=release, now=datetime.now(UTC)) is None:
        return _over(request)
    return redirect("software-ready", token=token, release=release)


@require_safe
@_offered
def ready(request: HttpRequest, token: str, release: int) -> HttpResponse:
    """The second button, beside what the file must be."""
    found = links.granted(link_token=token, release=release, now=datetime.now(UTC))
    if found is None:
        is_open = links.opened(token, datetime.now(UTC)) is not None
        return redirect("software-link", token=token) if is_open else _over(request)
    download, address = found
    row = download.release
    url = f"{configuration.current().downloads.url.rstrip('/')}/{address}/{row.file_name}"
    context = {"release": row, "url": url, "until": download.expires_at, "token": token}
    return render(request, "public/software_ready.html", context)


def _over(request: HttpRequest) -> HttpResponse:
    """The same for a link that is wrong, used up, expired or replaced."""
    return render(request, "public/software_over.html", status=404)


def _offer(row: Release, agent: str) -> Offer:
    system = System(row.system)
    found = systems.support(agent, system=system, minimum=row.minimum)
    return Offer(row, str(_MINIMUM[system]) % {"version": row.minimum}, found, _SEEN.get(found, ""))


def _named(row: Link) -> str:
    return notifying.NAMES[System(row.request.system)]
