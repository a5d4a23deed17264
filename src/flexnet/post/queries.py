"""Show me: batches, letters by their number, what an access got, and whether the sheets add up."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet, Sum, prefetch_related_objects

from flexnet.access import queries as accesses
from flexnet.access import signers
from flexnet.access.models import Access, Charge, Lock
from flexnet.keys import whereabouts
from flexnet.keys.models import Key, Movement, Place
from flexnet.members.models import Address
from flexnet.post import numbers, rules
from flexnet.post.errors import NoSuchBatch, NoSuchItem
from flexnet.post.models import Batch, Item, Sheets, SpoiledSheets, Writing
from flexnet.post.rules import Pack


def batch(number: int) -> Batch:
    """Raises NoSuchBatch."""
    row = Batch.objects.filter(pk=number).first()
    if row is None:
        raise NoSuchBatch(f"There is no batch {number}.")
    return row


def items_of(row: Batch) -> list[Item]:
    """Its letters that were not let go before printing, in the order in which they are printed."""
    return list(whole().filter(batch=row).exclude(void_why=Item.Void.WITHDRAWN).order_by("pk"))


def item(text: str) -> Item:
    """By its number as it is typed or scanned. Raises NoSuchItem."""
    return items([text])[0]


def items(texts: Sequence[str]) -> list[Item]:
    """By their numbers, in that order. One query. Raises NoSuchItem for the first that there is not."""
    return _in_order(texts, list(whole().filter(_numbered(texts))))


def items_for_acts(texts: Sequence[str]) -> list[Item]:
    """As `items`, with what an act needs to know of each."""
    return _in_order(texts, for_acts(Item.objects.filter(_numbered(texts))))


def _numbered(texts: Sequence[str]) -> Q:
    return Q(pk__in=[number for number in map(numbers.running, texts) if number])


def _in_order(texts: Sequence[str], rows: Sequence[Item]) -> list[Item]:
    found = {row.number: row for row in rows}
    wrong = next((text for text in map(numbers.normal, texts) if text not in found), None)
    if wrong is not None:
        raise NoSuchItem(f"There is no letter with the number {wrong[:40]}.")
    return [found[numbers.normal(text)] for text in texts]


def of_access(access: Access) -> list[Item]:
    """All that ever was made for it, the newest first."""
    return list(whole().filter(access=access).order_by("-pk"))


def of_accesses(accesses: Sequence[Access]) -> list[Item]:
    """The same for several, the newest first."""
    return list(whole().filter(access__in=accesses).order_by("-pk"))


def to(accesses: Sequence[Access]) -> list[Item]:
    """All that was made for these, for who they are, for their sites' former addresses, the newest first."""
    people = [one.person_id for one in accesses if one.person_id]
    parties = [one.third_party_id for one in accesses if one.is_signatory]
    sites = [one.site_id for one in accesses if one.site_id]
    mine = Q(access__in=accesses) | Q(person__in=people) | Q(third_party__in=parties)
    return list(whole().filter(mine | Q(address__site__in=sites)).order_by("-pk"))


def writings_of(occasion: str) -> QuerySet[Writing]:
    """What was written to many of one occasion, and is not called off."""
    return Writing.objects.filter(occasion=occasion, cancelled_at=None)


def whole() -> QuerySet[Item]:
    """Items with all that they are about, in one query for each kind of thing.

    Joined in one, PostgreSQL takes longer to plan that query than to answer it.
    """
    return Item.objects.select_related("batch", "key").prefetch_related(
        Prefetch("access", accesses.whole()),
        Prefetch("address", Address.objects.select_related("site__practice", "third_party")),
        Prefetch("lock", Lock.objects.select_related("key", "practice")),
        Prefetch("charge", Charge.objects.select_related("lock__key")),
        "notice",
        "terms",
        "person",
        "third_party",
        "writing",
    )


def for_acts(rows: QuerySet[Item]) -> list[Item]:
    """These with what an act needs to know of each; what only a letter says of it is left where it is."""
    found = list(rows.select_related("batch", "key", "access__account"))
    others = ("address__site", "person", "third_party", "terms")
    wanted = [way for way in others if any(getattr(row, f"{way.partition('__')[0]}_id") for row in found)]
    prefetch_related_objects(found, *wanted)
    return found


def open_batches() -> QuerySet[Batch]:
    """Those that wait for printing, for an answer to which letters came out, or for the post."""
    unposted = Q(items__printed_at__isnull=False, items__posted_at=None, items__void_at=None)
    rows = Batch.objects.filter(Q(settled_at=None) | unposted, dissolved_at=None)
    return rows.distinct().order_by("pk")


def unsettled() -> QuerySet[Batch]:
    """Begun batches of which nobody has said yet what came out, the oldest first."""
    return Batch.objects.filter(settled_at=None).exclude(begun_at=None).order_by("begun_at", "pk")


def came_back() -> QuerySet[Item]:
    """Returned letters whose address nobody has cleared, the oldest first."""
    rows = Item.objects.select_related("access").exclude(returned_at=None).filter(cleared_at=None)
    return rows.order_by("returned_at", "pk")


def state_of(row: Item) -> rules.State:
    """Where it stands."""
    return states([row])[row.pk]


def states(rows: Sequence[Item]) -> dict[int, rules.State]:
    """Where each of them stands, by their numbers; a parcel has arrived once codes of its key came in."""
    travelled = _travels([row.key for row in rows if row.kind == Item.Kind.KEY and row.key])
    return {
        row.pk: rules.state_of(
            row,
            is_begun=row.batch.begun_at is not None,
            is_used=bool(row.printed_at) and _is_used(travelled.get(row.key_id or 0, []), row),
        )
        for row in rows
    }


def _travels(keys: Sequence[Key]) -> dict[int, list[Movement]]:
    found: dict[int, list[Movement]] = {key.pk: [] for key in keys}
    if not found:
        return found
    for row in Movement.objects.filter(key__in=list(found)).select_related("key").order_by("pk"):
        found[row.key_id].append(row)
    return found


def _is_used(travelled: Sequence[Movement], row: Item) -> bool:
    """Whether the key came into use from where it was when its slip was printed."""
    printed = [
        at
        for at, one in enumerate(travelled)
        if one.place in whereabouts.ON_ITS_WAY and row.printed_at and one.at <= row.printed_at
    ]
    if not printed:
        return False
    way = travelled[printed[-1] :]
    end = next((one for one in way if one.place not in whereabouts.ON_ITS_WAY), None)
    if end and end.place == Place.IN_USE:
        return True
    return (end.counter if end else way[0].key.counter) > way[0].counter


@dataclass(frozen=True)
class Balance:
    """The sheets of a queue: received = on letters + spoiled + left; `on_top` is the next one's number."""

    received: int
    on_letters: int
    spoiled: int
    on_top: int | None

    @property
    def left(self) -> int:
        return self.received - self.on_letters - self.spoiled


def balance(queue: str) -> Balance:
    """As of the last settled batch."""
    packs = packs_of(queue)
    came_out = Q(printed_at__isnull=False) | Q(void_why=Item.Void.SPOILED)
    rows = Item.objects.filter(batch__queue=queue).filter(came_out)
    no_good = rows.filter(void_why=Item.Void.SPOILED).count()
    beside = Batch.objects.filter(queue=queue).aggregate(all=Sum("spoiled_sheets"))["all"] or 0
    lost = SpoiledSheets.objects.filter(queue=queue).aggregate(all=Sum("count"))["all"] or 0
    on_letters = rows.count() - no_good
    spoiled = no_good + beside + lost
    on_top = rules.sheet_at(packs, on_letters + spoiled)
    return Balance(sum(pack.count for pack in packs), on_letters, spoiled, on_top)


def packs_of(queue: str) -> list[Pack]:
    """In the order in which they lie on the stack."""
    rows = Sheets.objects.filter(queue=queue).order_by("pk")
    return [Pack(row.first, row.last) for row in rows]


def subject_of(row: Item) -> str:
    """What an entry about it speaks of: the access, or whose address it is."""
    if row.access:
        return f"access:{row.access}"
    if signer := row.person or row.third_party:
        return signers.subject(signer)
    assert row.address is not None  # noqa: S101 - the database holds it
    return f"site:{row.address.site}" if row.address.site else f"third_party:{row.address.third_party_id}"


def named(row: Item) -> dict[str, object]:
    """Which letter, for an entry."""
    return {"letter": row.number, "holds": row.kind, "batch": row.batch_id}
