"""How long the portal takes for the pages that members open most: `bench.inside member_pages`."""

import itertools
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv4Address
from pathlib import Path
from typing import Final

from django.conf import settings
from django.test import Client
from django.urls import reverse

from bench import belongings, timing
from bench.crowd import Crowd
from flexnet.access.models import Access
from flexnet.accounts.sessions import SEEN_AT, SIGNED_IN_AT, SOURCE
from flexnet.billing import queries as billing
from flexnet.correspondence import queries as correspondence
from flexnet.gateway.models import Session
from flexnet.portal.doorway import CameBy
from flexnet.portal.middleware import CONFIRMED_AT

_REGULARS: Final = 100
_FIRST_TUNNEL: Final = int(IPv4Address("127.1.0.1"))  # they come from this machine
_BACKEND: Final = "django.contrib.auth.backends.ModelBackend"
Address = Callable[["Regular"], str]


@dataclass(frozen=True)
class Regular:
    """A member who is signed in through a tunnel, with what the addresses of pages name."""

    client: Client
    name: str
    source: str
    cookie: str
    delivery: str
    thread: str


EVERY: Final[tuple[tuple[str, Address], ...]] = (
    ("start", lambda _who: reverse("start")),
    ("deliveries", lambda _who: reverse("deliveries")),
    ("upload", lambda _who: reverse("upload")),
    ("delivery", lambda who: reverse("delivery", args=[who.delivery])),
    ("documents", lambda _who: reverse("documents")),
    ("messages", lambda _who: reverse("messages")),
    ("message_thread", lambda who: reverse("message-thread", args=[who.thread])),
    ("own_access", lambda _who: reverse("own-access")),
    ("sign_ins", lambda _who: reverse("sign-ins")),
    ("password", lambda _who: reverse("password")),
)


def main(crowd: str, rounds: str, told: str) -> None:
    """Prints p50, p95 (ms) and queries of pages in JSON; the file `told` says who is signed in, and how."""
    now = datetime.now(UTC)
    belongings.spread(now)
    people = regulars(Crowd.read(Path(crowd)), now)
    pages = {name: _timed(people, address, int(rounds)) for name, address in EVERY}
    known = [{"source": one.source, "cookie": one.cookie, "name": one.name} for one in people]
    Path(told).write_text(json.dumps(known))
    print(json.dumps(pages))


def regulars(people: Crowd, now: datetime, most: int = _REGULARS) -> list[Regular]:
    """Some members, signed in, who have much of everything: practices, owners and staff as they are mixed."""
    going_on = Access.objects.filter(notices=None, origin__notices=None)
    step = max(1, people.size // most)
    named = [people.user_name(turn * step + turn % step % 10) for turn in range(people.size // step)]
    whole = going_on.select_related("account", "site__practice", "person", "origin__site")
    return signed_in(list(whole.filter(user_name__in=named)[:most]), now)


def signed_in(rows: Sequence[Access], now: datetime, sources: Sequence[str] = ()) -> list[Regular]:
    """Each through a tunnel of its own, from these addresses if any are given."""
    addresses = sources or [str(IPv4Address(_FIRST_TUNNEL + number)) for number in range(len(rows))]
    tunnels = belongings.gather(rows, addresses, now)
    return [_regular(row, tunnels[row.pk], source, now) for row, source in zip(rows, addresses, strict=True)]


def _timed(people: Sequence[Regular], address: Address, rounds: int) -> dict[str, float]:
    """One after the other, so that nothing of the last one helps."""
    turns = itertools.cycle(people)

    def call() -> tuple[Client, str]:
        who = next(turns)
        return who.client, address(who)

    return timing.timed(call, rounds)


def _regular(access: Access, tunnel: Session, source: str, now: datetime) -> Regular:
    """What a sign-in writes into a session stands in it."""
    client = Client(REMOTE_ADDR=source, headers={"host": "127.0.0.1"})
    client.force_login(access.account, backend=_BACKEND)
    session = client.session
    session[SIGNED_IN_AT] = session[SEEN_AT] = session[CONFIRMED_AT] = now.timestamp()
    session[SOURCE] = source
    CameBy(tunnel).bind(session)
    session.save()
    delivery = billing.deliveries_for(access, now.date()).earliest("uploaded_at")
    thread = correspondence.lines_for(access, now)[-1].thread
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    return Regular(client, str(access), source, cookie, str(delivery.pk), str(thread.pk))
