"""What a practice has handed in: its archive by quarter, and taking something back."""

import itertools
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from flexnet.access.rules import Refusal, day_of
from flexnet.billing import course, queries, standing
from flexnet.billing.models import Delivery
from flexnet.billing.standing import Extent, Step
from flexnet.lib.quarters import Quarter
from flexnet.portal import doorway, words
from flexnet.portal.middleware import MemberRequest
from flexnet.web.billing_words import BARRIERS, STATUS, story


@dataclass(frozen=True)
class OfQuarter:
    """One quarter of the archive."""

    title: str
    entries: list[object]


def by_quarter(rows: Iterable[Delivery], entry: Callable[[Delivery], object]) -> list[OfQuarter]:
    """Newest quarter first; within one, newest file first."""
    ordered = sorted(rows, key=lambda row: row.quarter, reverse=True)
    groups = itertools.groupby(ordered, key=lambda row: row.quarter)
    return [OfQuarter(title(quarter), [entry(row) for row in of_it]) for quarter, of_it in groups]


def title(quarter: Quarter) -> str:
    return _("%(number)s. Quartal %(year)s") % {"number": quarter.number, "year": quarter.year}


def shown(row: Delivery) -> dict[str, object]:
    """What the page of a delivery says of its course."""
    return {
        "status": STATUS[row.state],
        "story": story(row),
        "is_released": row.facts.counts and row.facts.released,
        "may_withdraw": standing.why_not(Step.WITHDRAW, row.facts) is None,
    }


def extents(row: Delivery) -> list[tuple[str, str]]:
    """How a file that is to be handed in may stand to those that were; empty where there is no question."""
    others = [one.facts for one in course.beside(row)]
    told = {
        Extent.WHOLE: _("Sie ist die ganze Abrechnung"),
        Extent.CORRECTION: _("Sie ersetzt die frühere Abrechnung (Korrektur, von der KV freigegeben)"),
        Extent.PART: _("Ein Teil: Sie kommt zu anderen Dateien dazu"),
    }
    wanted = [Extent.CORRECTION, Extent.PART] if others else [Extent.WHOLE, Extent.PART]
    return [(str(one), told[one]) for one in wanted if not standing.why_not_submitted(one, others)]


def extent_of(request: HttpRequest) -> Extent:
    """What somebody chose; a form that asks nothing means the whole."""
    chosen = request.POST.get("extent", "")
    return Extent(chosen) if chosen in set(Extent) else Extent.WHOLE


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Take back what was handed in, after one more look."""
    member, now = cast(MemberRequest, request).access, datetime.now(UTC)
    row = queries.delivery_for(member, key, day_of(now))
    if row is None or row.submitted_at is None:
        raise Http404
    barrier = standing.why_not(Step.WITHDRAW, row.facts)
    if barrier:
        messages.info(request, str(BARRIERS[barrier]))
        return redirect("delivery", key=key)
    if request.method != "POST":
        return render(request, "portal/delivery_withdraw.html", {"delivery": row})
    by, way = f"portal:{member}", doorway.of(request).way
    found = course.withdraw(delivery=row, access=member, by=by, now=now, way=way)
    if isinstance(found, Refusal):
        messages.error(request, words.refusal(found))
    elif found:
        messages.error(request, str(BARRIERS[found]))
    else:
        messages.success(request, _("%(number)s ist zurückgezogen.") % {"number": row.receipt.number})
    return redirect("delivery", key=key)
