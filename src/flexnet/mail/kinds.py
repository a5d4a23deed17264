"""Which mails there are, and what each may say; there is no other way to write one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NewType

# What stands in a mail in the clear. Whoever makes one of a text vouches that it is no secret: the type
# checker lets no password and no revocation word through by accident.
Plain = NewType("Plain", str)
Said = Plain | date | datetime


class Kind(StrEnum):
    TERMS_REMINDER = "terms_reminder"
    ACCESS_LOCKED = "access_locked"
    NOTICE_RECEIVED = "notice_received"
    CREDENTIALS_ASKED = "credentials_asked"
    WORD_ASKED = "word_asked"
    SOFTWARE_LINK = "software_link"
    MESSAGE_WAITING = "message_waiting"
    DOCUMENTS_WAITING = "documents_waiting"
    MANDATE_GIVEN = "mandate_given"
    MANDATE_REVOKED = "mandate_revoked"
    CHANGE_DECIDED = "change_decided"
    BILLING_RECEIVED = "billing_received"


@dataclass(frozen=True)
class Fields:
    """What a text of this kind names, each with a sample; `sealed` is known to the reader alone."""

    plain: Mapping[str, Said]
    sealed: frozenset[str] = frozenset()


_DAY, _AT = date(2027, 1, 15), datetime.fromisoformat("2027-01-15T09:30:00+01:00")
_ABOUT: Final = {"about": Plain("Praxiszugang der Betriebsstätte Musterweg 1, Musterstadt")}
_MANDATE: Final = {"party": Plain("Abrechnungsstelle Muster"), "sites": Plain("889999900, 859999900")}

FIELDS: Final[Mapping[Kind, Fields]] = {
    Kind.TERMS_REMINDER: Fields({"who": Plain("Dr. Muster"), "until": _DAY}),
    Kind.ACCESS_LOCKED: Fields({**_ABOUT, "since": _AT}),
    Kind.NOTICE_RECEIVED: Fields({**_ABOUT, "received": _DAY, "last_day": _DAY}),
    Kind.CREDENTIALS_ASKED: Fields({**_ABOUT, "at": _AT}),
    Kind.WORD_ASKED: Fields({**_ABOUT, "at": _AT}),
    Kind.SOFTWARE_LINK: Fields({"software": Plain("Linux"), "until": _AT}, frozenset({"link"})),
    Kind.MESSAGE_WAITING: Fields({}),
    Kind.DOCUMENTS_WAITING: Fields({}),
    Kind.MANDATE_GIVEN: Fields({**_MANDATE, "since": _DAY, "until": Plain("auf Widerruf")}),
    Kind.MANDATE_REVOKED: Fields({**_MANDATE, "at": _AT}),
    Kind.CHANGE_DECIDED: Fields({}),
    Kind.BILLING_RECEIVED: Fields({}),
}
