"""A key from the stock is assigned to an access."""

from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from flexnet.access import actions, stock
from flexnet.access.errors import ExtraKey, KeyOfNoUse, KeyTaken
from flexnet.access.models import Access, KeyAssignment
from flexnet.access.rules import day_of
from flexnet.accounts.models import Role
from flexnet.keys import queries as keys
from flexnet.keys.errors import MovedMeanwhile, NoSuchKey, WrongPlace
from flexnet.office import recipients
from flexnet.office.entering import pages
from flexnet.office.entering.derived_accesses import access_or_404
from flexnet.office.entering.fields import Code, Line
from flexnet.office.entering.forms import Entry
from flexnet.office.entering.pages import Page, Refused
from flexnet.office.roles import only

_COUNTED: Final = 1000


class KeyFromStock(Entry):
    """Which one lies on the desk."""

    serial = Code(
        label=gettext_lazy("Seriennummer des YubiKeys"),
        help_text=gettext_lazy("Sie steht auf der Rückseite des YubiKeys."),
        max_length=20,
    )
    reason = Line(label=gettext_lazy("Wofür?"), max_length=200)


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
        done=_("Der YubiKey ist zugeordnet. Schicken Sie ihn mit eigener Post."),
    )

    def save() -> str:
        asked = form.cleaned_data
        _assign(asked["serial"], access, by=pages.who(request), reason=asked.get("reason", ""))
        return page.back

    return pages.answer(request, form, page, save=save)


def _in_stock() -> str:
    """How many are free, as far as anybody counts them."""
    count = stock.free_keys().order_by()[: _COUNTED + 1].count()
    return str(count) if count <= _COUNTED else _("mehr als %(count)s") % {"count": _COUNTED}


def _assign(serial: str, access: Access, *, by: str, reason: str) -> None:
    try:
        actions.assign_key(key=keys.key(serial), access=access, by=by, reason=reason, now=pages.now())
    except NoSuchKey:
        text = _("Dieser YubiKey ist nicht im Lager. Prüfen Sie die Nummer auf seiner Rückseite.")
        raise Refused("serial", text) from None
    except KeyOfNoUse:
        text = _("Ein Mitarbeiterzugang braucht keinen YubiKey: Er kommt über die Verbindung der Praxis.")
        raise Refused(None, text) from None
    except ExtraKey:
        text = _("Jede Betriebsstätte hat einen YubiKey, und dieser wäre einer mehr: Die KV gibt keinen aus.")
        raise Refused(None, text) from None
    except WrongPlace:
        text = _("Dieser YubiKey ist nicht im Lager. War er schon unterwegs, wird er erst neu programmiert.")
        raise Refused("serial", text) from None
    except MovedMeanwhile:
        text = _("Jemand hat diesen YubiKey gerade bewegt. Sehen Sie nach und versuchen Sie es noch einmal.")
        raise Refused("serial", text) from None
    except KeyTaken:
        raise Refused("serial", _whose(serial, access)) from None


def _whose(serial: str, access: Access) -> str:
    held = KeyAssignment.objects.filter(access=access, until_at=None).select_related("key").first()
    if held:
        return _("Der Zugang hat schon den YubiKey %(serial)s.") % {"serial": held.key}
    other = KeyAssignment.objects.select_related("access").get(key__serial=serial, until_at=None)
    return _("Dieser YubiKey gehört schon zum Zugang „%(name)s“.") % {"name": other.access}
