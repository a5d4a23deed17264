"""What a clerk decides about an import: take it over, drop it, let many things end."""

from typing import Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from flexnet.accounts import four_eyes
from flexnet.accounts.models import Approval
from flexnet.members import importing, register_imports
from flexnet.members.import_models import RegisterImport
from flexnet.members.register_imports import NotNow
from flexnet.office import act_forms
from flexnet.office.acting import Act, Deed, Done, Refusals, Says, Wish

_QUICKER: Final[Refusals] = {NotNow: gettext_lazy("Das hat inzwischen jemand anderes entschieden.")}


class Order(forms.Form):
    """All or nothing, or what is right; a file with wrong rows cannot be taken over as a whole."""

    mode = act_forms.choice(
        gettext_lazy("Was soll eingelesen werden?"),
        (
            (
                "all",
                gettext_lazy("Alles oder nichts: Ist auch nur eine Zeile falsch, wird nichts eingelesen"),
            ),
            ("good", gettext_lazy("Nur die richtigen Zeilen: Falsche bleiben weg, alle anderen gelten")),
        ),
    )

    def __init__(self, data: QueryDict | None, *, wrong: int) -> None:
        super().__init__(data, initial={} if wrong else {"mode": "all"})
        self.wrong = wrong

    def clean_mode(self) -> str:
        mode: str = self.cleaned_data["mode"]
        if mode == "all" and self.wrong:
            raise forms.ValidationError(
                ngettext(
                    "%(count)d Zeile ist falsch, deshalb würde nichts eingelesen. Verbessern Sie die Datei "
                    "und laden Sie sie neu hoch, oder wählen Sie „Nur die richtigen Zeilen“.",
                    "%(count)d Zeilen sind falsch, deshalb würde nichts eingelesen. Verbessern Sie die Datei "
                    "und laden Sie sie neu hoch, oder wählen Sie „Nur die richtigen Zeilen“.",
                    self.wrong,
                )
                % {"count": self.wrong}
            )
        return mode


def _order_form(row: RegisterImport, data: QueryDict | None) -> forms.Form:
    return Order(data, wrong=row.wrong)


def _says_order(wish: Wish[RegisterImport]) -> Says:
    row = wish.thing
    sentences = [
        ngettext("%(count)d Zeile ändert etwas.", "%(count)d Zeilen ändern etwas.", row.changed)
        % {"count": row.changed}
    ]
    if row.wrong:
        text = ngettext(
            "%(count)d falsche Zeile bleibt weg.", "%(count)d falsche Zeilen bleiben weg.", row.wrong
        )
        sentences.append(text % {"count": row.wrong})
    sentences += _of_endings(row)
    if row.asked:
        text = ngettext(
            "%(count)d Person nennt die Datei nicht mehr: Daraus wird eine Frage, beendet wird nichts.",
            "%(count)d Personen nennt die Datei nicht mehr: Daraus werden Fragen, beendet wird nichts.",
            row.asked,
        )
        sentences.append(text % {"count": row.asked})
    return Says(sentences, _NOT_AS_A_WHOLE)


_NOT_AS_A_WHOLE: Final = gettext_lazy(
    "Als Ganzes lässt es sich nicht zurücknehmen. Jede Änderung steht mit dem früheren Stand im Verlauf und "
    "kann einzeln berichtigt werden."
)


def _of_endings(row: RegisterImport) -> list[str]:
    if not row.endings:
        return []
    if importing.are_too_many(row.endings):
        text = _(
            "%(count)d Beendigungen sind zu viele für eine Person: Sie warten, bis eine zweite zustimmt."
        )
    else:
        text = ngettext(
            "%(count)d Beendigung wird eingetragen.",
            "%(count)d Beendigungen werden eingetragen.",
            row.endings,
        )
    return [text % {"count": row.endings}]


def _ready_order(wish: Wish[RegisterImport]) -> Deed:
    def deed() -> Done:
        only_good = wish.data["mode"] == "good"
        register_imports.order(wish.thing, only_good=only_good, by=wish.by, now=wish.now)
        return Done(_("Beauftragt. Das Einlesen läuft; Sie können diese Seite verlassen."))

    return deed


ORDER: Final = Act[RegisterImport](
    title=gettext_lazy("Datei einlesen"),
    button=gettext_lazy("Jetzt einlesen"),
    form=_order_form,
    says=_says_order,
    ready=_ready_order,
    refusals=_QUICKER,
)


def _says_discard(wish: Wish[RegisterImport]) -> Says:
    return Says(
        [_("Datei und Bericht werden gelöscht. Eingetragen wird nichts.")],
        _("Die Datei müssen Sie neu hochladen, wenn Sie sie doch noch brauchen."),
    )


def _ready_discard(wish: Wish[RegisterImport]) -> Deed:
    def deed() -> Done:
        register_imports.discard(wish.thing, by=wish.by, now=wish.now)
        return Done(_("Verworfen. Es ist nichts eingetragen."))

    return deed


DISCARD: Final = Act[RegisterImport](
    title=gettext_lazy("Datei verwerfen"),
    button=gettext_lazy("Datei löschen"),
    form=act_forms.of(),
    says=_says_discard,
    ready=_ready_discard,
    refusals=_QUICKER,
)


def _says_end(wish: Wish[RegisterImport]) -> Says:
    count = {"count": wish.thing.endings}
    return Says(
        [
            _("%(count)d Beendigungen aus dieser Datei werden eingetragen.") % count,
            _("Zugänge, die darauf beruhen, enden nach den Regeln der Nutzungsbedingungen."),
        ],
        _NOT_AS_A_WHOLE,
        needs_second_person=True,
    )


def _ready_end(wish: Wish[RegisterImport]) -> Deed:
    row = wish.thing
    payload = {"import": row.pk, "count": row.endings, "endings": register_imports.fingerprint(row)}

    def deed() -> Done:
        four_eyes.ask(
            act=Approval.Act.END_MANY,
            subject=f"import:{row.pk}",
            payload=payload,
            staff=wish.staff,
            reason=wish.data["reason"],
            now=wish.now,
        )
        return Done(_("Beantragt. Eine zweite Person entscheidet darüber."))

    return deed


END: Final = Act[RegisterImport](
    title=gettext_lazy("Beendigungen eintragen lassen"),
    button=gettext_lazy("Beendigungen eintragen"),
    form=act_forms.of(reason=lambda row: act_forms.reason()),
    says=_says_end,
    ready=_ready_end,
    refusals=_QUICKER,
    is_dangerous=True,
)


def _says_keep(wish: Wish[RegisterImport]) -> Says:
    return Says(
        [
            _("%(count)d Beendigungen aus dieser Datei werden nicht eingetragen.")
            % {"count": wish.thing.endings}
        ],
        _("Nichts: Sagt die nächste Datei dasselbe, wird wieder gefragt."),
    )


def _ready_keep(wish: Wish[RegisterImport]) -> Deed:
    def deed() -> Done:
        register_imports.drop_endings(wish.thing, by=wish.by, reason=wish.data["reason"], now=wish.now)
        return Done(_("Die Beendigungen sind verworfen. Es läuft alles weiter, wie es eingetragen ist."))

    return deed


KEEP: Final = Act[RegisterImport](
    title=gettext_lazy("Beendigungen verwerfen"),
    button=gettext_lazy("Beendigungen verwerfen"),
    form=act_forms.of(reason=lambda row: act_forms.reason()),
    says=_says_keep,
    ready=_ready_keep,
    refusals=_QUICKER,
)
