"""Make it happen: whoever a practice is signs an application in the portal, completes or withdraws it."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from flexnet.access import signers
from flexnet.access.models import Access
from flexnet.access.rules import day_of
from flexnet.applications import actions, queries
from flexnet.applications.actions import Wrong
from flexnet.applications.kinds import Channel, Kind, Status
from flexnet.applications.models import Application
from flexnet.applications.rules import Refused

MOST_OPEN: Final = 20  # of one member: a browser that is stolen must not bury the desk
_WITHDRAWN: Final = "Im Portal zurückgezogen."


class NotSigned(StrEnum):
    """Why nothing happened."""

    NOT_YOURS = "not_yours"
    TOO_MANY = "too_many"


def sign(
    *, member: Access, kind: Kind, values: Mapping[str, Any], key: uuid.UUID, now: datetime
) -> Application | Wrong | NotSigned:
    """Received as of today, and signed with it; sent again under its key it is the first one.

    Whom the access is for promises to keep the terms in person: what is signed here is the application.
    """
    if not signers.speaks_for_practice(member, now):
        return NotSigned.NOT_YOURS
    earlier = queries.sent_as(key)
    if earlier:
        return earlier if earlier.applicant_id == member.pk else NotSigned.NOT_YOURS
    if sum(queries.status(row).is_open for row in queries.sent_by(member)) >= MOST_OPEN:
        return NotSigned.TOO_MANY
    return actions.receive(
        kind=kind,
        channel=Channel.PORTAL,
        values={**values, "terms_version": None, "signed_on": day_of(now)},
        received_on=day_of(now),
        sent_as=key,
        applicant=member,
        by=f"portal:{member}",
        now=now,
    )


def complete(
    *, member: Access, application: Application, values: Mapping[str, Any], seen: int, now: datetime
) -> Application | Wrong | Refused | NotSigned:
    """What was sent back comes again, signed anew."""
    if not _is_theirs(member, application, now) or queries.status(application) is not Status.INCOMPLETE:
        return NotSigned.NOT_YOURS
    return actions.complete(
        application=application,
        values={**values, "signed_on": day_of(now)},
        received_on=day_of(now),
        seen=seen,
        by=f"portal:{member}",
        now=now,
    )


def withdraw(
    *, member: Access, application: Application, seen: int, now: datetime
) -> Application | Refused | NotSigned:
    """The member wants it no more."""
    if not _is_theirs(member, application, now):
        return NotSigned.NOT_YOURS
    by = f"portal:{member}"
    return actions.withdraw(application=application, reason=_WITHDRAWN, seen=seen, by=by, now=now)


def _is_theirs(member: Access, application: Application, now: datetime) -> bool:
    return application.applicant_id == member.pk and signers.speaks_for_practice(member, now)
