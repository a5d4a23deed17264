"""The part of a page that asks for the second factor, wherever it stands."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest

from flexnet.accounts import webauthn
from flexnet.accounts.models import Staff
from flexnet.office.entry_forms import SecondFactor

_QUESTION = "question"


@dataclass(frozen=True)
class Panel:
    """What the template `office/second_factor.html` draws."""

    form: SecondFactor
    options: str

    @property
    def has_keys(self) -> bool:
        return bool(self.options)


def panel(request: HttpRequest, staff: Staff, form: SecondFactor) -> Panel:
    """With a fresh question for their security keys, if they have any; the session keeps what was asked."""
    known = [bytes(row.credential_id) for row in staff.security_keys.all()]
    if not known:
        return Panel(form, "")
    question = webauthn.ask_to_sign(known)
    keep(request, question.kept)
    return Panel(form, question.options)


def keep(request: HttpRequest, kept: Mapping[str, str]) -> None:
    """Until the browser answers."""
    request.session[_QUESTION] = dict(kept)


def kept(request: HttpRequest) -> Mapping[str, str]:
    """What was asked; each question is answered once. Empty fits no answer."""
    found: Mapping[str, str] = request.session.pop(_QUESTION, {})
    return found
