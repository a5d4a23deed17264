"""Windows held open longer: which there are, one granted, one taken back."""

from datetime import UTC, datetime
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from flexnet import configuration
from flexnet.access.rules import day_of
from flexnet.accounts.models import Role
from flexnet.billing import extensions, windows
from flexnet.billing.errors import NoLonger, NoWindow, Revoked
from flexnet.billing.extensions import Longer
from flexnet.billing.models import Extension
from flexnet.billing.windows import Window
from flexnet.lib.quarters import Quarter
from flexnet.members.models import Practice, Site
from flexnet.office import act_forms, acting, finding
from flexnet.office.acting import Act, Deed, Done, Place, Says, Wish
from flexnet.office.entry_forms import MISSING
from flexnet.office.roles import only
from flexnet.web import words

_MOST: Final = 200
_QUARTERS: Final = 3
_ONE, _ALL = "one", "all"
_billing: Final = only(Role.BILLING, Role.CLERK)


class _Longer(forms.Form):
    """For whom, which quarter, until when, and why."""

    quarter = forms.ChoiceField(label=gettext_lazy("Quartal"), error_messages={"required": MISSING})
    scope = forms.ChoiceField(
        label=gettext_lazy("Für wen?"),
        choices=[(_ONE, gettext_lazy("Für eine Praxis")), (_ALL, gettext_lazy("Für alle Praxen"))],
        widget=forms.RadioSelect,
        error_messages={"required": MISSING},
    )
    bsnr = act_forms.Line(
        gettext_lazy("BSNR der Praxis"),
        required=False,
        longest=9,
        help_text=gettext_lazy("Nur für eine Praxis. Die Frist gilt dann für alle ihre Betriebsstätten."),
    )
    until = act_forms.DayField(
        gettext_lazy("Letzter Tag"), help_text=gettext_lazy("Bis 24:00 Uhr dieses Tages.")
    )
    reason = act_forms.Lines(gettext_lazy("Warum?"))

    def __init__(self, data: QueryDict | None) -> None:
        super().__init__(data)
        today = day_of(datetime.now(UTC))
        quarter = self.fields["quarter"]
        assert isinstance(quarter, forms.ChoiceField)  # noqa: S101 - narrows the type
        known = [Quarter.of(today) - back for back in range(_QUARTERS)]
        quarter.choices = [(str(one), str(one)) for one in known]
        if window := windows.current(today, configuration.current().billing):
            quarter.initial = str(window.quarter)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("scope") == _ONE:
            site = Site.objects.select_related("practice").filter(bsnr=data.get("bsnr", "")).first()
            if site is None:
                self.add_error("bsnr", _("Zu dieser BSNR ist keine Betriebsstätte eingetragen."))
            data["practice"] = site.practice if site else None
        elif data.get("bsnr"):
            self.add_error("bsnr", _("Für alle Praxen lassen Sie die BSNR weg."))
        return data


@_billing
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The windows of the last quarters, and who has longer."""
    today = day_of(datetime.now(UTC))
    known = (extensions.window(Quarter.of(today) - back) for back in range(_QUARTERS))
    context = {
        "windows": [one for one in known if one],
        "rows": list(extensions.listed()[:_MOST]),
        "today": today,
    }
    return render(request, "office/billing/extensions.html", context)


@_billing
@require_http_methods(["GET", "POST"])
def grant(request: HttpRequest) -> HttpResponseBase:
    """For one practice, or for all."""
    return acting.perform(request, GRANT, extensions.current(day_of(datetime.now(UTC))), _place())


@_billing
@require_http_methods(["GET", "POST"])
def revoke(request: HttpRequest, number: int) -> HttpResponseBase:
    """Granted by a slip."""
    row = finding.there(Extension.objects.select_related("practice").filter(pk=number).first())
    if row.revoked_at:
        return acting.over(request, _place().url)
    return acting.perform(request, REVOKE, row, _place())


def _place() -> Place:
    return Place(reverse("extensions"), _("Abgabefristen"))


def _longer(wish: Wish[Window | None]) -> Longer:
    data = wish.data
    return Longer(Quarter.parse(data["quarter"]), data.get("practice"), data["until"], data["reason"])


def _says(wish: Wish[Window | None]) -> Says:
    wanted = _longer(wish)
    if refused := extensions.why_not(wanted, day_of(wish.now)):
        raise refused
    said = {"quarter": wanted.quarter, "day": words.long_day(wanted.until_on), "who": _who(wanted.practice)}
    sentences = [
        _("%(who)s: Die Frist für %(quarter)s endet am %(day)s um 24:00 Uhr.") % said,
        _("Wer bis dahin einreicht, ist nicht zu spät. Die Praxis sieht das im Portal."),
    ]
    return Says(sentences, _("Sie können die Verlängerung zurücknehmen."))


def _ready(wish: Wish[Window | None]) -> Deed:
    def deed() -> Done:
        extensions.grant(wanted=_longer(wish), by=wish.by, now=wish.now)
        return Done(_("Die Frist ist verlängert."))

    return deed


def _who(practice: Practice | None) -> str:
    return practice.name if practice else _("Alle Praxen")


def _says_back(wish: Wish[Extension]) -> Says:
    row = wish.thing
    then = extensions.window_of(row.practice, row.quarter, without=row)
    day = words.long_day(then.closes) if then else ""
    said = {"quarter": row.quarter, "who": _who(row.practice), "day": day}
    text = _("%(who)s: Die Frist für %(quarter)s endet am %(day)s um 24:00 Uhr.") % said
    sentences = [text, _("Wer danach einreicht, ist zu spät.")]
    if row.practice is None:
        sentences.append(_("Praxen mit einer eigenen Verlängerung behalten sie."))
    return Says(sentences, _("Eine neue Verlängerung ist jederzeit möglich."))


def _ready_back(wish: Wish[Extension]) -> Deed:
    def deed() -> Done:
        extensions.revoke(extension=wish.thing, by=wish.by, reason=wish.data["reason"], now=wish.now)
        return Done(_("Die Verlängerung ist zurückgenommen."))

    return deed


class _Reason(forms.Form):
    reason = act_forms.Lines(gettext_lazy("Warum wird sie zurückgenommen?"))


GRANT: Final = Act[Window | None](
    title=gettext_lazy("Abgabefrist verlängern"),
    button=gettext_lazy("Frist verlängern"),
    form=lambda _window, data: _Longer(data),
    says=_says,
    ready=_ready,
    refusals={
        NoWindow: gettext_lazy("Für dieses Quartal sind keine Tage festgelegt. Bitten Sie die IT darum."),
        NoLonger: gettext_lazy("Bis dahin läuft die Frist ohnehin, oder der Tag ist vorbei."),
    },
)
REVOKE: Final = Act[Extension](
    title=gettext_lazy("Verlängerung zurücknehmen"),
    button=gettext_lazy("Verlängerung zurücknehmen"),
    form=lambda _row, data: _Reason(data),
    says=_says_back,
    ready=_ready_back,
    refusals={Revoked: gettext_lazy("Jemand hat sie inzwischen zurückgenommen.")},
    is_dangerous=True,
)

ADDRESSES: Final[list[URLPattern]] = [
    path("abgabefristen/", page, name="extensions"),
    path("abgabefristen/verlaengern/", grant, name="extension-grant"),
    path("abgabefristen/<int:number>/zuruecknehmen/", revoke, name="extension-revoke"),
]
