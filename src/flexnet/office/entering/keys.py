"""A programmed key from the stock proves itself by a touch, and belongs to an access."""

from collections.abc import Mapping
from typing import Any, Final, cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from flexnet.access import key_desk, stock
from flexnet.access.errors import ExtraKey, KeyOfNoUse, KeyTaken, TooManyTries
from flexnet.access.key_desk import For
from flexnet.access.models import Access, KeyAssignment
from flexnet.access.rules import day_of
from flexnet.accounts.models import Role
from flexnet.keys import queries as keys
from flexnet.keys.errors import MovedMeanwhile, NoSuchKey, SealUsed, WrongPlace
from flexnet.keys.models import Key, Place
from flexnet.office import recipients
from flexnet.office.entering import pages
from flexnet.office.entering.derived_accesses import access_or_404
from flexnet.office.entering.fields import Code, Line
from flexnet.office.entering.forms import Entry
from flexnet.office.entering.pages import Page, Refused
from flexnet.office.middleware import StaffRequest
from flexnet.office.roles import only

_COUNTED: Final = 1000


class Touch(forms.TextInput):
    """The key types into it, with Enter; what it typed before is not shown again, or it would be typed on."""

    def format_value(self, value: Any) -> None:
        return None


class KeyFromStock(Entry):
    """Which one lies on the desk. The Enter that a scanner or the key types sends the form."""

    serial = Code(
        label=gettext_lazy("Seriennummer des YubiKeys"),
        help_text=gettext_lazy("Sie steht auf der Rückseite des YubiKeys. Tippen oder scannen Sie sie."),
        max_length=20,
    )
    reason = Line(label=gettext_lazy("Wofür?"), max_length=200)
    seal = Code(
        label=gettext_lazy("Nummer des Siegels"),
        help_text=gettext_lazy("Wenn Sie ihn gleich in eine Tüte mit nummeriertem Siegel packen."),
        max_length=20,
        required=False,
    )
    code = Code(
        label=gettext_lazy("Einmalcode"),
        help_text=gettext_lazy(
            "Stecken Sie den YubiKey ein, klicken Sie in dieses Feld und drücken Sie einmal auf den YubiKey: "
            "Er tippt den Code und sendet ab."
        ),
        max_length=80,
        required=False,
        widget=Touch,
    )


def _form(access: Access, typed: Mapping[str, Any]) -> KeyFromStock:
    """Why is asked only for a key beyond the one that each site has free (§ 2(1))."""
    form = KeyFromStock(**typed)
    if not stock.is_extra(access):
        del form.fields["reason"]
    return form


@only(Role.CLERK, Role.KEY_DESK)
@require_http_methods(["GET", "POST"])
def key(request: HttpRequest, user_name: str) -> HttpResponse:
    """The key opens this access from now on."""
    access = access_or_404(user_name)
    form = _form(access, pages.typed(request))
    page = Page(
        _("YubiKey zuordnen"),
        _("YubiKey zuordnen"),
        recipients.home(access, day_of(pages.now())),
        _("Zurück"),
        lead=_("Zum Zugang „%(name)s“. Frei im Lager: %(count)s.") % {"name": access, "count": _in_stock()},
        done=_("Der YubiKey ist geprüft und zugeordnet. Schicken Sie ihn mit eigener Post."),
    )
    if form.is_bound and form.is_valid() and not form.cleaned_data["code"] and _is_ready(form):
        return _ask_for_touch(request, form, page)

    def save() -> str:
        _bind(request, form.cleaned_data, access)
        return page.back

    return pages.answer(request, form, page, save=save)


def _is_ready(form: KeyFromStock) -> bool:
    """Whether it makes sense to touch it: whatever else is wrong is told at once."""
    try:
        return keys.whereabouts_of(keys.key(form.cleaned_data["serial"]))[0] is Place.IN_STOCK
    except NoSuchKey:
        return False


def _ask_for_touch(request: HttpRequest, form: KeyFromStock, page: Page) -> HttpResponse:
    """The number was scanned; the next thing that types is the key itself."""
    form.fields["code"].widget.attrs["autofocus"] = True
    lead = _("YubiKey %(key)s: Stecken Sie ihn ein und drücken Sie jetzt einmal darauf.")
    told = Page(page.title, page.button, page.back, page.back_to, lead % {"key": form.cleaned_data["serial"]})
    return render(request, "office/entering/form.html", {"form": form, "page": told, "problems": ()})


def _in_stock() -> str:
    """How many are free, as far as anybody counts them."""
    count = stock.free_keys().order_by()[: _COUNTED + 1].count()
    return str(count) if count <= _COUNTED else _("mehr als %(count)s") % {"count": _COUNTED}


def _bind(request: HttpRequest, asked: Mapping[str, Any], access: Access) -> None:
    """A key that belongs to this access already was touched twice, and its first Enter came before."""
    serial = asked["serial"]
    if KeyAssignment.objects.filter(access=access, key__serial=serial, until_at=None).exists():
        return
    try:
        bound = key_desk.bind_ready(
            serial=serial,
            typed=asked["code"],
            to=For(access, asked.get("reason", ""), asked["seal"]),
            account_id=cast(StaffRequest, request).staff.account_id,
            by=pages.who(request),
            now=pages.now(),
        )
    except tuple(_REFUSALS) as error:
        field, text = _REFUSALS[type(error)]
        raise Refused(field, str(text)) from None
    except KeyTaken:
        raise Refused("serial", _whose(serial, access)) from None
    except WrongPlace:
        raise Refused("serial", _where(keys.key(serial))) from None
    if bound is None:
        raise Refused("code", str(_NOT_THIS_KEY))


_NOT_THIS_KEY: Final = gettext_lazy(
    "Das hat nicht dieser YubiKey getippt. Vergleichen Sie die Nummer auf seiner Rückseite, klicken Sie in "
    "das Feld und drücken Sie noch einmal. Passt es wieder nicht, legen Sie ihn beiseite: Er gehört neu "
    "programmiert."
)
_REFUSALS: Final = {
    NoSuchKey: (
        "serial",
        gettext_lazy("Dieser YubiKey ist nicht im Lager. Prüfen Sie die Nummer auf seiner Rückseite."),
    ),
    KeyOfNoUse: (
        None,
        gettext_lazy(
            "Ein Mitarbeiterzugang braucht keinen YubiKey: Er kommt über die Verbindung der Praxis."
        ),
    ),
    ExtraKey: (
        None,
        gettext_lazy(
            "Jede Betriebsstätte hat einen YubiKey, und dieser wäre einer mehr: Die KV gibt keinen aus."
        ),
    ),
    SealUsed: (
        "seal",
        gettext_lazy("Mit diesem Siegel ist eine andere Tüte verschlossen. Prüfen Sie die Nummer."),
    ),
    TooManyTries: (
        "code",
        gettext_lazy("Zu viele Codes haben nicht gepasst. Warten Sie eine Minute, dann geht es weiter."),
    ),
    MovedMeanwhile: (
        "serial",
        gettext_lazy(
            "Jemand hat diesen YubiKey gerade bewegt. Sehen Sie nach und versuchen Sie es noch einmal."
        ),
    ),
}


def _where(key: Key) -> str:
    other = KeyAssignment.objects.select_related("access").filter(key=key, until_at=None).first()
    if other:
        return _("Dieser YubiKey gehört schon zum Zugang „%(name)s“.") % {"name": other.access}
    return _("Dieser YubiKey ist nicht im Lager. War er schon unterwegs, wird er erst neu programmiert.")


def _whose(serial: str, access: Access) -> str:
    held = KeyAssignment.objects.filter(access=access, until_at=None).select_related("key").first()
    if held:
        return _("Der Zugang hat schon den YubiKey %(serial)s.") % {"serial": held.key}
    return _where(keys.key(serial))
