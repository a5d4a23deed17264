"""A billing file that was handed in: its story, and what the billing department does with it."""

from collections.abc import Callable
from typing import Final, cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from flexnet.accounts.models import Role
from flexnet.billing import course, fetching, registers, standing
from flexnet.billing.findings import Code
from flexnet.billing.models import Delivery
from flexnet.billing.standing import Barrier, Step
from flexnet.members.models import Site
from flexnet.office import act_forms, acting, finding, replies
from flexnet.office.acting import Act, Deed, Done, Place, Says, Wish
from flexnet.office.middleware import StaffRequest
from flexnet.office.practices import READERS
from flexnet.office.roles import only
from flexnet.web.billing_words import STATUS, story

_billing: Final = only(Role.BILLING, Role.CLERK)


class _Barred(Exception):
    """Somebody did something else with it meanwhile."""


@_billing
@require_safe
def page(request: HttpRequest, number: str) -> HttpResponse:
    """Of the content only counts."""
    receipt = finding.there(registers.receipt(number))
    row = receipt.delivery
    site = Site.objects.select_related("practice").filter(bsnr=row.bsnr).first()
    steps = [(Step.ACCEPT, ACCEPT), (Step.REJECT, REJECT), (Step.RELEASE, RELEASE)]
    context = {
        "receipt": receipt,
        "delivery": row,
        "practice": site.practice if site else None,
        "may_open": bool(cast(StaffRequest, request).staff.roles & {*READERS, Role.AUDITOR}),
        "status": STATUS[row.state],
        "story": story(row),
        "acts": [
            (reverse(f"delivery-{step}", args=[number]), act.button)
            for step, act in steps
            if standing.why_not(step, row.facts) is None
        ],
        "is_unscanned": any(one["code"] == Code.NOT_SCANNED for one in row.warnings),
        "may_try_again": row.damaged_at is not None,
        **replies.shown(row),
    }
    return render(request, "office/billing/delivery.html", context)


@_billing
@require_http_methods(["GET", "POST"])
def try_again(request: HttpRequest, number: str) -> HttpResponseBase:
    """What was damaged was put back from a backup."""
    row = finding.there(registers.receipt(number)).delivery
    place = Place(reverse("delivery", args=[number]), number)
    if row.damaged_at is None:
        return acting.over(request, place.url)
    return acting.perform(request, TRY_AGAIN, row, place)


def _view(act: Callable[[], Act[Delivery]], step: Step) -> Callable[..., HttpResponseBase]:
    @_billing
    @require_http_methods(["GET", "POST"])
    def view(request: HttpRequest, number: str) -> HttpResponseBase:
        row = finding.there(registers.receipt(number)).delivery
        place = Place(reverse("delivery", args=[number]), number)
        if standing.why_not(step, row.facts):
            return acting.over(request, place.url)
        return acting.perform(request, act(), row, place)

    return view


def _says(*sentences: Promise, undone: Promise) -> Callable[[Wish[Delivery]], Says]:
    def says(wish: Wish[Delivery]) -> Says:
        return Says(sentences, undone)

    return says


def _ready(
    do: Callable[[Wish[Delivery]], Barrier | bool | None], done: Promise
) -> Callable[[Wish[Delivery]], Deed]:
    def ready(wish: Wish[Delivery]) -> Deed:
        def deed() -> Done:
            if do(wish):
                raise _Barred
            return Done(done)

        return deed

    return ready


_REFUSALS: Final[acting.Refusals] = {
    _Barred: gettext_lazy(
        "Das geht nicht mehr: Inzwischen ist mit dieser Abrechnung etwas anderes geschehen."
    )
}
_FINAL: Final = gettext_lazy("Das lässt sich nicht zurücknehmen.")
ACCEPT: Final = Act[Delivery](
    title=gettext_lazy("Abrechnung annehmen"),
    button=gettext_lazy("Annehmen"),
    form=act_forms.of(),
    says=_says(gettext_lazy("Die Praxis sieht im Portal „Angenommen“."), undone=_FINAL),
    ready=_ready(
        lambda wish: course.accept(delivery=wish.thing, by=wish.by, now=wish.now),
        gettext_lazy("Die Abrechnung ist angenommen."),
    ),
    refusals=_REFUSALS,
)
REJECT: Final = Act[Delivery](
    title=gettext_lazy("Abrechnung ablehnen"),
    button=gettext_lazy("Ablehnen"),
    form=act_forms.of(
        reason=lambda _row: act_forms.Lines(
            gettext_lazy("Was ist falsch, und was soll die Praxis tun?"),
            help_text=gettext_lazy("Die Praxis liest das im Portal. Nennen Sie keine Patienten."),
        )
    ),
    says=_says(
        gettext_lazy("Die Abrechnung zählt nicht. Die Praxis liest den Grund und kann neu einreichen."),
        undone=_FINAL,
    ),
    ready=_ready(
        lambda wish: course.reject(delivery=wish.thing, by=wish.by, why=wish.data["reason"], now=wish.now),
        gettext_lazy("Die Abrechnung ist abgelehnt."),
    ),
    refusals=_REFUSALS,
    is_dangerous=True,
)
RELEASE: Final = Act[Delivery](
    title=gettext_lazy("Korrektur freigeben"),
    button=gettext_lazy("Korrektur freigeben"),
    form=act_forms.of(
        reason=lambda _row: act_forms.Lines(
            gettext_lazy("Was soll berichtigt werden?"),
            help_text=gettext_lazy("Die Praxis liest das im Portal. Nennen Sie keine Patienten."),
        )
    ),
    says=_says(
        gettext_lazy(
            "Die Praxis kann eine Datei einreichen, die diese ersetzt. Bis dahin zählt diese weiter."
        ),
        undone=_FINAL,
    ),
    ready=_ready(
        lambda wish: course.release(delivery=wish.thing, by=wish.by, why=wish.data["reason"], now=wish.now),
        gettext_lazy("Die Korrektur ist freigegeben."),
    ),
    refusals=_REFUSALS,
)
TRY_AGAIN: Final = Act[Delivery](
    title=gettext_lazy("Beschädigte Datei noch einmal auslegen"),
    button=gettext_lazy("Noch einmal auslegen"),
    form=act_forms.of(),
    says=_says(
        gettext_lazy(
            "Legen Sie die Datei zuerst aus einer Sicherung an ihren Platz. "
            "Dann kommt sie mit dem nächsten Paket."
        ),
        undone=gettext_lazy("Ist sie noch immer beschädigt, steht sie danach wieder hier."),
    ),
    ready=_ready(
        lambda wish: not fetching.try_again(delivery=wish.thing, by=wish.by),
        gettext_lazy("Sie kommt mit dem nächsten Paket."),
    ),
    refusals=_REFUSALS,
)

ADDRESSES: Final[list[URLPattern]] = [
    path("abrechnungen/<str:number>/", page, name="delivery"),
    path("abrechnungen/<str:number>/annehmen/", _view(lambda: ACCEPT, Step.ACCEPT), name="delivery-accept"),
    path("abrechnungen/<str:number>/ablehnen/", _view(lambda: REJECT, Step.REJECT), name="delivery-reject"),
    path(
        "abrechnungen/<str:number>/korrektur-freigeben/",
        _view(lambda: RELEASE, Step.RELEASE),
        name="delivery-release",
    ),
    path("abrechnungen/<str:number>/noch-einmal/", try_again, name="delivery-again"),
]
