"""Handing in: upload, check, submit, receipt."""

import contextlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import wraps
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from flexnet import configuration
from flexnet.access import overview
from flexnet.access.models import Access
from flexnet.access.present import Present
from flexnet.access.queries import decide_access, sites_of
from flexnet.access.rules import BERLIN, Channel, Decision, Reason, Refusal, day_of
from flexnet.billing import actions, arriving, extensions, papers, queries, uploads
from flexnet.billing.adapters import Arrival
from flexnet.billing.errors import NoSuchDelivery
from flexnet.billing.findings import Finding
from flexnet.billing.models import Delivery
from flexnet.billing.rules import NotNow
from flexnet.billing.standing import Barrier
from flexnet.billing.windows import Stage
from flexnet.lib.quarters import Quarter
from flexnet.portal import confirmed, declared, doorway, replies, submitted, way, words
from flexnet.portal.forms import Upload
from flexnet.portal.middleware import MemberRequest
from flexnet.web import words as web_words
from flexnet.web.billing_words import BARRIERS, NOT_NOW, STATUS
from flexnet.web.status import Status

_OFFERED = 4
_PREVIOUS_UNTIL_DAY = 75


View = Callable[..., HttpResponse]


def for_whom_it_is(view: View) -> View:
    """For a third party that may not hand in, the page is not there."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: object, **kwargs: object) -> HttpResponse:
        if not cast(MemberRequest, request).hands_in:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@dataclass(frozen=True)
class Entry:
    """A delivery as a line of a list."""

    title: str
    url: str
    status: Status
    facts: str


@dataclass(frozen=True)
class Problem:
    """What is wrong, what to do, and where to look."""

    what: str
    cure: str
    link: str = ""
    link_text: str = ""


@require_safe
@for_whom_it_is
def deliveries(request: HttpRequest) -> HttpResponse:
    """Everything of this access's sites, newest first."""
    member = cast(MemberRequest, request).access
    rows = queries.deliveries_for(member, timezone.localdate())
    quarters = submitted.by_quarter(rows, lambda row: entry(row, member))
    today = timezone.localdate()
    longer = [] if member.third_party_id else extensions.held_open(sites_of(member, today), today)
    return render(request, "portal/deliveries.html", {"quarters": quarters, "extensions": longer})


@csrf_exempt
@require_http_methods(["GET", "POST"])
@for_whom_it_is
def upload(request: HttpRequest) -> HttpResponse:
    """The form's token is checked below: the file must go into the store while it is read, not before."""
    submission = way.submission(doorway.of(request))
    if submission.refusal:
        return render(request, "portal/not_this_way.html", {"submission": submission}, status=403)
    with contextlib.closing(uploads.IntoStore(request)) as handler:
        request.upload_handlers = [handler]
        return _upload(request)


@csrf_protect
def _upload(request: HttpRequest) -> HttpResponse:
    offered = quarters()
    bound = (request.POST, request.FILES) if request.method == "POST" else ()
    form = Upload(*bound, quarters=offered, initial={"quarter": str(_likely(offered))})
    problems: list[Problem] = []
    kept: list[Delivery] = []
    if request.method == "POST" and form.is_valid():
        found = _receive(cast(MemberRequest, request), form)
        kept = [one for one in found.values() if isinstance(one, Delivery)]
        problems = [
            problem
            for name, one in found.items()
            if isinstance(one, actions.Rejected)
            for problem in problems_of(one, name if len(found) > 1 else "")
        ]
        if kept and not problems:
            return _checked(request, kept)
    day = hands_in_from(cast(MemberRequest, request).present)
    begun = arriving.open_for(cast(MemberRequest, request).access, datetime.now(UTC))
    context = {"form": form, "problems": problems, "kept": kept, "hands_in_from": day, "begun": begun}
    failed = bool(form.errors or problems)
    return render(request, "portal/upload.html", context, status=422 if failed else 200)


def _checked(request: HttpRequest, kept: list[Delivery]) -> HttpResponse:
    """One file leads to its page, several to the list."""
    if len({row.pk for row in kept}) == 1:
        return redirect("delivery", key=kept[0].pk)
    messages.success(request, _("Alle Dateien sind geprüft. Reichen Sie jede davon ein."))
    return redirect("deliveries")


@require_safe
def delivery(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Before submitting: what was found, and the button; after it: the receipt."""
    row, member = _mine(request, key), cast(MemberRequest, request).access
    context = {
        "submission": way.handing_in(doorway.of(request), _decided(member)),
        "delivery": row,
        "warnings": [Finding.restored(found) for found in row.warnings],
        "uploaded_by": _by_whom(row, member),
        "kind": _(papers.KINDS[Delivery.Kind(row.kind)]),
    }
    if row.submitted_at:
        context |= submitted.shown(row) | confirmed.shown(row.receipt.number, datetime.now(UTC))
        context |= declared.of_delivery(row, member) | {"replies": replies.entries(row)}
        return render(request, "portal/receipt.html", context)
    context |= {"extents": submitted.extents(row), **_window(row)}
    return render(request, "portal/delivery.html", context)


@require_POST
def submit(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Once and for all; pressed twice it leads to the same receipt."""
    row, member = _mine(request, key), cast(MemberRequest, request)
    by, now = f"portal:{member.access}", datetime.now(UTC)
    try:
        found = actions.submit(
            delivery=row,
            access=member.access,
            by=by,
            now=now,
            way=doorway.of(request).way,
            extent=submitted.extent_of(request),
            seen=_seen(request),
        )
    except NoSuchDelivery:
        raise Http404 from None
    if isinstance(found, Refusal):
        messages.error(request, words.refusal(found))
    elif isinstance(found, Barrier):
        messages.error(request, str(BARRIERS[found]))
    elif isinstance(found, NotNow):
        messages.error(request, str(NOT_NOW[found]))
    return redirect("delivery", key=row.pk)


@require_POST
def discard(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Take a file back that was not submitted."""
    row = _mine(request, key)
    if not actions.discard(delivery=row, by=f"portal:{cast(MemberRequest, request).access}"):
        return redirect("delivery", key=row.pk)
    messages.success(request, _("%(file)s ist entfernt.") % {"file": row.file_name})
    return redirect("upload")


@require_safe
def receipt(request: HttpRequest, key: uuid.UUID, ending: str) -> HttpResponse:
    """The receipt: as PDF, for programs, and the signature of that."""
    row = _mine(request, key)
    if row.submitted_at is None:
        raise Http404
    return confirmed.file(row.receipt.number, ending) or redirect("delivery", key=row.pk)


def entry(row: Delivery, seen_by: Access) -> Entry:
    """The line of a delivery: its number once it has one, and who did it, if not whoever looks."""
    at = web_words.short_moment(row.submitted_at or row.uploaded_at)
    facts = f"{row.quarter} · BSNR {row.bsnr} · {web_words.size(row.size)} · {at}"
    if row.is_partial:
        facts += " · " + _("Teil einer Abrechnung")
    if who := _by_whom(row, seen_by):
        facts += f" · {who}"
    title = row.receipt.number if row.submitted_at else row.file_name
    return Entry(title, reverse("delivery", args=[row.pk]), STATUS[row.state], facts)


def _by_whom(row: Delivery, seen_by: Access) -> str:
    """A third party by its name: how it signs in is not the practice's to know."""
    if row.account_id == seen_by.account_id:
        return ""
    party = row.account.access.third_party
    return party.name if party else row.account.user_name


def hands_in_from(who: Present) -> date | None:
    """The first day on which this access may hand in, where only a day to come is in its way."""
    if configuration.current().profile.activation == "at_once":
        return None
    found = overview.explained(who.access.user_name, who.facts, Channel.SUBMISSION, who.now)
    is_early = isinstance(found.decision, Refusal) and found.decision.reason is Reason.SUBMISSION_NOT_YET_OPEN
    return day_of(found.next_change) if is_early and found.next_change else None


def _window(row: Delivery) -> dict[str, object]:
    """Where the window of its quarter stands now, and whether being late may cost something."""
    billing = configuration.current().billing
    window = extensions.window(row.quarter, [row.bsnr])
    if window is None:
        return {}
    stage = window.stage(day_of(datetime.now(UTC)))
    return {"window": window, "stage": stage, "late_surcharge": billing.late_surcharge}


def _decided(member: Access) -> Decision:
    return decide_access(member.pk, channel=Channel.SUBMISSION, now=datetime.now(UTC))


def _seen(request: HttpRequest) -> Stage | None:
    """What the page said of the window."""
    said = request.POST.get("stage", "")
    return Stage(said) if said in set(Stage) else None


def _mine(request: HttpRequest, key: uuid.UUID) -> Delivery:
    row = queries.delivery_for(cast(MemberRequest, request).access, key, timezone.localdate())
    if row is None:
        raise Http404
    return row


def _receive(member: MemberRequest, form: Upload) -> dict[str, Delivery | actions.Rejected]:
    """What became of each file, by its name."""
    arrivals: list[Arrival] = form.cleaned_data["file"]  # our upload handler made them
    return {
        arrival.name or "": actions.receive(
            access=member.access,
            arrival=arrival,
            quarter=form.cleaned_data["quarter"],
            kind=Delivery.Kind.ECHT,
            by=f"portal:{member.access}",
            now=datetime.now(UTC),
        )
        for arrival in arrivals
    }


def problems_of(found: actions.Rejected, name: str = "") -> list[Problem]:
    """In words; with the file's name where it is one of several."""
    named = f"{name}: " if name else ""
    link = ("", "")
    if found.earlier:
        link = (reverse("delivery", args=[found.earlier.delivery_id]), _("Eingangsbestätigung ansehen"))
    return [Problem(f"{named}{finding.what}", finding.cure, *link) for finding in found.findings]


def quarters() -> list[Quarter]:
    current = Quarter.of(datetime.now(BERLIN).date())
    return [current - back for back in range(_OFFERED)]


def _likely(offered: list[Quarter]) -> Quarter:
    """Until the last two weeks of a quarter people hand in the one before."""
    days = (datetime.now(BERLIN).date() - offered[0].first_day).days
    return offered[1] if days < _PREVIOUS_UNTIL_DAY else offered[0]
