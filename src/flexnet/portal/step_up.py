"""Confirming that it is still the same person, in the middle of an act, which then goes on."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Concatenate, Final, ParamSpec, cast

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from flexnet import configuration
from flexnet.access import confirming
from flexnet.access.errors import TooManyTries
from flexnet.portal.middleware import CONFIRMED_AT, MemberRequest
from flexnet.web import kept_forms
from flexnet.web.passwords import password_input

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

FRESH_FOR: Final = timedelta(minutes=5)
_PASSWORD: Final = "confirm-password"  # noqa: S105 - the name of a field


class Confirm(forms.Form):
    """The password once more."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]  # what Django takes: nothing, or what was sent
        word = configuration.current().profile.words.password
        self.fields[_PASSWORD] = forms.CharField(
            label=_("Ihr %(word)s") % {"word": word},
            max_length=200,
            strip=False,
            widget=password_input(autocomplete="current-password"),
            error_messages={"required": _("Bitte füllen Sie dieses Feld aus.")},
        )


def fresh(view: View[P]) -> View[P]:
    """What is sent to this page takes effect only with a password of the last minutes, which is asked for."""

    @wraps(view)
    @sensitive_post_parameters(_PASSWORD)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        asked = ask(request) if request.method == "POST" else None
        return asked or view(request, *args, **kwargs)

    return guarded


def ask(request: HttpRequest) -> HttpResponse | None:
    """The page that asks, holding whatever was typed; None: it is the same person, and the act goes on."""
    now = datetime.now(UTC)
    if _PASSWORD not in request.POST:
        return None if _is_fresh(request, now) else _page(request, Confirm())
    form = Confirm(request.POST)
    return None if _is_confirmed(request, form, now) else _page(request, form)


def _is_fresh(request: HttpRequest, now: datetime) -> bool:
    """A clock set back does not count."""
    since: float = now.timestamp() - request.session.get(CONFIRMED_AT, 0.0)
    return 0 <= since <= FRESH_FOR.total_seconds()


def _is_confirmed(request: HttpRequest, form: Confirm, now: datetime) -> bool:
    if not form.is_valid():
        return False
    member, word = cast(MemberRequest, request).access, configuration.current().profile.words.password
    try:
        is_right = confirming.by_password(access=member, password=form.cleaned_data[_PASSWORD], now=now)
    except TooManyTries:
        form.add_error(None, _("Das waren viele Versuche. Warten Sie eine Minute, dann geht es weiter."))
        return False
    if not is_right:
        form.add_error(_PASSWORD, _("Das %(word)s stimmt nicht.") % {"word": word})
        return False
    request.session[CONFIRMED_AT] = now.timestamp()
    return True


def _page(request: HttpRequest, form: Confirm) -> HttpResponse:
    """Hidden fields carry what was typed to where it was sent."""
    context = {"form": form, "field": form[_PASSWORD], "typed": kept_forms.typed(request.POST)}
    return render(request, "portal/step_up.html", context, status=422 if form.errors else 200)
