"""Make it happen: addresses of a provider's participants are entered and end."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from django.db.models import F

from flexnet import configuration, transactions
from flexnet.access.rules import day_of
from flexnet.audit import actions as audit
from flexnet.publications import held, networks, queries
from flexnet.publications.errors import BadRange, NoSuchRange, Wrong
from flexnet.publications.models import Edition, Provider, Range
from flexnet.publications.networks import Held


def enter(
    *, provider: Provider, network: str, from_on: date, until_on: date | None, by: str, now: datetime
) -> Range:
    """Whoever comes from there comes by this provider, from a day on. Raises BadRange."""
    with changing():
        new = checked(provider=provider, network=network, from_on=from_on, until_on=until_on)
        row = Range.objects.create(
            provider=provider, network=str(new.network), from_on=from_on, until_on=until_on, entered_at=now
        )
        until = until_on and until_on.isoformat()
        data = {"range": row.pk, "network": row.network, "from": from_on.isoformat(), "until": until}
        audit.record("range.entered", by=by, subject=f"provider:{provider.pk}", data=data)
    return row


def checked(*, provider: Provider, network: str, from_on: date, until_on: date | None) -> Held:
    """What would be entered; raises BadRange.

    Certified on its first day; of no other provider on any day; the same network of its own only once.
    """
    c = configuration.current().ways
    parsed = networks.checked(network, widest={4: c.widest_ipv4, 6: c.widest_ipv6})
    if until_on and until_on < from_on:
        raise BadRange(f"It begins on {from_on}; it cannot end on {until_on}.", Wrong.DAYS)
    if not queries.is_certified(provider, from_on):
        text = f"{provider} is not certified on {from_on}. Enter its certificate first."
        raise BadRange(text, Wrong.NOT_CERTIFIED)
    new = Held(0, provider.pk, provider.name, parsed, from_on, until_on)
    refuse_overlap([new], held.all_held())
    return new


def end(row: Range, *, last_on: date, by: str, reason: str, now: datetime) -> None:
    """This is its last day; yesterday ends it now. Raises BadRange, and NoSuchRange if it ends sooner."""
    today = day_of(now)
    if not reason.strip():
        raise BadRange("A range ends for a reason: give it.", Wrong.NO_REASON)
    if last_on < today - timedelta(days=1):
        text = f"{last_on} is past. Let it end yesterday, and it holds no more from now on."
        raise BadRange(text, Wrong.PAST)
    with changing():
        rows = Range.objects.filter(pk=row.pk).exclude(until_on__lte=last_on)
        if not rows.update(until_on=last_on):
            raise NoSuchRange(f"The range {row.pk} ends sooner already.")
        data = {"range": row.pk, "network": row.network, "until": last_on.isoformat(), "reason": reason}
        audit.record("range.ended", by=by, subject=f"provider:{row.provider_id}", data=data)


@contextmanager
def changing() -> Iterator[None]:
    """Write ranges or what stops them: one at a time, and everybody who remembers them asks anew."""
    with transactions.writing():
        if not Edition.objects.filter(pk=1).update(number=F("number") + 1):
            Edition.objects.get_or_create(pk=1, defaults={"number": 1})
        yield


def refuse_overlap(new: Iterable[Held], known: Iterable[Held]) -> None:
    """Raises BadRange and says with whose: an address leads to one provider, whoever asks."""
    there = list(known)
    for one in new:
        other = next((other for other in there if _is_in_the_way(one, other)), None)
        if other:
            until = other.last_on or "further notice"
            raise BadRange(
                f"{one.network} overlaps with {other.network} of {other.name} (range {other.number}), which "
                f"holds from {other.from_on} until {until}. End that one first, or enter what is left.",
                Wrong.OVERLAPS,
                f"{other.network} ({other.name})",
            )


def _is_in_the_way(one: Held, other: Held) -> bool:
    is_twice = one.provider == other.provider and one.network == other.network
    return one.number != other.number and one.meets(other) and (is_twice or one.provider != other.provider)
