"""Acts that write to all who come by a provider that is to stop: in the portal, and on paper."""

import uuid
from datetime import timedelta
from typing import Final

from django import forms
from django.http import QueryDict
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from flexnet import configuration
from flexnet.access.models import Access
from flexnet.accounts import submissions
from flexnet.correspondence import actions as correspondence
from flexnet.correspondence import queries as parties
from flexnet.correspondence import telling
from flexnet.correspondence.actions import Draft
from flexnet.correspondence.queries import Party
from flexnet.correspondence.rules import LONGEST_SUBJECT, LONGEST_TEXT
from flexnet.office import act_forms
from flexnet.office.acting import Act, Deed, Done, Says, Wish
from flexnet.post import queries as letters
from flexnet.post import writings
from flexnet.publications import queries
from flexnet.publications.models import Stop
from flexnet.web import words

_MOST_AT_ONCE: Final = 200
# On paper, in the practice's language whatever language a clerk reads; what goes before is the salutation.
_SUBJECT: Final = "Ihr Anschluss über %(provider)s endet am %(day)s"
_TEXT: Final = (
    "über %(provider)s erreichen Sie unser Portal %(portal)s nur noch bis zum %(day)s.\n\n"
    "Bitte schließen Sie bis dahin einen Vertrag mit einem anderen zertifizierten Anbieter. Welche es gibt, "
    "steht im Portal unter „Ihre Verbindung“ und hier: %(public)sanbieter/\n\n"
    "Ihre Zugangsdaten bleiben, wie sie sind. Haben Sie schon einen anderen Anschluss, dann ist dieser Brief "
    "erledigt."
)


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
        _("Wer keine hat, braucht einen Brief: Schreiben Sie danach auch die Briefe."),
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


def occasion(stop: Stop) -> str:
    """What letters about it are known by."""
    return f"range-stop:{stop.pk}"


def _on_paper(row: Stop, data: QueryDict | None) -> forms.Form:
    settings, last_on = configuration.current(), row.stops_on - timedelta(days=1)
    with translation.override("de"):
        said = {"provider": row.provider, "day": words.day(last_on)}
    said |= {"portal": settings.profile.portal_name, "public": settings.public.url}
    form = forms.Form(data, initial={"subject": _SUBJECT % said, "text": _TEXT % said})
    form.fields["subject"] = act_forms.Line(gettext_lazy("Betreff"), longest=writings.LONGEST_SUBJECT)
    form.fields["text"] = act_forms.Lines(
        gettext_lazy("Text"),
        longest=writings.LONGEST_TEXT,
        help_text=gettext_lazy(
            "Anrede und Gruß stehen schon im Brief. Eine leere Zeile beginnt einen Absatz."
        ),
    )
    return form


def _unreached(wish: Wish[Stop]) -> list[Access]:
    """One access of each practice or third party that hears of messages by no mail, and has no letter yet."""
    days = configuration.current().ways.affected_days
    through = dict[Party, Access]()
    for use in queries.affected(wish.thing.provider, wish.now, days=days):
        for party in parties.parties_of(use.access, wish.now):
            through.setdefault(party, use.access)
    silent = dict.fromkeys(access for party, access in through.items() if not telling.tells(party))
    written = set(letters.writings_of(occasion(wish.thing)).values_list("access", flat=True))
    return [access for access in silent if access.pk not in written]


def _says_letters(wish: Wish[Stop]) -> Says:
    count = len(_unreached(wish))
    text = ngettext("Es wird %(count)d Brief.", "Es werden %(count)d Briefe.", count)
    sentences = [
        text % {"count": count},
        _("Sie gehen an alle Betroffenen, die von einer Nachricht im Portal durch keine Mail erfahren."),
        _("Sie liegen dann unter „Post“ und kommen mit den anderen Briefen aus dem Drucker."),
    ]
    return Says(
        sentences, _("Wird das Ende abgesagt, werden Briefe, die noch niemand gewählt hat, nicht gedruckt.")
    )


def _ready_letters(wish: Wish[Stop]) -> Deed:
    def deed() -> Done:
        count = writings.ask(
            accesses=_unreached(wish),
            subject=wish.data["subject"],
            text=wish.data["text"],
            occasion=occasion(wish.thing),
            by=wish.by,
            now=wish.now,
        )
        return Done(_("Briefe unter „Post“: %(count)d.") % {"count": count})

    return deed


LETTERS: Final = Act[Stop](
    title=gettext_lazy("Betroffenen Briefe schreiben"),
    button=gettext_lazy("Briefe anlegen"),
    form=_on_paper,
    says=_says_letters,
    ready=_ready_letters,
)
