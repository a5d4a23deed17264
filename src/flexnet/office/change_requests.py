"""What members ask to have changed about themselves: before and after, accepted or declined with a reason."""

from datetime import UTC, datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from flexnet.access import change_requests, changeable, changes_asked
from flexnet.access.changeable import Datum
from flexnet.access.changes_asked import State
from flexnet.access.errors import NotAsked, NotYet
from flexnet.access.models import ChangeRequest
from flexnet.access.rules import day_of
from flexnet.accounts.models import Role
from flexnet.members.errors import BadEntry, ChangedMeanwhile
from flexnet.office import act_forms, acting, finding
from flexnet.office.acting import Act, Deed, Done, Place, Says, Wish
from flexnet.office.roles import only
from flexnet.web import words
from flexnet.web.status import Status

LABELS: Final = {
    Datum.NAME: gettext_lazy("Name der Person"),
    Datum.PRACTICE: gettext_lazy("Name der Praxis"),
    Datum.ADDRESS: gettext_lazy("Anschrift"),
    Datum.PHONE: gettext_lazy("Telefon"),
    Datum.FAX: gettext_lazy("Fax"),
    Datum.EMAIL: gettext_lazy("E-Mail"),
    Datum.PARTY_NAME: gettext_lazy("Name der Einrichtung"),
    Datum.SIGNATORY: gettext_lazy("Wer unterschreibt"),
    Datum.CONTACT: gettext_lazy("Ansprechperson"),
    Datum.PARTY_PHONE: gettext_lazy("Telefon"),
    Datum.PARTY_EMAIL: gettext_lazy("E-Mail"),
}
_STATES: Final = {
    State.WAITS: Status(gettext_lazy("Wartet auf uns"), "clock", "warning"),
    State.ACCEPTED: Status(gettext_lazy("Eingetragen"), "check", "ok"),
    State.DECLINED: Status(gettext_lazy("Abgelehnt"), "error", ""),
    State.WITHDRAWN: Status(gettext_lazy("Zurückgezogen"), "leave", ""),
}


@only(Role.CLERK)
@require_safe
def page(request: HttpRequest, number: int) -> HttpResponse:
    """Before, what stands there now if that is something else, and after."""
    row = finding.there(changes_asked.request(number))
    stored = changeable.stored(Datum(row.datum), change_requests.subject_of(row))
    context: dict[str, Any] = {
        "row": row,
        "label": LABELS[Datum(row.datum)],
        "about": about(row),
        "about_url": _url_of(row),
        "before": said(row.seen),
        "after": said(row.wanted),
        "stored": said(stored),
        "is_other": row.is_open and stored != row.seen,
        "is_early": row.is_open and row.datum != Datum.ADDRESS and day_of(datetime.now(UTC)) < row.from_on,
        "status": _STATES[changes_asked.state_of(row)],
    }
    return render(request, "office/change_request.html", context)


@only(Role.CLERK, auditors_read=False)
@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest, number: int) -> HttpResponseBase:
    """It becomes the change in the register."""
    return _perform(request, _ACCEPT, number)


@only(Role.CLERK, auditors_read=False)
@require_http_methods(["GET", "POST"])
def decline(request: HttpRequest, number: int) -> HttpResponseBase:
    """It stays as it is, and the member reads why."""
    return _perform(request, _DECLINE, number)


def about(row: ChangeRequest) -> str:
    """Whose it is, as clerks know them."""
    if row.site:
        return f"{row.site.practice.name}, BSNR {row.site}"
    if row.person:
        return f"{row.person.name}, LANR {row.person}"
    return row.third_party.name if row.third_party else ""


def said(values: dict[str, str]) -> str:
    """An address as on a letter; all else has one value."""
    if "street" not in values:
        return values["value"]
    place = f"{values['postcode']} {values['town']}".strip()
    return "\n".join(filter(None, (values["extra"], values["street"], place)))


def _url_of(row: ChangeRequest) -> str:
    if row.site:
        return reverse("practice", args=[row.site.practice_id])
    if row.third_party_id:
        return reverse("third-party", args=[row.third_party_id])
    return reverse("access", args=[row.access])


def _perform(request: HttpRequest, act: Act[ChangeRequest], number: int) -> HttpResponseBase:
    row = finding.there(changes_asked.request(number))
    place = Place(reverse("change-request", args=[row.pk]), about(row))
    if not row.is_open and request.method == "GET":
        return acting.over(request, place.url)
    return acting.perform(request, act, row, place)


def _says_accept(wish: Wish[ChangeRequest]) -> Says:
    row = wish.thing
    after = said(row.wanted).replace("\n", ", ") or _("(leer)")
    said_ = _("%(what)s wird eingetragen: %(after)s") % {"what": LABELS[Datum(row.datum)], "after": after}
    sentences = [said_]
    if row.datum == Datum.ADDRESS:
        sentences += [
            _("Briefe gehen ab dem %(day)s dorthin.") % {"day": words.short_day(row.from_on)},
            _("Geheimnisse gehen erst einige Tage später dorthin."),
        ]
    return Says(sentences, _("Es lässt sich jederzeit wieder ändern; der Verlauf behält beides."))


def _ready_accept(wish: Wish[ChangeRequest]) -> Deed:
    def deed() -> Done:
        change_requests.accept(request=wish.thing, by=wish.by, now=wish.now)
        return Done(_("Die Änderung ist eingetragen. Das Mitglied liest es im Portal."))

    return deed


def _says_decline(wish: Wish[ChangeRequest]) -> Says:
    return Says([_("Es bleibt alles, wie es ist.")], _("Das Mitglied liest Ihren Grund im Portal."))


def _ready_decline(wish: Wish[ChangeRequest]) -> Deed:
    def deed() -> Done:
        reason = wish.data["reason"]
        change_requests.decline(request=wish.thing, by=wish.by, reason=reason, now=wish.now)
        return Done(_("Der Wunsch ist abgelehnt. Das Mitglied liest den Grund im Portal."))

    return deed


_SETTLED: Final[Promise] = gettext_lazy("Darüber ist schon entschieden, oder der Wunsch ist zurückgezogen.")
_ACCEPT: Final = Act[ChangeRequest](
    title=gettext_lazy("Änderungswunsch annehmen"),
    button=gettext_lazy("Änderung eintragen"),
    form=act_forms.of(),
    says=_says_accept,
    ready=_ready_accept,
    refusals={
        NotAsked: _SETTLED,
        NotYet: gettext_lazy("Die Änderung soll erst später gelten. Nehmen Sie den Wunsch an diesem Tag an."),
        ChangedMeanwhile: gettext_lazy(
            "Inzwischen ist etwas anderes eingetragen. Sehen Sie nach, und fragen Sie, was gelten soll."
        ),
        BadEntry: gettext_lazy("So lässt sich das nicht eintragen. Prüfen Sie Zahlen und Adressen."),
    },
)
_DECLINE: Final = Act[ChangeRequest](
    title=gettext_lazy("Änderungswunsch ablehnen"),
    button=gettext_lazy("Wunsch ablehnen"),
    form=act_forms.of(reason=lambda row: act_forms.reason(gettext_lazy("Das Mitglied liest ihn im Portal."))),
    says=_says_decline,
    ready=_ready_decline,
    refusals={NotAsked: _SETTLED},
)
