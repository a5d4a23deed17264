"""Replies to practices: one given or withdrawn, what the folder refused, and what could not be decrypted."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, cast

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from flexnet import configuration, transactions
from flexnet.accounts import submissions
from flexnet.accounts.errors import AlreadySubmitted
from flexnet.accounts.models import Role, Staff
from flexnet.billing import full_checks, registers, replies, report_papers, reports
from flexnet.billing.decryption import Failure
from flexnet.billing.errors import AlreadyReplied, AlreadyWithdrawn, BadReply
from flexnet.billing.models import Delivery, FullCheck, Receipt, RefusedReply, Reply, ReplyKind
from flexnet.billing.replies import New
from flexnet.billing.reply_rules import Why
from flexnet.lib.file_kinds import FileKind
from flexnet.office import act_forms, acting, finding
from flexnet.office.acting import Act, Deed, Done, Place, Says, Wish
from flexnet.office.middleware import StaffRequest
from flexnet.office.roles import only
from flexnet.sealed_store import StoreFull
from flexnet.web import attached
from flexnet.web.billing_words import reply_title
from flexnet.web.in_memory import InMemory

_MOST: Final = 200
_LONGEST: Final = 5000
_WHY: Final[Mapping[Why, Promise]] = {
    Why.NAME: gettext_lazy("Der Name folgt nicht der Regel. Benennen Sie die Datei um."),
    Why.NUMBER: gettext_lazy("In der Eingangsnummer ist ein Tippfehler. Prüfen Sie den Namen."),
    Why.UNKNOWN: gettext_lazy("Zu dieser Eingangsnummer gibt es keine Abrechnung. Prüfen Sie den Namen."),
    Why.EMPTY: gettext_lazy("Die Datei ist leer. Lassen Sie sie neu erzeugen."),
    Why.TOO_LARGE: gettext_lazy("Die Datei ist zu groß."),
    Why.FORMAT: gettext_lazy(
        "Das ist weder eine vollständige PDF-Datei noch Text in UTF-8, oder nicht, was der Name sagt."
    ),
    Why.NOT_A_FILE: gettext_lazy("Das ist keine gewöhnliche Datei, sondern zum Beispiel eine Verknüpfung."),
    Why.UNREADABLE: gettext_lazy("Die Datei lässt sich nicht lesen. Dem Programm fehlt das Recht dazu."),
}
FAILURES: Final[Mapping[Failure, tuple[Promise, Promise]]] = {
    Failure.MISSING: (
        gettext_lazy("Das Programm zum Entschlüsseln fehlt oder lässt sich nicht starten."),
        gettext_lazy("Bitten Sie die IT, es einzurichten. Dann versuchen Sie es noch einmal."),
    ),
    Failure.HANGS: (
        gettext_lazy("Das Programm zum Entschlüsseln wurde nicht rechtzeitig fertig."),
        gettext_lazy("Versuchen Sie es noch einmal. Bleibt es dabei, sagen Sie der IT Bescheid."),
    ),
    Failure.KILLED: (
        gettext_lazy("Das Programm zum Entschlüsseln wurde beendet, vielleicht aus Mangel an Speicher."),
        gettext_lazy("Bitten Sie die IT, nachzusehen. Dann versuchen Sie es noch einmal."),
    ),
    Failure.KEY: (
        gettext_lazy("Der Schlüssel passt nicht zur Datei."),
        gettext_lazy(
            "Bitten Sie die IT, den Schlüssel des Quartals einzurichten. Kommt nur diese eine Datei nicht "
            "auf, bitten Sie die Praxis um eine neue und geben Sie die Korrektur frei."
        ),
    ),
    Failure.DISK: (
        gettext_lazy("Das Programm zum Entschlüsseln konnte nicht schreiben."),
        gettext_lazy("Bitten Sie die IT, Platz zu schaffen. Dann versuchen Sie es noch einmal."),
    ),
    Failure.PARTS: (
        gettext_lazy("Die Datei ist Teil einer Lieferung, von der hier nicht alle Teile zusammen liegen."),
        gettext_lazy("Die Abrechnungsstelle prüft sie von Hand, wenn alle Teile da sind."),
    ),
    Failure.DAMAGED: (
        gettext_lazy("Die verschlüsselte Datei ist beschädigt, schon so, wie sie aus der Praxis kam."),
        gettext_lazy("Bitten Sie die Praxis um eine neue und geben Sie die Korrektur frei."),
    ),
    Failure.EXIT: (
        gettext_lazy("Das Programm zum Entschlüsseln meldet einen Fehler."),
        gettext_lazy("Nennen Sie der IT die Nummer. Dann versuchen Sie es noch einmal."),
    ),
    Failure.EMPTY: (
        gettext_lazy("Beim Entschlüsseln kam nichts heraus."),
        gettext_lazy("Versuchen Sie es noch einmal. Bleibt es dabei, sagen Sie der IT Bescheid."),
    ),
    Failure.NO_BILLING_FILE: (
        gettext_lazy("Was beim Entschlüsseln herauskam, ist keine Abrechnungsdatei."),
        gettext_lazy(
            "Versuchen Sie es noch einmal. Bleibt es dabei, fragen Sie die Praxis, was sie verschlüsselt hat."
        ),
    ),
    Failure.NOT_IN_STORE: (
        gettext_lazy("Die Datei liegt nicht mehr so im Speicher, wie sie kam."),
        gettext_lazy("Lassen Sie sie aus einer Sicherung zurücklegen. Dann versuchen Sie es noch einmal."),
    ),
    Failure.INTERRUPTED: (
        gettext_lazy("Beim Prüfen dieser Datei brach unser eigenes Programm mehrmals ab."),
        gettext_lazy("Sagen Sie der IT Bescheid, bevor Sie es noch einmal versuchen."),
    ),
}
_billing: Final = only(Role.BILLING, Role.CLERK)


class ReplyForm(forms.Form):
    """A text, or a file."""

    text = act_forms.Lines(
        gettext_lazy("Text"),
        required=False,
        longest=_LONGEST,
        help_text=gettext_lazy("Die Praxis liest ihn im Portal."),
    )
    file = forms.FileField(label=gettext_lazy("Oder eine Datei"), required=False, allow_empty_file=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit = configuration.current().billing.replies.max_mib
        self.fields["file"].help_text = _("PDF oder Text (.txt), höchstens %(limit)d MB.") % {"limit": limit}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if bool(data.get("text")) == bool(data.get("file")) and not self.errors:
            raise forms.ValidationError(_("Schreiben Sie einen Text oder wählen Sie eine Datei."))
        return data


@csrf_exempt
@_billing
@require_http_methods(["GET", "POST"])
def give(request: HttpRequest, number: str) -> HttpResponse:
    """The form's token is checked below, once it is said how files are read."""
    request.upload_handlers = [InMemory(request, configuration.current().billing.replies.max_bytes)]
    return _give(request, finding.there(registers.receipt(number)))


@csrf_protect
def _give(request: HttpRequest, receipt: Receipt) -> HttpResponse:
    form = ReplyForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST" and form.is_valid() and _is_given(request, form, receipt.delivery):
        return redirect("delivery", number=receipt.number)
    context = {"form": form, "receipt": receipt, "once": uuid.uuid4()}
    return render(request, "office/billing/reply.html", context, status=422 if form.errors else 200)


@_billing
@require_safe
def report(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What a check found, as the practice gets it; replies of people are the practice's alone."""
    row = finding.there(Reply.objects.filter(pk=key, kind=ReplyKind.CHECK, withdrawn_at=None).first())
    content = report_papers.pdf(row, report_papers.FULL_CHECK)
    return attached.response(content, kind=FileKind.PDF, name=f"Pruefergebnis_{row.delivery.receipt}.pdf")


@_billing
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """Given to the wrong practice, or wrong in itself."""
    row = finding.there(Reply.objects.select_related("delivery__receipt").filter(pk=key).first())
    place = Place(reverse("delivery", args=[row.delivery.receipt]), str(row.delivery.receipt))
    if row.withdrawn_at:
        return acting.over(request, place.url)
    return acting.perform(request, WITHDRAW, row, place)


@_billing
@require_safe
def refused(request: HttpRequest) -> HttpResponse:
    """What lies in quarantine, with the reason."""
    waiting = RefusedReply.objects.filter(settled_at=None).order_by("pk")
    rows = list(waiting[:_MOST])
    context = {
        "lines": [(row, _WHY[Why(row.why)]) for row in rows],
        "count": waiting.count(),
        "through": rows[-1].pk if rows else 0,
    }
    return render(request, "office/billing/refused_replies.html", context)


@_billing
@require_POST
def settle(request: HttpRequest) -> HttpResponse:
    """Somebody has seen to those that were shown."""
    staff, now = _who(request)
    through = request.POST.get("through", "")
    number = int(through) if through.isdecimal() and len(through) < 16 else 0
    if replies.settle_refused(through=number, by=f"office:{staff}", now=now):
        messages.success(request, _("Vermerkt: Um diese Dateien hat sich jemand gekümmert."))
    else:
        messages.info(request, _("Das ist schon erledigt."))
    return redirect("replies-refused")


@_billing
@require_safe
def sealed(request: HttpRequest) -> HttpResponse:
    """What could not be decrypted, why, and what to do."""
    rows = list(full_checks.desk()[:_MOST])
    context = {
        "lines": [(row, *failure_of(row)) for row in rows],
        "count": full_checks.desk().count(),
        "through": rows[-1].failed_at.isoformat() if rows and rows[-1].failed_at else "",
    }
    return render(request, "office/billing/sealed.html", context)


@_billing
@require_POST
def unseal(request: HttpRequest) -> HttpResponse:
    """All that were shown are tried again."""
    staff, _now = _who(request)
    through = _moment(request.POST.get("through", ""))
    count = full_checks.try_again(through=through, by=f"office:{staff}") if through else 0
    if count:
        text = ngettext(
            "%(count)d Datei wird noch einmal entschlüsselt und geprüft.",
            "%(count)d Dateien werden noch einmal entschlüsselt und geprüft.",
            count,
        )
        messages.success(request, text % {"count": count})
    else:
        messages.info(request, _("Das ist schon erledigt."))
    return redirect("full-checks")


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def failure_of(row: FullCheck) -> tuple[str, str]:
    """What went wrong, with the program's own number where that helps, and what to do."""
    what, cure = FAILURES[Failure(row.failure)]
    number = _(" Nummer %(code)d.") % {"code": row.code} if row.code is not None else ""
    return f"{what}{number}", str(cure)


def shown(row: Delivery) -> dict[str, Any]:
    """What the page of a delivery says of its replies, and of its check."""
    check = FullCheck.objects.filter(delivery=row).first()
    rows = row.replies.select_related("read_by").order_by("put_at", "pk")
    return {
        "replies": [(one, reply_title(one), _causes(one)) for one in rows],
        "failure": failure_of(check) if check and check.failed_at else None,
        "is_check_waiting": check is not None and not (check.done_at or check.failed_at),
    }


def _causes(row: Reply) -> list[reports.Cause]:
    return list(reports.causes(row)) if row.kind == ReplyKind.CHECK and row.report else []


def _is_given(request: HttpRequest, form: ReplyForm, row: Delivery) -> bool:
    """Otherwise the form says why not."""
    staff, now = _who(request)
    try:
        new = _new(form, row)
        with transactions.writing():
            submissions.spend(acting.number_of(request), staff=staff, now=now)
            replies.put(new=new, by=f"office:{staff}", now=now)
    except BadReply as refused:
        form.add_error("file", str(_WHY[refused.why]))
    except AlreadyReplied:
        form.add_error(None, _("Genau diese Rückmeldung hat die Praxis schon."))
    except StoreFull:
        form.add_error(
            None, _("Auf dem Server ist kein Platz mehr. Bitte sagen Sie dem IT-Service Bescheid.")
        )
    except AlreadySubmitted:
        messages.success(request, _("Die Rückmeldung liegt im Portal."))
    else:
        messages.success(
            request, _("Die Rückmeldung liegt im Portal. Hier sehen Sie, ob sie jemand gelesen hat.")
        )
    return not form.errors


def _new(form: ReplyForm, row: Delivery) -> New:
    data = form.cleaned_data
    if data["text"]:
        return replies.written(row, data["text"])
    file: UploadedFile[bytes] = data["file"]
    return replies.looked_at(row, str(file.name), file.read())


def _who(request: HttpRequest) -> tuple[Staff, datetime]:
    return cast(StaffRequest, request).staff, datetime.now(UTC)


def _says(wish: Wish[Reply]) -> Says:
    row = wish.thing
    sentences = [_("Die Rückmeldung ist im Portal nicht mehr da.")]
    if row.read_at and row.read_by:
        text = _(
            "Gelesen wurde sie schon, mit dem Zugang %(access)s. War sie für eine andere Praxis bestimmt, "
            "ist das ein Datenschutzvorfall: Sagen Sie der Leitung Bescheid."
        )
        sentences.append(text % {"access": row.read_by})
    return Says(
        sentences, _("Ihr Inhalt wird gelöscht. Brauchen Sie ihn noch, geben Sie die Rückmeldung neu.")
    )


def _ready(wish: Wish[Reply]) -> Deed:
    def deed() -> Done:
        replies.withdraw(reply=wish.thing, by=wish.by, reason=wish.data["reason"], now=wish.now)
        return Done(_("Die Rückmeldung ist zurückgezogen."))

    return deed


class _Reason(forms.Form):
    reason = act_forms.Lines(gettext_lazy("Warum wird sie zurückgezogen?"))


WITHDRAW: Final = Act[Reply](
    title=gettext_lazy("Rückmeldung zurückziehen"),
    button=gettext_lazy("Rückmeldung zurückziehen"),
    form=lambda _row, data: _Reason(data),
    says=_says,
    ready=_ready,
    refusals={AlreadyWithdrawn: gettext_lazy("Jemand hat sie inzwischen zurückgezogen.")},
    is_dangerous=True,
)

ADDRESSES: Final[list[URLPattern]] = [
    path("abrechnungen-rueckmeldungen/abgewiesen/", refused, name="replies-refused"),
    path("abrechnungen-rueckmeldungen/abgewiesen/erledigt/", settle, name="replies-settle"),
    path("abrechnungen-rueckmeldungen/<uuid:key>/zurueckziehen/", withdraw, name="reply-withdraw"),
    path("abrechnungen-rueckmeldungen/<uuid:key>/ergebnis.pdf", report, name="reply-report"),
    path("abrechnungen-verschlossen/", sealed, name="full-checks"),
    path("abrechnungen-verschlossen/noch-einmal/", unseal, name="full-checks-again"),
    path("abrechnungen/<str:number>/rueckmeldung/", give, name="delivery-reply"),
]
