"""Acts that begin at the desk: a breach is decided, an objection judged, a question answered."""

from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flexnet.access import breaches, objections
from flexnet.access.errors import AlreadyJudged, BadBreach, BadObjection, NoSuchBreach
from flexnet.access.models import Breach, Objection
from flexnet.office import act_forms
from flexnet.office.acting import Act, Deed, Done, Says, Wish
from flexnet.office.entry_forms import MISSING

_NO_MOMENT: Final = gettext_lazy("Das ist kein Zeitpunkt. Schreiben Sie ihn so: 14.04.2026 10:30")
_STAYS: Final = gettext_lazy("Die Entscheidung bleibt mit ihrem Grund im Verlauf stehen.")


def _moment(label: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": _NO_MOMENT},
    )


class BreachForm(forms.Form):
    """Told to both authorities, or to none, for reasons."""

    decision = act_forms.choice(
        gettext_lazy("Was ist entschieden?"),
        (
            ("told", gettext_lazy("Gemeldet: an die Datenschutzaufsicht und an die Rechtsaufsicht")),
            ("dismissed", gettext_lazy("Keine Meldung nötig")),
        ),
    )
    authority = _moment(gettext_lazy("Wann an die Datenschutzaufsicht gemeldet?"))
    supervisor = _moment(gettext_lazy("Wann an die Rechtsaufsicht der KV gemeldet?"))
    reasons = act_forms.Lines(
        gettext_lazy("Gründe"),
        help_text=gettext_lazy(
            "Warum keine Meldung nötig ist, oder was gemeldet wurde und warum erst jetzt."
        ),
    )

    def clean(self) -> None:
        if self.cleaned_data.get("decision") == "told":
            for name in ("authority", "supervisor"):
                if name not in self.errors and not self.cleaned_data.get(name):
                    self.add_error(name, MISSING)


def _breach_form(row: Breach, data: QueryDict | None) -> forms.Form:
    return BreachForm(data)


def _says_breach(wish: Wish[Breach]) -> Says:
    is_told = wish.data["decision"] == "told"
    told = _("Vermerkt wird: gemeldet an Datenschutzaufsicht und Rechtsaufsicht.")
    return Says(
        [
            told if is_told else _("Vermerkt wird: keine Meldung nötig, aus den genannten Gründen."),
            _("Der Vorfall ist damit abgeschlossen. Die Sperre bleibt."),
        ],
        _STAYS,
    )


def _ready_breach(wish: Wish[Breach]) -> Deed:
    number, data = wish.thing.pk, wish.data

    def deed() -> Done:
        if data["decision"] == "told":
            breaches.tell_breach(
                number=number,
                told_authority_at=data["authority"],
                told_supervisor_at=data["supervisor"],
                by=wish.by,
                now=wish.now,
                reasons=data["reasons"],
            )
        else:
            breaches.dismiss_breach(number=number, by=wish.by, reasons=data["reasons"], now=wish.now)
        breaches.close_breach(number=number, by=wish.by, note=data["reasons"], now=wish.now)
        return Done(_("Entschieden und abgeschlossen."))

    return deed


BREACH: Final = Act[Breach](
    title=gettext_lazy("Datenschutzvorfall entscheiden"),
    button=gettext_lazy("Entscheidung eintragen"),
    lead=gettext_lazy("Innerhalb von 72 Stunden, nachdem die KV davon erfahren hat."),
    form=_breach_form,
    says=_says_breach,
    ready=_ready_breach,
    refusals={
        BadBreach: gettext_lazy(
            "Eine Meldung kann nicht in der Zukunft liegen, und entschieden wird einmal."
        ),
        NoSuchBreach: gettext_lazy("Dieser Vorfall ist schon abgeschlossen."),
    },
)


def _says_objection(wish: Wish[Objection]) -> Says:
    if wish.data["verdict"] == "yes":
        return Says([_("Der Widerspruch ist begründet. Die Zugänge bleiben, wie sie sind.")], _STAYS)
    sentences = [
        _("Der Widerspruch ist nicht begründet."),
        _("Von selbst wird nichts gesperrt: Ob Sie sperren, entscheiden Sie danach am Zugang (§ 10 Abs. 1)."),
    ]
    return Says(sentences, _STAYS)


def _ready_objection(wish: Wish[Objection]) -> Deed:
    def deed() -> Done:
        is_justified = wish.data["verdict"] == "yes"
        reason = wish.data["reason"]
        objections.judge(
            number=wish.thing.pk, is_justified=is_justified, by=wish.by, reason=reason, now=wish.now
        )
        return Done(_("Über den Widerspruch ist entschieden."))

    return deed


OBJECTION: Final = Act[Objection](
    title=gettext_lazy("Über den Widerspruch entscheiden"),
    button=gettext_lazy("Entscheidung eintragen"),
    form=act_forms.of(
        verdict=lambda row: act_forms.choice(
            gettext_lazy("Ist der Widerspruch begründet?"),
            (("yes", gettext_lazy("Ja, es gibt einen hinreichenden Grund")), ("no", gettext_lazy("Nein"))),
        ),
        reason=lambda row: act_forms.reason(),
    ),
    says=_says_objection,
    ready=_ready_objection,
    refusals={
        AlreadyJudged: gettext_lazy("Darüber ist schon entschieden."),
        BadObjection: gettext_lazy("Geben Sie den Grund an."),
    },
)
