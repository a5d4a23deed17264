"""What clerks do with applications: enter, mend, approve, send back, refuse."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from flexnet import configuration
from flexnet.access.rules import day_of
from flexnet.accounts.errors import UserNameTaken
from flexnet.accounts.models import Role
from flexnet.applications import actions, queries
from flexnet.applications.kinds import Channel, Kind
from flexnet.applications.models import Application
from flexnet.applications.rules import Refused as NotDone
from flexnet.office.applications.forms import Paper, Reason, filled_with
from flexnet.office.applications.pages import application_or_404
from flexnet.office.entering import once, pages
from flexnet.office.entering.pages import Page, Refused
from flexnet.office.roles import only

_WISH = "wants"


@only(Role.CLERK, Role.RECEPTION)
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Which form lies on the desk."""
    offered = [Kind(name) for name in configuration.current().profile.applications]
    return render(request, "office/applications/choose.html", {"kinds": offered})


@only(Role.CLERK, Role.RECEPTION)
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest, kind: str) -> HttpResponse:
    """An application on paper is typed in; a form that was sent twice is one application."""
    if kind not in configuration.current().profile.applications:
        raise Http404
    if request.method == "POST" and (before := once.earlier(request)):
        return redirect(before)
    today = day_of(pages.now())
    form = Paper(**pages.typed(request), kind=Kind(kind), initial={"received_on": today})
    page = Page(
        _("Antrag eintragen"),
        _("Antrag eintragen"),
        reverse("application-choose"),
        _("Zurück"),
        lead=_("Tragen Sie ein, was auf dem Papier steht. Was fehlt, bleibt leer."),
        done=_("Der Antrag ist eingetragen."),
    )

    def save() -> str:
        found = actions.receive(
            kind=Kind(kind),
            channel=Channel.PAPER,
            values=form.values(),
            received_on=form.cleaned_data["received_on"],
            by=pages.who(request),
            now=pages.now(),
        )
        return reverse("application", args=[_right(found, form).number])

    return pages.answer(request, form, page, save=save)


@only(Role.CLERK, Role.RECEPTION)
@require_http_methods(["GET", "POST"])
def complete(request: HttpRequest, number: str) -> HttpResponse:
    """What was missing came in, or somebody mistyped."""
    row = application_or_404(number)
    seen = request.POST.get("seen", "") or str(len(queries.steps(row)))
    initial = {**filled_with(row.content), "received_on": day_of(pages.now())}
    form = Paper(**pages.typed(request), kind=Kind(row.kind), initial=initial)
    page = Page(
        _("Antrag ergänzen"),
        _("Ergänzung speichern"),
        reverse("application", args=[row]),
        str(row),
        done=_("Die Ergänzung ist gespeichert."),
        hidden={"seen": seen},
    )

    def save() -> str:
        found = actions.complete(
            application=row,
            values=form.values(),
            received_on=form.cleaned_data["received_on"],
            seen=int(seen) if seen.isdecimal() else 0,
            by=pages.who(request),
            now=pages.now(),
        )
        return reverse("application", args=[_right(found, form).number])

    return pages.answer(request, form, page, save=save)


@only(Role.CLERK)
@require_POST
def approve(request: HttpRequest, number: str) -> HttpResponse:
    """Everything that the page said beforehand, at once; the letters come next."""
    row = application_or_404(number)
    seen = request.POST.get("seen", "")
    try:
        found = actions.approve(
            application=row,
            seen=int(seen) if seen.isdecimal() else 0,
            by=pages.who(request),
            now=pages.now(),
        )
    except UserNameTaken:
        word = {"user_name": configuration.current().profile.words.user_name}
        said = _("Ein %(user_name)s ist inzwischen vergeben. Genehmigen Sie noch einmal.")
        messages.error(request, said % word)
        return redirect("application", number=row)
    if isinstance(found, NotDone):
        messages.error(request, " ".join(found.texts))
    else:
        messages.success(request, _("Der Antrag ist genehmigt. Als Nächstes kommen die Briefe."))
    return redirect("application", number=row)


@only(Role.CLERK)
@require_http_methods(["GET", "POST"])
def send_back(request: HttpRequest, number: str) -> HttpResponse:
    """Back to whoever applied; the reason begins with what is missing."""
    row = application_or_404(number)
    proposed = "\n".join(problem.text for problem in queries.missing(row))
    return _with_reason(
        request,
        row,
        actions.send_back,
        Page(
            _("Zur Ergänzung zurückgeben"),
            _("Zurückgeben"),
            reverse("application", args=[row]),
            str(row),
            done=_("Der Antrag wartet jetzt auf die Ergänzung."),
        ),
        proposed,
    )


@only(Role.CLERK)
@require_http_methods(["GET", "POST"])
def refuse(request: HttpRequest, number: str) -> HttpResponse:
    """For good."""
    row = application_or_404(number)
    return _with_reason(
        request,
        row,
        actions.refuse,
        Page(
            _("Antrag ablehnen"),
            _("Endgültig ablehnen"),
            reverse("application", args=[row]),
            str(row),
            lead=_(
                "Das lässt sich nicht zurücknehmen. Wer den Antrag gestellt hat, kann einen neuen stellen."
            ),
            done=_("Der Antrag ist abgelehnt."),
        ),
    )


@only(Role.CLERK)
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Whoever applied wants it no more."""
    row = application_or_404(number)
    return _with_reason(
        request,
        row,
        actions.withdraw,
        Page(
            _("Antrag zurückziehen"),
            _("Als zurückgezogen vermerken"),
            reverse("application", args=[row]),
            str(row),
            lead=_("Nur, wenn die Praxis oder Einrichtung es so möchte. Schreiben Sie, woher Sie es wissen."),
            done=_("Der Antrag ist zurückgezogen."),
        ),
    )


def _with_reason(
    request: HttpRequest,
    row: Application,
    act: Callable[..., Application | NotDone],
    page: Page,
    proposed: str = "",
) -> HttpResponse:
    read = _("Wer den Antrag gestellt hat, liest ihn so, wie Sie ihn schreiben.")
    initial = {"reason": proposed, "seen": len(queries.steps(row))}
    form = Reason(**pages.typed(request), help_text=read, initial=initial)

    def save() -> str:
        found = act(application=row, **form.cleaned_data, by=pages.who(request), now=pages.now())
        if isinstance(found, NotDone):
            raise Refused(None, " ".join(found.texts))
        return page.back

    return pages.answer(request, form, page, save=save)


def _right(found: Application | actions.Wrong | NotDone, form: Paper) -> Application:
    """Raises Refused with the first thing that is wrong; all others stand in the form already."""
    if isinstance(found, NotDone):
        raise Refused(None, " ".join(found.texts))
    if isinstance(found, actions.Wrong):
        *others, first = found.problems
        for problem in others:
            form.add_error(_place(problem.field, form), problem.text)
        raise Refused(_place(first.field, form), first.text)
    return found


def _place(name: str, form: Paper) -> str | None:
    wanted = _WISH if name.startswith("wants_") else name
    return wanted if wanted in form.fields else None
