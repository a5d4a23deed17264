"""Show me: mails, where they stand, and whether something was told by one."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from flexnet import configuration
from flexnet.mail import rules
from flexnet.mail.errors import NoSuchMail
from flexnet.mail.kinds import Kind
from flexnet.mail.models import Mail, Told

FAILED: Final = Q(given_up_at__isnull=False) | Q(bounced_at__isnull=False)
TELLS: Final = ~FAILED | Q(settled_at__isnull=False)
_STUCK: Final = timedelta(hours=1)
_STANDS: Final = {
    rules.State.WAITING: Q(next_at__isnull=False),
    rules.State.SENT: Q(sent_at__isnull=False, bounced_at=None, settled_at=None),
    rules.State.GIVEN_UP: Q(given_up_at__isnull=False, settled_at=None),
    rules.State.BOUNCED: Q(bounced_at__isnull=False, settled_at=None),
    rules.State.SETTLED: Q(settled_at__isnull=False),
}
_TAG: Final = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")


def is_on() -> bool:
    """Whether this KV sends mails at all; otherwise nobody queues one, and a letter goes."""
    return configuration.current().mail.server is not None


def tells_of(what: str) -> bool:
    """Whether this KV tells of it (`mail.tells_of` in the configuration) by mail."""
    return is_on() and what in configuration.current().mail.tells_of


def mail(number: int) -> Mail:
    """Raises NoSuchMail."""
    row = Mail.objects.filter(pk=number).first()
    if row is None:
        raise NoSuchMail(f"There is no mail {number}.")
    return row


def is_told(of: str) -> Q:
    """For rows of that name (`lock`): somebody was or will be told of it by mail, and no letter need tell it.

    What failed is not told, unless somebody saw to it in another way.
    """
    occasion = Concat(Value(f"{of}:"), Cast(OuterRef("pk"), CharField()))
    waits_or_went = Mail.objects.filter(TELLS, occasion=occasion)
    return Q(Exists(waits_or_went)) | Q(Exists(Told.objects.filter(occasion=occasion)))


def undelivered(kind: Kind) -> QuerySet[Mail, tuple[str, str]]:
    """Of those that failed and nobody saw to in another way: what they are about, and the occasion."""
    return Mail.objects.filter(FAILED, kind=kind, settled_at=None).values_list("about", "occasion")


def due(now: datetime) -> QuerySet[Mail]:
    """What is to be tried now, what waited longest first."""
    return Mail.objects.filter(next_at__lte=now).order_by("next_at", "pk")


def desk_mails() -> QuerySet[Mail]:
    """What could not be delivered and nobody has settled, the oldest first."""
    return Mail.objects.filter(FAILED, settled_at=None).order_by("pk")


def desk_stuck(now: datetime) -> Mail | None:
    """The oldest mail that ought to have gone an hour ago and was never tried: server or worker is away."""
    waiting = Mail.objects.filter(next_at__isnull=False, tried_at=None, queued_at__lt=now - _STUCK)
    return waiting.order_by("queued_at", "pk").first()


def listed(*, state: rules.State | None = None, kind: str = "", to: str = "") -> QuerySet[Mail]:
    """Those that stand there, of that kind, to addresses that begin so."""
    rows = Mail.objects.filter(_STANDS[state] if state else Q())
    if kind:
        rows = rows.filter(kind=kind)
    return rows.filter(to__istartswith=to) if to else rows


def about(subjects: Iterable[str]) -> QuerySet[Mail]:
    """All about these, the newest first."""
    return Mail.objects.filter(about__in=list(subjects)).order_by("-pk")


def tag_in(text: str) -> str | None:
    """The tag that stands in a bounce's address or in a Message-ID; only whole, and only one."""
    found = set(_TAG.findall(text))
    return found.pop() if len(found) == 1 else None
