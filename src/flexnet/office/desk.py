"""The desk: what is to be done today, who has it, and the one next step of each."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from flexnet.accounts import assignments
from flexnet.accounts.models import Assignment, Role
from flexnet.office import desk_tasks
from flexnet.office.desk_tasks import Found, Task
from flexnet.office.middleware import StaffRequest
from flexnet.office.practices import READERS
from flexnet.office.roles import everyone

_SHOWN: Final = 100


@dataclass(frozen=True)
class Line:
    """A task, and who has it."""

    task: Task
    taken: Assignment | None
    is_mine: bool


@dataclass(frozen=True)
class Kind:
    """How many tasks there are of a kind; `is_cut`: there are more than these."""

    name: str
    word: str
    count: int
    is_cut: bool


@everyone
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The start page of everyone who works here; `art` and `wer` in the address choose among the tasks."""
    staff, now = cast(StaffRequest, request).staff, datetime.now(UTC)
    found = desk_tasks.for_(staff, now)
    taken = assignments.of(task.key for task in found.tasks)
    lines = [_line(task, taken.get(task.key), staff.pk) for task in found.tasks]
    chosen = [line for line in lines if _is_chosen(request, line)]
    kind = request.GET.get("art", "")
    context = {
        "lines": chosen[:_SHOWN],
        "more": max(0, len(chosen) - _SHOWN),
        "kinds": _kinds(found),
        "are_cut": bool(found.cut),
        "is_cut": kind in found.cut if kind else bool(found.cut),
        "counts": {"all": len(lines), "mine": sum(line.is_mine for line in lines), "open": _open(lines)},
        "kind": kind,
        "may_search": bool(staff.roles & {*READERS, Role.AUDITOR}),
        "whose": request.GET.get("wer", ""),
    }
    return render(request, "office/desk.html", context)


@everyone
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """It is mine, unless somebody was quicker."""
    staff, task = cast(StaffRequest, request).staff, _named(request)
    if task is not None:
        row = assignments.take(task=task.key, staff=staff, now=datetime.now(UTC))
        if row.staff_id != staff.pk:
            messages.warning(request, _("%(name)s war schneller.") % {"name": row.staff.name})
    return redirect("desk")


@everyone
@require_POST
def give_back(request: HttpRequest) -> HttpResponse:
    """It is open again."""
    task = request.POST.get("task", "")[:120]
    assignments.give_back(task=task, staff=cast(StaffRequest, request).staff)
    return redirect("desk")


def _named(request: HttpRequest) -> Task | None:
    """Only what lies on this person's desk may be taken."""
    found = desk_tasks.for_(cast(StaffRequest, request).staff, datetime.now(UTC))
    return next((task for task in found.tasks if task.key == request.POST.get("task")), None)


def _line(task: Task, taken: Assignment | None, me: int) -> Line:
    return Line(task, taken, taken is not None and taken.staff_id == me)


def _is_chosen(request: HttpRequest, line: Line) -> bool:
    kind, whose = request.GET.get("art", ""), request.GET.get("wer", "")
    if kind and line.task.kind != kind:
        return False
    if whose == "ich":
        return line.is_mine
    return line.taken is None if whose == "offen" else True


def _open(lines: list[Line]) -> int:
    return sum(line.taken is None for line in lines)


def _kinds(found: Found) -> list[Kind]:
    words = {task.kind: str(task.word) for task in found.tasks}
    counts = Counter(task.kind for task in found.tasks)
    return [Kind(name, words[name], count, name in found.cut) for name, count in counts.items()]
