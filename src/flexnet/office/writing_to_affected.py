"""The act that writes in the portal to all who come by a provider that is to stop."""

import uuid
from datetime import timedelta
from typing import Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from flexnet import configuration
from flexnet.accounts import submissions
from flexnet.correspondence import actions as correspondence
from flexnet.correspondence import queries as parties
from flexnet.correspondence.actions import Draft
from flexnet.correspondence.queries import Party
from flexnet.correspondence.rules import LONGEST_SUBJECT, LONGEST_TEXT
from flexnet.office import act_forms
from flexnet.office.acting import Act, Deed, Done, Says, Wish
from flexnet.publications import queries
from flexnet.publications.models import Stop
from flexnet.web import words

_MOST_AT_ONCE: Final = 200


def _letter(row: Stop, data: QueryDict | None) -> forms.Form:
    said = {"provider": row.provider, "day": words.day(row.stops_on - timedelta(days=1))}
    subject = _("Ihr Anschluss über %(provider)s endet am %(day)s") % said
    text = _(
        "Guten Tag,\n\nüber %(provider)s erreichen Sie unser Portal nur noch bis zum %(day)s. "
        "Bitte schließen Sie bis dahin einen Vertrag mit einem anderen zertifizierten Anbieter. "
        "Welche es gibt, steht im Portal unter „Ihre Verbindung“."
    )
    form = forms.Form(data, initial={"subject": subject, "text": text % said})
    form.fields["subject"] = act_forms.Line(gettext_lazy("Betreff"), longest=LONGEST_SUBJECT)
    form.fields["text"] = act_forms.Lines(gettext_lazy("Text"), longest=LONGEST_TEXT)
    return form


def _unwritten(wish: Wish[Stop]) -> list[Party]:
    """To whom it was not yet sent; whoever belongs to several practices reads it in each."""
    days = configuration.current().ways.affected_days
    uses = queries.affected(wish.thing.provider, wish.now, days=days)
    found = dict.fromkeys(party for use in uses for party in parties.parties_of(use.access, wish.now))
    return [party for party in found if not submissions.is_spent(_number(wish.thing, party))]


def _number(stop: Stop, party: Party) -> uuid.UUID:
    """The same for the same: nobody gets it twice."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"range-stop:{stop.pk}:{type(party).__name__}:{party.pk}")


def _says_write(wish: Wish[Stop]) -> Says:
    count = len(_unwritten(wish))
    text = ngettext(
        "Die Nachricht geht an %(count)d Praxis oder Dritten.",
        "Die Nachricht geht an %(count)d Praxen und Dritte.",
        count,
    )
    sentences = [
        text % {"count": min(count, _MOST_AT_ONCE)},
        _("Sie steht im Portal; wer eine E-Mail-Adresse hat, erfährt davon auch durch eine Mail."),
        _("Wer keine hat, braucht einen Brief: Die Liste der Betroffenen gibt es als Datei."),
    ]
    if count > _MOST_AT_ONCE:
        rest = _("Danach fehlen noch %(count)d: Senden Sie dann noch einmal.")
        sentences.append(rest % {"count": count - _MOST_AT_ONCE})
    return Says(sentences, _("Eine Nachricht lässt sich nicht zurückholen."))


def _ready_write(wish: Wish[Stop]) -> Deed:
    def deed() -> Done:
        to = _unwritten(wish)[:_MOST_AT_ONCE]
        for party in to:
            draft = Draft(_number(wish.thing, party), wish.data["text"])
            correspondence.open_thread(
                party=party,
                subject=wish.data["subject"],
                draft=draft,
                author=wish.staff,
                by=wish.by,
                now=wish.now,
            )
        return Done(
            _("Gesendet: %(count)d. Tragen Sie ein, dass alle angeschrieben sind, sobald es so ist.")
            % {"count": len(to)}
        )

    return deed


WRITE: Final = Act[Stop](
    title=gettext_lazy("Betroffenen im Portal schreiben"),
    button=gettext_lazy("Senden"),
    form=_letter,
    says=_says_write,
    ready=_ready_write,
)
