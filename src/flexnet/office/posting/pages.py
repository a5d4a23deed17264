"""What is due, chosen for a batch; each batch and each letter on a page of its own."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from flexnet import configuration
from flexnet.accounts.models import Role
from flexnet.keys import queries as keys
from flexnet.office import happening_words
from flexnet.office.happening_words import contents
from flexnet.office.lists.tables import place_status
from flexnet.office.middleware import StaffRequest
from flexnet.office.posting import words
from flexnet.office.roles import fresh, only
from flexnet.post import batches, dispatch, due, numbers, printers, printing, queries
from flexnet.post.due import Due
from flexnet.post.errors import (
    AddressDoesNotFit,
    DoesNotBalance,
    NoSuchBatch,
    NoSuchItem,
    NoSuchQueue,
    NothingChosen,
    QueueBusy,
    WrongPaper,
)
from flexnet.post.models import Batch, Item
from flexnet.post.rules import ON_SECURITY_PAPER, Kind, State
from flexnet.post.wanted import Wanted

_SECURE: Final = tuple(kind for kind in Kind if kind in ON_SECURITY_PAPER)
_PLAIN: Final = tuple(kind for kind in Kind if kind not in ON_SECURITY_PAPER)


@only(Role.CLERK)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What can be printed, what waits and why, which batches are open, what came back."""
    now = _now()
    context = {
        "stacks": [_stack(_PLAIN, is_secure=False, now=now), _stack(_SECURE, is_secure=True, now=now)],
        "batches": [(row, words.batch(row, is_posted=False)) for row in queries.open_batches()],
        "back": [
            (item, contents(item.kind), happening_words.RETURNS[item.returned_why])
            for item in queries.came_back()
        ],
        "papers": [(one, queries.balance(one.name)) for one in printers.queues() if one.security_paper],
    }
    return render(request, "office/posting/post.html", context)


@only(Role.CLERK)
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """A batch of what was ticked; what somebody else chose meanwhile is left out."""
    names = set(request.POST.getlist("wanted"))
    is_secure = request.POST.get("paper") == "secure"
    now, most = _now(), configuration.current().post.most_letters
    found = due.find(_SECURE if is_secure else _PLAIN, now=now, limit=5 * most)
    wanted = [one.wanted for one in found if one.wanted.name in names and one.waits is None]
    try:
        row = batches.choose(
            wanted=wanted[:most], queue=request.POST.get("queue", ""), by=_who(request), now=now
        )
    except NothingChosen:
        messages.warning(request, _("Davon ist nichts mehr zu drucken. Wählen Sie aus, was noch da ist."))
        return redirect("post")
    except (NoSuchQueue, WrongPaper):
        messages.warning(request, _("Auf diesem Drucker geht das nicht. Wählen Sie einen anderen."))
        return redirect("post")
    return redirect("batch", number=row.pk)


@only(Role.CLERK)
@require_safe
def batch(request: HttpRequest, number: int) -> HttpResponse:
    """Its letters, and the one next step."""
    return _batch(request, _named(number))


@only(Role.CLERK)
@require_safe
def preview(request: HttpRequest, number: int) -> HttpResponse:
    """The sheets with dummies for secrets; only before the batch is printed."""
    row = _named(number)
    if row.begun_at or row.dissolved_at:
        raise Http404
    try:
        document = batches.preview(row.pk, now=_now())
    except AddressDoesNotFit:
        messages.error(request, _("Eine Anschrift passt nicht ins Fenster des Umschlags."))
        return redirect("batch", number=row.pk)
    name = f'inline; filename="muster-{row.pk}.pdf"'
    return HttpResponse(document, content_type="application/pdf", headers={"Content-Disposition": name})


@only(Role.CLERK)
@fresh
@require_POST
def print_it(request: HttpRequest, number: int) -> HttpResponse:
    """Once; the sheets go to the printer and to nobody's screen."""
    row, typed = _named(number), request.POST.get("top_sheet", "").strip()
    top_sheet = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None
    try:
        printed = printing.run(number=row.pk, top_sheet=top_sheet, by=_who(request), now=_now())
    except DoesNotBalance as wrong:
        return _batch(request, row, typed=typed, problem=_about_sheets(wrong))
    except QueueBusy:
        return _batch(request, row, problem=_("Sagen Sie erst, was vom Druckauftrag davor herauskam."))
    except NoSuchBatch:
        messages.info(request, _("Dieser Druckauftrag ist schon gedruckt."))
        return redirect("batch", number=row.pk)
    if printed.trouble:
        messages.warning(request, _("Der Drucker hat nicht alles angenommen. Sehen Sie nach, was herauskam."))
    else:
        messages.success(request, _("Der Druckauftrag ist beim Drucker."))
    return redirect("batch", number=row.pk)


@only(Role.CLERK)
@require_POST
def posted(request: HttpRequest, number: int) -> HttpResponse:
    """All its letters that were printed have been posted; saying so twice changes nothing."""
    row = _named(number)
    which = [item.number for item in queries.items_of(row) if item.printed_at and not item.void_at]
    return _posted(request, row, which)


@only(Role.CLERK)
@require_POST
def scanned(request: HttpRequest, number: int) -> HttpResponse:
    """Those whose numbers were scanned or typed have been posted, and the rest waits."""
    row = _named(number)
    typed = request.POST.get("numbers", "").split()
    mine = {item.number for item in queries.items_of(row)}
    wrong = [one for one in typed if numbers.normal(one) not in mine]
    if wrong:
        text = _("Nicht in diesem Druckauftrag: %(numbers)s. Es wurde nichts eingetragen.")
        return _batch(request, row, scanned=typed, not_posted=text % {"numbers": ", ".join(wrong)[:200]})
    return _posted(request, row, typed)


def _posted(request: HttpRequest, row: Batch, which: Sequence[str]) -> HttpResponse:
    try:
        count = dispatch.post(numbers=which, by=_who(request), now=_now())
    except NoSuchItem:
        text = _("Davon ist etwas nicht gedruckt oder ungültig. Sehen Sie unten in der Liste nach.")
        return _batch(request, row, scanned=which, not_posted=text)
    if count:
        messages.success(request, _("Eingetragen: verschickt."))
    return redirect("batch", number=row.pk)


@only(Role.CLERK)
@require_safe
def letter(request: HttpRequest, number: str) -> HttpResponse:
    """What happened to one letter, when, by whom."""
    item = named_letter(number)
    state = queries.state_of(item)
    context = {
        "item": item,
        "kind": contents(item.kind),
        "whose": words.whose(item.access, item),
        "status": words.STATES[state],
        "place": place_status(keys.whereabouts_of(item.key)[0]) if item.key else None,
        "returned_why": happening_words.RETURNS.get(item.returned_why, ""),
        "is_on_its_way": state is State.POSTED,
        "is_lost": state is State.LOST,
        "is_printed": state is State.PRINTED,
        "is_uncleared": state is State.RETURNED and item.cleared_at is None,
    }
    return render(request, "office/posting/letter.html", context)


def named_letter(number: str) -> Item:
    """Raises Http404."""
    try:
        return queries.item(number)
    except NoSuchItem:
        raise Http404 from None


def named_batch(number: int) -> Batch:
    """Raises Http404."""
    return _named(number)


def _batch(
    request: HttpRequest,
    row: Batch,
    *,
    typed: str = "",
    problem: str = "",
    scanned: Sequence[str] = (),
    not_posted: str = "",
) -> HttpResponse:
    items = queries.items_of(row)
    states = queries.states(items)
    lines = [
        (
            item,
            contents(item.kind),
            words.whose(item.access, item),
            words.STATES[states[item.pk]],
        )
        for item in items
    ]
    is_posted = all(item.posted_at or item.void_at for item in items)
    queue = printers.queue(row.queue)
    context: dict[str, Any] = {
        "row": row,
        "lines": lines,
        "queue": queue,
        "status": words.batch(row, is_posted=is_posted),
        "is_posted": is_posted,
        "on_top": queries.balance(row.queue).on_top if queue.security_paper else None,
        "typed": typed,
        "problem": problem,
        "scanned": "\n".join(scanned),
        "not_posted": not_posted,
    }
    is_wrong = bool(problem or not_posted)
    return render(request, "office/posting/batch.html", context, status=422 if is_wrong else 200)


def _about_sheets(wrong: DoesNotBalance) -> str:
    if wrong.expected is None:
        return _("Es liegt nicht genug Sicherheitspapier im Fach. Tragen Sie neues ein.")
    text = _("Nach der Zählung liegt Blatt %(number)s oben. Fehlen Blätter, tragen Sie sie zuerst aus.")
    return text % {"number": wrong.expected}


def _stack(kinds: tuple[Kind, ...], *, is_secure: bool, now: datetime) -> dict[str, Any]:
    found = due.find(kinds, now=now, limit=configuration.current().post.most_letters)
    return {
        "is_secure": is_secure,
        "ready": [_line(one) for one in found if one.waits is None],
        "waiting": [(*_line(one), words.waits(one.waits)) for one in found if one.waits],
        "queues": [one for one in printers.queues() if one.security_paper == is_secure],
    }


def _line(one: Due) -> tuple[Wanted, str, str, str]:
    to = ", ".join(one.to.lines) if one.to else ""
    return one.wanted, contents(one.wanted.kind), words.whose(one.wanted.access, one), to


def _named(number: int) -> Batch:
    try:
        return queries.batch(number)
    except NoSuchBatch:
        raise Http404 from None


def _who(request: HttpRequest) -> str:
    return f"office:{cast(StaffRequest, request).staff}"


def _now() -> datetime:
    return datetime.now(UTC)
