"""What each list can be narrowed by; the choices stand in its address."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from flexnet import configuration
from flexnet.access.models import Access, Lock, Notice
from flexnet.access.registers import ChargeState, KeyState, NoticeState
from flexnet.access.rules import Reason
from flexnet.applications.kinds import Kind, Status
from flexnet.office import happening_words
from flexnet.office.entering.fields import Code, Line
from flexnet.office.entering.forms import KINDS
from flexnet.web import explaining

Words = Mapping[Any, str | Promise]

ACCESSES: Words = {
    Access.Kind.PRACTICE: gettext_lazy("Praxiszugang"),
    Access.Kind.PERSONAL: gettext_lazy("persönlicher Zugang"),
    Access.Kind.EMPLOYEE: gettext_lazy("Mitarbeiterzugang"),
    Access.Kind.THIRD_PARTY: gettext_lazy("Zugang eines Dritten"),
}
PRACTICES: Words = KINDS
KEYS: Words = {
    KeyState.FREE: gettext_lazy("Frei im Lager"),
    KeyState.HELD: gettext_lazy("Ausgegeben"),
    KeyState.LOCKED: gettext_lazy("Gesperrt"),
    **happening_words.PLACES,
}
CAUSES: Words = {
    Lock.Cause.LOSS: gettext_lazy("Verlust"),
    Lock.Cause.MISUSE: gettext_lazy("Missbrauch"),
    Lock.Cause.VIOLATION: gettext_lazy("Verstoß"),
    Lock.Cause.OBJECTION: gettext_lazy("Widerspruch"),
    Lock.Cause.OTHER: gettext_lazy("anderer Grund"),
}
SCOPES: Words = {
    Lock.Scope.KEY: gettext_lazy("YubiKey"),
    Lock.Scope.PASSWORD: gettext_lazy("Zugangsdaten"),
    Lock.Scope.ACCESS: gettext_lazy("Zugang"),
    Lock.Scope.PRACTICE: gettext_lazy("ganze Praxis"),
}
CHARGES: Words = {
    ChargeState.TO_PAY: gettext_lazy("Zu zahlen"),
    ChargeState.WAIVED: gettext_lazy("Niemand zahlt"),
    ChargeState.WITHDRAWN: gettext_lazy("Zurückgenommen"),
}
NOTICES: Words = {
    Notice.Kind.MEMBER: gettext_lazy("vom Mitglied oder Dritten"),
    Notice.Kind.KV: gettext_lazy("von der KV"),
    Notice.Kind.EXTRAORDINARY: gettext_lazy("fristlos"),
}
NOTICE_STATES: Words = {
    NoticeState.RUNNING: gettext_lazy("Frist läuft"),
    NoticeState.OVER: gettext_lazy("Zugang beendet"),
    NoticeState.WITHDRAWN: gettext_lazy("zurückgenommen"),
}
GRANTED = "granted"
OPEN, CLOSED = "open", "closed"
_SHOWN = (
    Reason.DECLARATION_MISSING,
    Reason.NOT_YET_UNLOCKED,
    Reason.LOCKED,
    Reason.ENDED,
    Reason.WITHDRAWN,
    Reason.SUSPENDED,
    Reason.INTEREST_OVER,
    Reason.ACTIVITY_OVER,
    Reason.NOT_TRANSFERABLE,
    Reason.PASSWORD_LOCKED,
    Reason.INITIAL_PASSWORD_EXPIRED,
)
STATES: Words = {
    GRANTED: gettext_lazy("Kann sich anmelden"),
    **{reason: explaining.SHORT[reason] for reason in _SHOWN},
}


def one_of(label: Any, words: Words) -> forms.ChoiceField:
    """All, or one of these."""
    choices = [("", gettext_lazy("Alle")), *((str(name), word) for name, word in words.items())]
    return forms.ChoiceField(label=label, choices=choices, required=False)


class Accesses(forms.Form):
    begins = Code(label=gettext_lazy("Name beginnt mit"), required=False, max_length=64)
    kind = one_of(gettext_lazy("Art"), ACCESSES)
    state = one_of(gettext_lazy("Stand"), STATES)


class Practices(forms.Form):
    name = Line(label=gettext_lazy("Name beginnt mit"), required=False, max_length=200)
    begins = Code(label=gettext_lazy("BSNR beginnt mit"), required=False, max_length=9)
    kind = one_of(gettext_lazy("Art"), PRACTICES)


class Keys(forms.Form):
    begins = Code(label=gettext_lazy("Seriennummer beginnt mit"), required=False, max_length=20)
    state = one_of(gettext_lazy("Stand"), KEYS)


class Charges(forms.Form):
    state = one_of(gettext_lazy("Stand"), CHARGES)


class Locks(forms.Form):
    scope = one_of(gettext_lazy("Gesperrt ist"), SCOPES)
    cause = one_of(gettext_lazy("Anlass"), CAUSES)
    state = one_of(gettext_lazy("Stand"), {OPEN: gettext_lazy("Gilt"), CLOSED: gettext_lazy("Aufgehoben")})


class Notices(forms.Form):
    kind = one_of(gettext_lazy("Art"), NOTICES)
    state = one_of(gettext_lazy("Stand"), NOTICE_STATES)


class Applications(forms.Form):
    kind = one_of(gettext_lazy("Beantragt ist"), {kind: kind.label for kind in Kind})
    state = one_of(gettext_lazy("Stand"), {status: status.label for status in Status})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices = configuration.current().profile.district_offices
        if offices:
            words = {one.slug: one.name for one in offices}
            self.fields["office"] = one_of(gettext_lazy("Bezirksgeschäftsstelle"), words)
