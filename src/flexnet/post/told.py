"""Show me: of what people are told by letter: locks, ends, costs, keys that must come back, changed terms."""

import itertools
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q

from flexnet import configuration
from flexnet.access import campaign, ends, overview, requests, rules, signers, stock
from flexnet.access import queries as accesses
from flexnet.access.campaign import ReminderDue
from flexnet.access.models import (
    Access,
    Charge,
    CredentialRequest,
    Declaration,
    KeyAssignment,
    Lock,
    Notice,
    Reminder,
)
from flexnet.keys import queries as keys
from flexnet.keys.models import Key, Place
from flexnet.mail import queries as mails
from flexnet.post.models import Item, Writing
from flexnet.post.wanted import LIVE, UNDER_WAY, Ending, Kind, Wanted

_ANY: Final = Q()
MOST: Final = 500  # of a kind; who has more begins with these
OLD: Final = timedelta(days=28)  # nobody is told of an end that lies so far back
_WITH_SOMEBODY: Final = frozenset({Place.POSTED, Place.IN_USE, Place.DEFECTIVE, Place.TO_BE_RETURNED})
_NO_LETTER = ~Q(scope=Lock.Scope.PASSWORD) & ~Q(scope=Lock.Scope.KEY, cause=Lock.Cause.LOSS)


def words(_now: datetime, which: Q = _ANY) -> list[Wanted]:
    """Whoever ordered another revocation word, or has none any more, gets one.

    A password letter brings a new word along.
    """
    ordered = CredentialRequest.objects.filter(requests.FOR_A_WORD).values_list("access", flat=True)
    ids = {*ordered, *without_word()}
    if not ids:
        return []
    asked = CredentialRequest.objects.filter(requests.FOR_CREDENTIALS & requests.KNOWN, access=OuterRef("pk"))
    under_way = Item.objects.filter(UNDER_WAY, access=OuterRef("pk"), kind=Kind.WORD)
    rows = accesses.whole().filter(which, ~Exists(asked), ~Exists(under_way), pk__in=ids, withdrawn_at=None)
    rows = rows.filter(account__password_is_initial=False).order_by("pk")
    return [Wanted(Kind.WORD, access=row) for row in rows[:MOST]]


def without_word(accesses: Iterable[int] | None = None) -> frozenset[int]:
    """Whose word is used up, by a lock that is lifted since, or went with a letter that is no good."""
    newer = Item.objects.filter(
        LIVE,
        access=OuterRef("access"),
        kind__in=[Kind.WORD, Kind.PASSWORD],
        issued_at__gt=OuterRef("imposed_at"),
    )
    used = Lock.objects.filter(~Exists(newer), report__knew_word=True, access__isnull=False).exclude(
        lifted_at=None
    )
    gone = Item.objects.filter(kind=Kind.WORD, access__account__revocation_word=None).exclude(issued_at=None)
    if accesses is not None:
        used, gone = used.filter(access__in=accesses), gone.filter(access__in=accesses)
    return frozenset(used.values_list("access", flat=True).union(gone.values_list("access", flat=True)))


def locks(_now: datetime) -> list[Wanted]:
    """Standing locks on an access, a practice or a key that was misused, which no mail tells of.

    A lost key is replaced, and who has it hears of that with its parcel; so is a locked password.
    """
    told = Item.objects.filter(LIVE, lock=OuterRef("pk"))
    by_mail = mails.is_told("lock")
    rows = Lock.objects.filter(_NO_LETTER, ~Exists(told), ~by_mail, lifted_at=None).select_related(
        "key", "practice"
    )
    found = list(rows.order_by("imposed_at", "pk")[:MOST])
    to = _reached_by(found)
    return [Wanted(Kind.LOCK, access=to[row.pk], about=row) for row in found if row.pk in to]


def endings(now: datetime) -> list[Wanted]:
    """Notices that stand and no mail tells of, also the KV's own, which this letter is; other ends."""
    told = Item.objects.filter(LIVE, notice=OuterRef("pk"))
    by_mail = mails.is_told("notice")
    rows = Notice.objects.filter(
        ~Exists(told), ~by_mail, withdrawn_at=None, ends_on__gte=rules.day_of(now - OLD)
    )
    found = list(rows.order_by("ends_on", "pk")[:MOST])
    to = _whole(row.access_id for row in found)
    noticed = [Wanted(Kind.END, access=to[row.access_id], about=row) for row in found]
    return [*noticed, *_ends_by_themselves(now)][:MOST]


def _ends_by_themselves(now: datetime) -> list[Wanted]:
    """In good time before, and shortly after if it was entered late; of a changed day once more."""
    today, days = rules.day_of(now), configuration.current().post.end_days
    found = ends.between(rules.day_of(now - OLD), today + timedelta(days=days))
    live = Item.objects.filter(LIVE, kind=Kind.END, notice=None, access__in=[pk for pk, _on in found])
    told = set(live.values_list("access", "due_on"))
    rest = [one for one in found if one not in told][:MOST]
    to = _whole(pk for pk, _on in rest)
    return [Wanted(Kind.END, access=to[pk], about=Ending(last_on)) for pk, last_on in rest]


def charges(_now: datetime) -> list[Wanted]:
    """What a clerk decided that a lost key costs, and did not waive or withdraw."""
    told = Item.objects.filter(LIVE, charge=OuterRef("pk"))
    found = list(stock.charges().filter(~Exists(told))[:MOST])
    to = _whole(row.access_id for row in found)
    return [Wanted(Kind.CHARGE, access=to[row.access_id], about=row) for row in found]


def writings(_now: datetime) -> list[Wanted]:
    """What clerks wrote to many at once, for those whom nothing else reaches."""
    told = Item.objects.filter(LIVE, writing=OuterRef("pk"))
    found = list(Writing.objects.filter(~Exists(told), cancelled_at=None).order_by("pk")[:MOST])
    to = _whole(row.access_id for row in found)
    return [Wanted(Kind.WRITING, access=to[row.access_id], about=row) for row in found]


def returns(now: datetime) -> list[Wanted]:
    """Keys that must come back: a first letter, and reminders after it (§ 10(2), § 6(3))."""
    held = {row.key: row.access.pk for row in overview.desk_keys_outstanding(now, limit=MOST)}
    rows = keys.at(Place.TO_BE_RETURNED).select_related("key").order_by("at", "pk")
    held |= _last_holders([row.key for row in rows[:MOST] if row.key not in held])
    places = keys.places(key.pk for key in held)
    out = {key: pk for key, pk in held.items() if places[key.pk] in _WITH_SOMEBODY}
    due = set(out) - _asked(out, now)
    to = _whole(out[key] for key in due)
    return [Wanted(Kind.RETURN, access=to[out[key]], key=key) for key in out if key in due]


def reminders(now: datetime) -> list[Wanted]:
    """Who is to be asked once more to accept the newest terms, also whom a mail did not reach."""
    items = Item.objects.filter(kind=Kind.REMINDER, void_at=None)
    columns = ("person", "third_party", "terms", "due_on")
    ever, asked = set(items.values_list(*columns)), set(items.filter(LIVE).values_list(*columns))
    due = campaign.reminders_due(now)
    reminded = {one.signer for one in due}
    again = [one for one in campaign.unreached(now) if one.signer not in reminded and _key(one) not in ever]
    found = (one for one in [*due, *again] if _key(one) not in asked)
    return [Wanted(Kind.REMINDER, about=one) for one in itertools.islice(found, MOST)]


def settled(asked: Sequence[ReminderDue], now: datetime) -> set[ReminderDue]:
    """Those who accepted meanwhile, or were reminded in another way that reached them."""
    theirs, terms = signers.theirs([one.signer for one in asked]), {one.terms.pk for one in asked}
    given = Declaration.objects.filter(theirs, terms__in=terms).values_list("person", "third_party", "terms")
    noted = Reminder.objects.filter(theirs, terms__in=terms)
    sent = set(noted.values_list("person", "third_party", "terms", "due_on"))
    if sent:
        sent -= {_key(one) for one in campaign.unreached(now)}
    accepted = set(given)
    return {one for one in asked if _key(one)[:3] in accepted or _key(one) in sent}


def is_over(wanted: Wanted) -> bool:
    """Whether there is nothing to tell any more of what this letter is about."""
    about = wanted.about
    if isinstance(about, Lock):
        return about.lifted_at is not None
    if isinstance(about, Ending):
        return wanted.access is None or ends.why(wanted.access.pk, about.last_on) is None
    if isinstance(about, Writing):
        return about.cancelled_at is not None
    return isinstance(about, Notice | Charge) and about.withdrawn_at is not None


def is_back(wanted: Wanted) -> bool:
    """Whether nobody has the key any more."""
    return wanted.key is None or keys.whereabouts_of(wanted.key)[0] not in _WITH_SOMEBODY


def _key(one: ReminderDue) -> tuple[object, ...]:
    row = Reminder(**signers.fields(one.signer), terms=one.terms, due_on=one.due_on)
    return row.person_id, row.third_party_id, row.terms_id, row.due_on


def _asked(held: dict[Key, int], now: datetime) -> set[Key]:
    """Keys for which a letter is under way or went out, and for which none is due again yet."""
    sent = Item.objects.filter(LIVE, kind=Kind.RETURN, key__in=list(held)).select_related("key")
    rows = [row for row in sent if row.key and row.access_id == held[row.key]]
    waits = now - timedelta(days=configuration.current().keys.return_days)
    again = {row.key for row in stock.to_remind(now).filter(key__in=list(held))}
    fresh = {row.key for row in rows if row.posted_at is None or row.posted_at > waits}
    return {row.key for row in rows if row.key and (row.key in fresh or row.key not in again)}


def _reached_by(found: Sequence[Lock]) -> dict[int, Access]:
    """Through which access whoever is locked gets letters: their own, the key's, the main site's."""
    of_key = KeyAssignment.objects.filter(key__in=[row.key_id for row in found if row.key_id], until_at=None)
    by_key = dict(of_key.values_list("key", "access"))
    of_site = Access.objects.filter(site__practice__in=[row.practice_id for row in found if row.practice_id])
    by_practice = dict(of_site.order_by("site__is_main", "-pk").values_list("site__practice", "pk"))
    ids = {
        row.pk: row.access_id or by_key.get(row.key_id or 0) or by_practice.get(row.practice_id or 0)
        for row in found
    }
    rows = _whole(pk for pk in ids.values() if pk)
    return {pk: rows[access] for pk, access in ids.items() if access}


def _last_holders(found: Sequence[Key]) -> dict[Key, int]:
    rows = KeyAssignment.objects.filter(key__in=found).select_related("key").order_by("from_at", "pk")
    return {row.key: row.access_id for row in rows}


def _whole(ids: Iterable[int]) -> dict[int, Access]:
    return {row.pk: row for row in accesses.whole().filter(pk__in=set(ids))}
