"""What clerks say about batches, letters and paper, confirmed before it is noted."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from django import forms
from django.http import Http404, HttpRequest, HttpResponseBase, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from flexnet.accounts.models import Role
from flexnet.configuration import PrintQueue
from flexnet.office import act_forms, acting, happening_words
from flexnet.office.acting import Act, Deed, Done, Place, Says, Wish, Words
from flexnet.office.posting import pages, words
from flexnet.office.roles import only
from flexnet.post import batches, dispatch, printers, queries, settling, sheets
from flexnet.post.errors import BadSheets, DoesNotBalance, NoSuchBatch, NoSuchItem
from flexnet.post.models import Batch, Item
from flexnet.post.rules import State

T = TypeVar("T")
_DONE: Final[dict[type[Exception], Words]] = {
    NoSuchBatch: gettext_lazy("Das hat inzwischen jemand anderes getan."),
    NoSuchItem: gettext_lazy("Das hat inzwischen jemand anderes getan."),
}
_SHEETS: Final[dict[type[Exception], Words]] = {
    BadSheets: gettext_lazy("Diese Nummern stimmen nicht, oder die Blätter sind schon eingetragen."),
}


def _number(label: Any, help_text: Any = "", *, initial: int | None = None) -> forms.IntegerField:
    messages = {
        "invalid": gettext_lazy("Bitte schreiben Sie eine Zahl."),
        "required": gettext_lazy("Bitte ausfüllen."),
    }
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        min_value=0,
        max_value=2_000_000_000,
        initial=initial,
        error_messages=messages,
    )


def _which(label: Any, row: Batch) -> forms.MultipleChoiceField:
    found = [(one.number, f"{one.number}, {words.whose(one.access, one)}") for one in queries.items_of(row)]
    return forms.MultipleChoiceField(
        label=label, choices=found, required=False, widget=forms.CheckboxSelectMultiple
    )


class Outcome(forms.Form):
    """Which letters came out; on security paper also what lies on top now."""

    def __init__(self, row: Batch, data: QueryDict | None) -> None:
        super().__init__(data)
        self.fields["spoiled"] = _which(gettext_lazy("Kamen heraus, sind aber unbrauchbar"), row)
        self.fields["missing"] = _which(gettext_lazy("Kamen nicht heraus"), row)
        if printers.queue(row.queue).security_paper:
            self.fields["next_sheet"] = _number(gettext_lazy("Nummer des Blattes, das jetzt oben liegt"))
            self.fields["spoiled_sheets"] = _number(gettext_lazy("Verdorbene Blätter ohne Brief"), initial=0)
        self.fields["note"] = act_forms.Lines(
            gettext_lazy("Was ist passiert?"),
            required=False,
            help_text=gettext_lazy("Nur wenn etwas nicht glatt lief."),
        )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if set(data.get("spoiled", ())) & set(data.get("missing", ())):
            raise forms.ValidationError(
                _("Ein Brief kann nicht zugleich unbrauchbar und nicht gedruckt sein.")
            )
        return data


def _says_settle(wish: Wish[Batch]) -> Says:
    bad = len(wish.data["spoiled"]) + len(wish.data["missing"])
    good = len(queries.items_of(wish.thing)) - bad
    sentences = [
        ngettext("%(count)d Brief kam gut heraus.", "%(count)d Briefe kamen gut heraus.", good)
        % {"count": good}
    ]
    if bad:
        again = ngettext(
            "%(count)d Brief nicht. Was darin steht, gilt ab sofort nicht mehr, und er ist mit neuer Nummer "
            "wieder fällig.",
            "%(count)d Briefe nicht. Was darin steht, gilt ab sofort nicht mehr, und sie sind mit neuer "
            "Nummer wieder fällig.",
            bad,
        )
        sentences.append(again % {"count": bad})
    return Says(sentences, _("Die Antwort selbst. Sehen Sie noch einmal im Drucker nach."))


def _ready_settle(wish: Wish[Batch]) -> Deed:
    def deed() -> Done:
        settling.settle(
            number=wish.thing.pk,
            spoiled=wish.data["spoiled"],
            missing=wish.data["missing"],
            next_sheet=wish.data.get("next_sheet"),
            spoiled_sheets=wish.data.get("spoiled_sheets", 0),
            note=wish.data["note"],
            by=wish.by,
            now=wish.now,
        )
        return Done(_("Eingetragen. Jetzt gehen die Briefe zur Post."))

    return deed


SETTLE: Final = Act[Batch](
    title=gettext_lazy("Was kam heraus?"),
    button=gettext_lazy("So eintragen"),
    lead=gettext_lazy("Sehen Sie in den Drucker. Kam alles gut heraus, kreuzen Sie nichts an."),
    form=Outcome,
    says=_says_settle,
    ready=_ready_settle,
    refusals={
        **_DONE,
        DoesNotBalance: gettext_lazy(
            "Die Blätter gehen nicht auf: Briefe, verdorbene Blätter und das Blatt oben passen nicht "
            "zusammen. Zählen Sie nach. Fehlt ein Blatt, sagen Sie, was damit geschah."
        ),
        BadSheets: gettext_lazy("Schreiben Sie dazu, was mit den Blättern ohne Brief geschah."),
    },
)


def _simple(
    title: Any,
    button: Any,
    sentences: list[Any],
    undone: Any,
    done: Any,
    do: Callable[[Wish[T]], object],
    **more: Any,
) -> Act[T]:
    """An act that asks for a reason and nothing else."""

    def ready(wish: Wish[T]) -> Deed:
        def deed() -> Done:
            do(wish)
            return Done(done)

        return deed

    form = more.pop("form", act_forms.of(reason=lambda thing: act_forms.reason()))
    return Act[T](
        title=title,
        button=button,
        form=form,
        says=lambda wish: Says(sentences, undone),
        ready=ready,
        refusals=more.pop("refusals", _DONE),
        **more,
    )


_STAYS: Final = gettext_lazy("Die Eintragung selbst: Sie bleibt im Verlauf.")
_SHUT: Final = gettext_lazy("Steht ein Kennwort darin, gilt es ab sofort nicht mehr.")

DISSOLVE: Final[Act[Batch]] = _simple(
    gettext_lazy("Druckauftrag auflösen"),
    gettext_lazy("Auflösen"),
    [gettext_lazy("Nichts wird gedruckt. Alle Briefe darin sind wieder fällig.")],
    _STAYS,
    gettext_lazy("Aufgelöst."),
    lambda wish: batches.dissolve(number=wish.thing.pk, by=wish.by, reason=wish.data["reason"], now=wish.now),
)
SPOIL: Final[Act[Item]] = _simple(
    gettext_lazy("Brief ist unbrauchbar"),
    gettext_lazy("Unbrauchbar"),
    [_SHUT, gettext_lazy("Der Brief ist mit neuer Nummer wieder fällig. Vernichten Sie das Blatt.")],
    _STAYS,
    gettext_lazy("Eingetragen. Der Brief ist wieder fällig."),
    lambda wish: dispatch.spoil(number=str(wish.thing), by=wish.by, reason=wish.data["reason"], now=wish.now),
)
CLEAR: Final[Act[Item]] = _simple(
    gettext_lazy("Die Anschrift stimmt"),
    gettext_lazy("Anschrift stimmt"),
    [gettext_lazy("Briefe gehen wieder dorthin. Der zurückgekommene ist mit neuer Nummer fällig.")],
    _STAYS,
    gettext_lazy("Eingetragen. Der Brief ist wieder fällig."),
    lambda wish: dispatch.clear(number=str(wish.thing), by=wish.by, reason=wish.data["reason"], now=wish.now),
    lead=gettext_lazy("Nur wenn Sie nachgefragt haben. Eine neue Anschrift tragen Sie bei der Praxis ein."),
)
CAME_BACK: Final[Act[Item]] = _simple(
    gettext_lazy("Brief kam zurück"),
    gettext_lazy("Rückläufer eintragen"),
    [_SHUT, gettext_lazy("An diese Anschrift geht nichts mehr, bis sie geklärt ist.")],
    _STAYS,
    gettext_lazy("Eingetragen. Klären Sie jetzt die Anschrift."),
    lambda wish: dispatch.come_back(
        number=str(wish.thing), why=Item.Return(wish.data["why"]), by=wish.by, now=wish.now
    ),
    form=act_forms.of(
        why=lambda item: act_forms.choice(
            gettext_lazy("Was steht auf dem Umschlag?"), happening_words.RETURNS.items()
        )
    ),
)
LOST: Final[Act[Item]] = _simple(
    gettext_lazy("Brief ist nicht angekommen"),
    gettext_lazy("Als verloren eintragen"),
    [
        _SHUT,
        gettext_lazy(
            "War ein YubiKey darin, ist er sofort gesperrt: Ordnen Sie dem Zugang einen anderen zu."
        ),
        gettext_lazy("Der Brief ist mit neuer Nummer wieder fällig, an dieselbe Anschrift."),
    ],
    _STAYS,
    gettext_lazy("Eingetragen. Der Brief ist verloren und wieder fällig."),
    lambda wish: dispatch.lose(number=str(wish.thing), by=wish.by, reason=wish.data["reason"], now=wish.now),
    lead=gettext_lazy(
        "Nur wenn der Empfänger sagt, dass er nichts bekommen hat, auch nach zwei Wochen nicht."
    ),
)
ARRIVED: Final[Act[Item]] = _simple(
    gettext_lazy("Brief ist angekommen"),
    gettext_lazy("Empfang eintragen"),
    [gettext_lazy("Der Brief gilt als angekommen. Als Rückläufer lässt er sich dann nicht mehr eintragen.")],
    _STAYS,
    gettext_lazy("Eingetragen: angekommen."),
    lambda wish: dispatch.arrive(number=str(wish.thing), by=wish.by, now=wish.now),
    lead=gettext_lazy(
        "Nur wenn ein unterschriebener Empfangsschein da ist. Die erste Anmeldung trägt es von selbst ein."
    ),
    form=act_forms.of(),
)
RECEIVE: Final[Act[PrintQueue]] = _simple(
    gettext_lazy("Sicherheitspapier einlegen"),
    gettext_lazy("Eintragen"),
    [gettext_lazy("Diese Blätter liegen von jetzt an unter allen anderen im Fach.")],
    _STAYS,
    gettext_lazy("Eingetragen."),
    lambda wish: sheets.receive(
        queue=wish.thing.name, first=wish.data["first"], last=wish.data["last"], by=wish.by, now=wish.now
    ),
    form=act_forms.of(
        first=lambda queue: _number(gettext_lazy("Erste Nummer")),
        last=lambda queue: _number(gettext_lazy("Letzte Nummer")),
    ),
    refusals=_SHEETS,
)
WRITE_OFF: Final[Act[PrintQueue]] = _simple(
    gettext_lazy("Blätter austragen"),
    gettext_lazy("Austragen"),
    [gettext_lazy("Diese Blätter werden von oben abgezählt und gelten als verdorben.")],
    _STAYS,
    gettext_lazy("Eingetragen."),
    lambda wish: sheets.write_off(
        queue=wish.thing.name, count=wish.data["count"], reason=wish.data["reason"], by=wish.by, now=wish.now
    ),
    form=act_forms.of(
        count=lambda queue: _number(gettext_lazy("Wie viele, von oben gezählt?")),
        reason=lambda queue: act_forms.reason(),
    ),
    refusals=_SHEETS,
)


def _of_batch(act: Act[Batch], is_open: Callable[[Batch], bool]) -> Callable[..., HttpResponseBase]:
    @only(Role.CLERK, auditors_read=False)
    @require_http_methods(["GET", "POST"])
    def view(request: HttpRequest, number: int) -> HttpResponseBase:
        row = pages.named_batch(number)
        place = Place(reverse("batch", args=[row.pk]), _("Druckauftrag %(number)s") % {"number": row.pk})
        return acting.perform(request, act, row, place) if is_open(row) else acting.over(request, place.url)

    return view


def _of_letter(act: Act[Item], is_open: Callable[[Item], bool]) -> Callable[..., HttpResponseBase]:
    @only(Role.CLERK, auditors_read=False)
    @require_http_methods(["GET", "POST"])
    def view(request: HttpRequest, number: str) -> HttpResponseBase:
        item = pages.named_letter(number)
        place = Place(reverse("letter", args=[item]), str(item))
        return acting.perform(request, act, item, place) if is_open(item) else acting.over(request, place.url)

    return view


def _of_queue(act: Act[PrintQueue]) -> Callable[..., HttpResponseBase]:
    @only(Role.CLERK, auditors_read=False)
    @require_http_methods(["GET", "POST"])
    def view(request: HttpRequest, queue: str) -> HttpResponseBase:
        found = next((one for one in printers.queues() if one.name == queue and one.security_paper), None)
        if found is None:
            raise Http404
        return acting.perform(request, act, found, Place(reverse("post"), _("Post")))

    return view


def _is_on_its_way(item: Item) -> bool:
    return queries.state_of(item) is State.POSTED


settle = _of_batch(SETTLE, lambda row: row.begun_at is not None and row.settled_at is None)
dissolve = _of_batch(DISSOLVE, lambda row: row.begun_at is None and row.dissolved_at is None)
spoil = _of_letter(SPOIL, lambda item: bool(item.printed_at) and not (item.posted_at or item.void_at))
clear = _of_letter(CLEAR, lambda item: item.returned_at is not None and item.cleared_at is None)
came_back = _of_letter(CAME_BACK, _is_on_its_way)
lost = _of_letter(LOST, _is_on_its_way)
arrived = _of_letter(ARRIVED, _is_on_its_way)
receive = _of_queue(RECEIVE)
write_off = _of_queue(WRITE_OFF)
