"""Acts on questions of the member register: one is answered, or many people have left at once."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from flexnet.accounts import four_eyes
from flexnet.accounts.models import Approval
from flexnet.members import importing, questions
from flexnet.members.errors import BadPeriod, NotEntered
from flexnet.members.models import Question
from flexnet.office import act_forms
from flexnet.office.acting import Act, Deed, Done, Says, Wish
from flexnet.office.entry_forms import MISSING
from flexnet.web import words

_LEFT, _STAYS = "left", "stays"
_KEPT: Final = gettext_lazy("Die Antwort bleibt im Verlauf stehen.")
_NO_SUCH_DAY: Final = {
    BadPeriod: gettext_lazy(
        "An diesem Tag war noch nicht jede der Personen dort, oder jemand ist schon ausgetragen. Prüfen Sie "
        "den Tag."
    ),
    NotEntered: gettext_lazy("Diese Frage hat inzwischen jemand beantwortet."),
}


def _last_day() -> act_forms.DayField:
    return act_forms.DayField(gettext_lazy("Letzter Tag dort"), required=False)


class Answer(forms.Form):
    """They have left, or not; and what was found out."""

    found = act_forms.choice(
        gettext_lazy("Was haben Sie herausgefunden?"),
        (
            (_LEFT, gettext_lazy("Die Person ist ausgeschieden: Das Ende wird eingetragen")),
            (_STAYS, gettext_lazy("Es bleibt, wie es eingetragen ist")),
        ),
    )
    until_on = _last_day()
    answer = act_forms.Lines(
        gettext_lazy("Woher wissen Sie es?"),
        help_text=gettext_lazy("Zum Beispiel: Anruf bei Frau Muster am 4. März. Es steht im Verlauf."),
    )

    def clean(self) -> None:
        data = self.cleaned_data
        if data.get("found") == _LEFT and "until_on" not in self.errors and not data.get("until_on"):
            self.add_error("until_on", MISSING)


def _answer_form(row: Question, data: QueryDict | None) -> forms.Form:
    return Answer(data)


def _says_answer(wish: Wish[Question]) -> Says:
    if wish.data["found"] == _STAYS:
        return Says([_("Vermerkt wird Ihre Antwort. Geändert wird dadurch nichts.")], _KEPT)
    return Says(_ends(1, wish.data["until_on"]), _NOT_BACK)


_NOT_BACK: Final = gettext_lazy(
    "Ein eingetragenes Ende bleibt im Verlauf stehen. War es ein Irrtum, tragen Sie die Person neu ein."
)


def _ends(count: int, until_on: date) -> list[str]:
    day = words.short_day(until_on)
    text = ngettext(
        "%(count)d Person ist nach dem %(day)s nicht mehr in ihrer Praxis.",
        "%(count)d Personen sind nach dem %(day)s nicht mehr in ihrer Praxis.",
        count,
    )
    rest = _("Zugänge, die darauf beruhen, enden nach den Regeln der Nutzungsbedingungen.")
    return [text % {"count": count, "day": day}, rest]


def _ready_answer(wish: Wish[Question]) -> Deed:
    answer, until_on = wish.data["answer"], wish.data["until_on"]

    def deed() -> Done:
        if wish.data["found"] == _STAYS:
            questions.answer(question=wish.thing, answer=answer, by=wish.by, now=wish.now)
            return Done(_("Die Frage ist beantwortet."))
        ids = [wish.thing.pk]
        questions.end(ids=ids, until_on=until_on, answer=answer, by=wish.by, now=wish.now)
        return Done(_("Die Frage ist beantwortet, das Ende ist eingetragen."))

    return deed


QUESTION: Final = Act[Question](
    title=gettext_lazy("Im Arztregister nicht mehr genannt"),
    button=gettext_lazy("Antwort eintragen"),
    lead=gettext_lazy(
        "Das Arztregister nennt diese Person nicht mehr bei der Praxis. Das allein beendet nichts."
    ),
    form=_answer_form,
    says=_says_answer,
    ready=_ready_answer,
    refusals=_NO_SUCH_DAY,
)


def _chosen(rows: Sequence[Question]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=gettext_lazy("Wer ist ausgeschieden?"),
        choices=[(str(row.pk), f"{row.person.name}, {row.practice.name}") for row in rows],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Bitte wählen Sie.")},
    )


def _ids(wish: Wish[Any]) -> list[int]:
    return sorted(int(number) for number in wish.data["who"])


def _says_left(wish: Wish[Sequence[Question]]) -> Says:
    count = len(_ids(wish))
    return Says(
        _ends(count, wish.data["until_on"]), _NOT_BACK, needs_second_person=importing.are_too_many(count)
    )


def _ready_left(wish: Wish[Sequence[Question]]) -> Deed:
    ids, until_on, answer = _ids(wish), wish.data["until_on"], wish.data["answer"]

    def deed() -> Done:
        if not importing.are_too_many(len(ids)):
            count = questions.end(ids=ids, until_on=until_on, answer=answer, by=wish.by, now=wish.now)
            return Done(_("Eingetragen: %(count)d.") % {"count": count})
        four_eyes.ask(
            act=Approval.Act.END_MANY,
            subject="questions",
            payload={"questions": ids, "until_on": until_on.isoformat()},
            staff=wish.staff,
            reason=answer,
            now=wish.now,
        )
        return Done(_("Beantragt. Eine zweite Person entscheidet darüber."))

    return deed


LEFT: Final = Act[Sequence[Question]](
    title=gettext_lazy("Mehrere sind ausgeschieden"),
    button=gettext_lazy("Beendigungen eintragen"),
    lead=gettext_lazy("Für alle, die Sie ankreuzen, wird derselbe letzte Tag eingetragen."),
    form=act_forms.of(
        until_on=lambda rows: act_forms.DayField(gettext_lazy("Letzter Tag dort")),
        answer=lambda rows: act_forms.Lines(gettext_lazy("Woher wissen Sie es?")),
        who=_chosen,
    ),
    says=_says_left,
    ready=_ready_left,
    refusals=_NO_SUCH_DAY,
    is_dangerous=True,
)
