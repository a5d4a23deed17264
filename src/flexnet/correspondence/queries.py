"""Show me: threads and messages, to whoever they are with; of others there are none."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min, Q, QuerySet

from flexnet.access import belonging
from flexnet.access.models import Access
from flexnet.access.present import Present
from flexnet.access.rules import day_begins, day_of
from flexnet.correspondence import sealing
from flexnet.correspondence.models import UNREAD_BY_MEMBER, WAITS, Attachment, Message, Thread
from flexnet.members.models import Practice, ThirdParty

Party = Practice | ThirdParty
_WAITS = Q(messages__access__isnull=False, messages__settled_at=None)
_UNREAD = Q(messages__staff__isnull=False, messages__read_at=None)


@dataclass(frozen=True)
class Line:
    """A thread in a list; `unread` by the member, `waits_since` for the KV."""

    thread: Thread
    subject: str
    count: int
    newest_at: datetime
    unread: int
    waits_since: datetime | None


def parties_of(access: Access, now: datetime) -> tuple[Party, ...]:
    """For whom this access may write."""
    if access.third_party:
        return (access.third_party,)
    return tuple(one.practice for one in belonging.of(access, day_of(now)))


def lines_for(access: Access, now: datetime) -> list[Line]:
    """All threads that an access may see, the newest first."""
    return _lines(Thread.objects.filter(_visible(Present(access, now))))


def thread_for(access: Access, key: uuid.UUID, now: datetime) -> Thread | None:
    """One of them; None for what is not there and for what is somebody else's."""
    return Thread.objects.filter(_visible(Present(access, now)), pk=key).first()


def attachment_for(access: Access, key: uuid.UUID, now: datetime) -> Attachment | None:
    """As above."""
    threads = Thread.objects.filter(_visible(Present(access, now)))
    return Attachment.objects.filter(pk=key, message__thread__in=threads).first()


def unread_for(who: Present) -> int:
    """How many messages of the KV nobody of them has opened yet."""
    threads = Thread.objects.filter(_visible(who))
    return Message.objects.filter(UNREAD_BY_MEMBER, thread__in=threads).count()


def messages_of(thread: Thread) -> list[Message]:
    """The oldest first, with who wrote and who read them. Two queries."""
    people = ("access__person", "access__site", "staff", "reading_access", "reading_staff")
    rows = thread.messages.select_related(*people, "access__origin", "access__third_party")
    return list(rows.prefetch_related("attachments").order_by("at", "pk"))


def thread(key: uuid.UUID) -> Thread | None:
    """Whomever it is with; for the office."""
    return Thread.objects.select_related("practice", "third_party").filter(pk=key).first()


def attachment(key: uuid.UUID) -> Attachment | None:
    """As above."""
    return Attachment.objects.filter(pk=key).first()


def lines_with(party: Party) -> list[Line]:
    """All threads with them, the newest first."""
    return _lines(Thread.objects.filter(**column_of(party)))


def waiting(limit: int) -> list[Line]:
    """Those in which somebody waits for the KV, who waited longest first."""
    rows = (
        Message.objects.filter(WAITS).values("thread").annotate(since=Min("at")).order_by("since", "thread")
    )
    order = [row["thread"] for row in rows[:limit]]
    found = {line.thread.pk: line for line in _lines(Thread.objects.filter(pk__in=order))}
    return [found[pk] for pk in order if pk in found]


def waiting_count() -> int:
    """In how many threads somebody waits for the KV."""
    return Message.objects.filter(WAITS).values("thread").distinct().count()


def newest(limit: int) -> list[Line]:
    """Those in which somebody wrote last, whoever it was."""
    rows = Message.objects.order_by("-at").values_list("thread", flat=True)[: limit * 4]
    some = list(dict.fromkeys(rows))[:limit]
    return _lines(Thread.objects.filter(pk__in=some))


def column_of(party: Party) -> dict[str, Party]:
    """The column of a thread that names them."""
    return {"practice": party} if isinstance(party, Practice) else {"third_party": party}


def _visible(who: Present) -> Q:
    """A third party's own; a practice's, but for what was written when it was in other hands."""
    if who.access.third_party_id:
        return Q(third_party=who.access.third_party_id)
    found = Q(pk__in=())
    for one in who.belongings:
        since = Q(opened_at__gte=day_begins(one.since)) if one.since else Q()
        found |= Q(practice=one.practice) & since
    return found


def _lines(rows: "QuerySet[Thread]") -> list[Line]:
    counted = rows.select_related("practice", "third_party").annotate(
        count=Count("messages"),
        newest_at=Max("messages__at"),
        unread=Count("messages", filter=_UNREAD),
        waits_since=Min("messages__at", filter=_WAITS),
    )
    return [_line(row) for row in counted.order_by("-newest_at", "pk")]


def _line(row: Thread) -> Line:
    values = {name: getattr(row, name) for name in ("count", "newest_at", "unread", "waits_since")}
    return Line(thread=row, subject=sealing.subject_of(row), **values)


def opened(rows: Iterable[Message]) -> dict[uuid.UUID, str]:
    """What they say."""
    return {row.pk: sealing.text_of(row) for row in rows}
