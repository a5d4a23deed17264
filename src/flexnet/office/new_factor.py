"""Setting up a factor: the same page for the first one and for every later one."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from flexnet.accounts import app_secrets, factors, webauthn
from flexnet.accounts.errors import BadFactor, FactorTaken, NotEnrolling
from flexnet.accounts.models import Staff
from flexnet.office import second_factor
from flexnet.office.entry_forms import NewApp, NewKey

_SECRET = "app_secret"  # noqa: S105 - where the session keeps it, sealed


@dataclass(frozen=True)
class Wish:
    """Who sets up a factor, by which right, and which page it was asked from."""

    staff: Staff
    by: str
    enrolling: int | None = None
    back: str = "account"


def app(request: HttpRequest, wish: Wish) -> HttpResponse | None:
    """The secret as picture and text, and the first code; None: it is set up."""
    sealed, form = _secret(request, wish.staff), NewApp(request.POST or None)
    if request.method == "POST" and form.is_valid():
        problem = _add_app(wish, sealed, form.cleaned_data["code"])
        if problem is None:
            del request.session[_SECRET]
            return None
        form.add_error("code", problem)
    told = app_secrets.told(sealed, wish.staff)
    context = {"form": form, "told": told, "picture": _picture(told.address), "back": wish.back}
    return render(request, "office/new_app.html", context, status=422 if form.errors else 200)


def key(request: HttpRequest, wish: Wish) -> HttpResponse | None:
    """A name, and the touch of the key; None: it is set up."""
    form = NewKey(request.POST or None)
    if request.method == "POST":
        kept = second_factor.kept(request)
        if form.is_valid():
            problem = _add_key(wish, form, kept)
            if problem is None:
                return None
            form.add_error(None, problem)
    known = [bytes(row.credential_id) for row in wish.staff.security_keys.all()]
    question = webauthn.ask_to_register(
        user_id=wish.staff.pk, user_name=str(wish.staff), name=wish.staff.name, known=known
    )
    second_factor.keep(request, question.kept)
    context = {"form": form, "options": question.options, "back": wish.back}
    return render(request, "office/new_key.html", context, status=422 if form.errors else 200)


def _secret(request: HttpRequest, staff: Staff) -> bytes:
    """The same one until a code fits, so that a typing error needs no new picture."""
    if _SECRET not in request.session:
        request.session[_SECRET] = base64.b64encode(app_secrets.make(staff)).decode("ascii")
    return base64.b64decode(request.session[_SECRET])


def _add_app(wish: Wish, sealed: bytes, typed: str) -> str | None:
    try:
        fits = factors.add_app(
            staff=wish.staff,
            sealed_secret=sealed,
            typed=typed,
            enrolling=wish.enrolling,
            by=wish.by,
            now=datetime.now(UTC),
        )
    except NotEnrolling:
        return _not_enrolling()
    if fits:
        return None
    return _(
        "Dieser Code passt nicht. Nehmen Sie den, den die App gerade anzeigt, und prüfen Sie die Uhr Ihres "
        "Telefons."
    )


def _add_key(wish: Wish, form: NewKey, kept: Mapping[str, str]) -> str | None:
    try:
        factors.add_key(
            staff=wish.staff,
            name=form.cleaned_data["name"],
            answer=form.cleaned_data["signature"],
            kept=kept,
            enrolling=wish.enrolling,
            by=wish.by,
            now=datetime.now(UTC),
        )
    except NotEnrolling:
        return _not_enrolling()
    except FactorTaken:
        return _("Dieser Schlüssel ist schon eingerichtet.")
    except BadFactor:
        return _("Das hat nicht geklappt. Versuchen Sie es noch einmal.")
    return None


def _not_enrolling() -> str:
    return _(
        "Ihr Einrichtungscode gilt nicht mehr. Bitten Sie die Verwaltung der Mitarbeiter um einen neuen."
    )


def _picture(address: str) -> SafeString:
    """A QR code as SVG without styles, which the content security policy would drop."""
    drawn = segno.make_qr(address, error="m")
    shape = drawn.svg_inline(border=4, omitsize=True, svgclass=None, lineclass=None)
    return mark_safe(shape)  # noqa: S308 - drawn by the package: a path, and nothing of the address
