"""Who is signed in at the portal at the moment, and by which way, as those see it who look after them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flexnet import configuration
from flexnet.access.models import Access
from flexnet.accounts import browsers
from flexnet.office import happening_words


@dataclass(frozen=True)
class Here:
    """A browser with its access; nobody knows the way of one from the KV's own network."""

    access: Access
    way: str
    since: datetime
    seen_at: datetime


def of(accesses: Iterable[Access], now: datetime) -> list[Here]:
    """Browsers of these accesses that are signed in, whoever was here last first."""
    by_account = {row.account_id: row for row in accesses}
    idle = timedelta(minutes=configuration.current().portal.idle_minutes)
    found = browsers.live(list(by_account), now, idle=idle)
    return [
        Here(by_account[one.account_id], _way(one.way, one.provider), one.signed_in_at, one.seen_at)
        for one in found
    ]


def _way(way: str, provider: str) -> str:
    word = str(happening_words.WAYS_IN[way]) if way in happening_words.WAYS_IN else ""
    return f"{word} ({provider})" if provider else word
