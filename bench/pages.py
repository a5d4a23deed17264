"""How long the office takes for its main pages, all the way through its middleware: `bench.inside pages`."""

import json
import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bench import results
from bench.crowd import Crowd
from flexnet.access import endings, locking
from flexnet.access.models import Access, Lock, Notice
from flexnet.accounts import staff
from flexnet.accounts.models import Account, Role, Staff
from flexnet.accounts.sessions import SOURCE
from flexnet.applications import actions as applications
from flexnet.applications.kinds import Channel, Kind
from flexnet.members.models import Practice
from flexnet.office.middleware import CONFIRMED_AT, SEEN_AT, SIGNED_IN_AT

_BY = "bench"
_LOCKED, _NOTICED, _APPLIED = 200, 200, 60
_BACKEND = "django.contrib.auth.backends.ModelBackend"
_HOST: Final = "localhost"

Address = Callable[[random.Random], str]


def main(crowd: str, rounds: str) -> None:
    """Prints one line of JSON: for each page its p50 and p95 in milliseconds, and its most queries."""
    people = Crowd.read(Path(crowd))
    _stir(people)
    client = _signed_in()
    told = {name: _timed(client, address, int(rounds)) for name, address in _pages(people)}
    print(json.dumps(told))


def _pages(people: Crowd) -> Iterator[tuple[str, Address]]:
    """Each with other rows from call to call, so that nothing is quick because it was just read."""
    names = sorted(people.user_name(number) for number in range(people.size))
    practices = list(Practice.objects.values_list("pk", flat=True).order_by("?")[:500])
    yield "desk", lambda _chance: reverse("desk")
    yield "accesses", lambda _chance: reverse("accesses")
    yield "accesses_granted", lambda chance: _after("accesses", "state=granted&kind=practice", chance, names)
    yield "accesses_locked", lambda _chance: reverse("accesses") + "?state=locked"
    yield "accesses_newest", lambda _chance: reverse("accesses") + "?sort=new"
    yield "accesses_by_name", lambda chance: f"{reverse('accesses')}?begins={chance.choice(names)[:6]}"
    yield "practices", lambda _chance: reverse("practices")
    yield (
        "practices_by_number",
        lambda chance: f"{reverse('practices')}?begins={people.bsnr(chance.randrange(people.size))}",
    )
    yield "keys_free", lambda _chance: reverse("keys") + "?state=free"
    yield "locks", lambda _chance: reverse("locks") + "?state=open"
    yield "notices", lambda _chance: reverse("notices") + "?state=running"
    yield "applications", lambda _chance: reverse("applications") + "?state=received"
    yield "practice", lambda chance: reverse("practice", args=[chance.choice(practices)])
    yield "practice_setup", lambda chance: reverse("practice-setup", args=[chance.choice(practices)])
    yield "access", lambda chance: reverse("access", args=[chance.choice(names)])


def _after(page: str, filters: str, chance: random.Random, names: list[str]) -> str:
    """Somewhere in the middle of a list."""
    return f"{reverse(page)}?{filters}&after={chance.choice(names)}|0"


def _timed(client: Client, address: Address, rounds: int) -> dict[str, float]:
    chance, times, queries = random.Random(1), [], 0
    for _round in range(rounds):
        url = address(chance)
        begun = time.perf_counter()
        answer = client.get(url)
        times.append((time.perf_counter() - begun) * 1000)
        assert answer.status_code == 200, (url, answer.status_code)  # noqa: S101 - or nothing was measured
    with CaptureQueriesContext(connection) as asked:
        client.get(address(chance))
    queries = len(asked)
    p50, p95 = (round(results.percentile(times, share) or 0, 1) for share in (0.5, 0.95))
    return {"p50_ms": p50, "p95_ms": p95, "queries": queries}


def _stir(people: Crowd) -> None:
    """What an office has on its hands: some locks, notices and applications, made by our own actions."""
    now, chance = datetime.now(UTC), random.Random(2)
    rows = list(Access.objects.select_related("account").order_by("pk")[: people.size])
    chosen = chance.sample(rows, min(len(rows), _LOCKED + _NOTICED))
    for row in chosen[: len(chosen) // 2]:
        locking.lock_access(access=row, cause=Lock.Cause.OTHER, by=_BY, reason="Messung", now=now)
    for row in chosen[len(chosen) // 2 :]:
        endings.give_notice(
            access=row, kind=Notice.Kind.MEMBER, received_on=now.date(), by=_BY, reason="Messung", now=now
        )
    for number in range(min(_APPLIED, people.size)):
        values = {"bsnr": people.bsnr(number), "organisation": f"Praxis {number}", "name": "Dr. Neu"}
        applications.receive(
            kind=Kind.MEMBER,
            channel=Channel.PAPER,
            values=values,
            received_on=now.date(),
            by=_BY,
            now=now,
        )


def _signed_in() -> Client:
    """A clerk's browser; what a sign-in writes into its session stands in it."""
    now = datetime.now(UTC)
    who = staff.enter(user_name="clara", name="Clara Beispiel", roles=[Role.CLERK], by=_BY, now=now).staff
    Account.objects.filter(pk=who.account_id).update(password_is_initial=False)
    client = Client(headers={"host": _HOST})
    client.force_login(Staff.objects.select_related("account").get(pk=who.pk).account, backend=_BACKEND)
    session = client.session
    session[SIGNED_IN_AT] = session[SEEN_AT] = session[CONFIRMED_AT] = now.timestamp()
    session[SOURCE] = "127.0.0.1"
    session.save()
    return client
