"""How long the office takes for its pages, all the way through its middleware: `bench.inside pages`."""

import json
import random
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.db.models import Max
from django.test import Client
from django.urls import reverse

from bench import campaign, stirring, timing
from bench.crowd import Crowd
from flexnet.audit.models import Event
from flexnet.members.models import Practice

Address = Callable[[random.Random], str]
Pages = Iterator[tuple[str, Address]]


def main(crowd: str, rounds: str) -> None:
    """Prints one line of JSON: of pages p50, p95 (ms) and queries; how long a file and a list take."""
    people = Crowd.read(Path(crowd))
    stirring.stir(people)
    client, busy = stirring.signed_in(), stirring.busy()
    pages = {name: _timed(client, address, int(rounds)) for name, address in every(people, busy)}
    file, published = _file(client), campaign.begin()
    pages["desk_campaign_begins"] = _timed(client, _always("desk", ""), int(rounds))
    seconds, count = campaign.listed()
    campaign.end()
    pages["desk_campaign_ends"] = _timed(client, _always("desk", ""), int(rounds))
    missing = {"s": seconds, "count": count}
    others = {"file": file, "missing": missing, "publish": {"consent_s": published}}
    print(json.dumps({"pages": pages, **others}))


def every(people: Crowd, busy: list[int]) -> Pages:
    """All that are measured; of the `busy` practices there is much to tell."""
    yield from _lists(people)
    yield from _searches(people)
    yield from _single(people, busy)


def _timed(client: Client, address: Address, rounds: int) -> dict[str, float]:
    """Other rows each time, the same ones in every run."""
    chance = random.Random(1)
    return timing.timed(lambda: (client, address(chance)), rounds)


def _lists(people: Crowd) -> Pages:
    """From the beginning and from somewhere in the middle, by what many are and by what few are."""
    names = sorted(people.user_name(number) for number in range(people.size))
    yield "desk", lambda _chance: reverse("desk")
    yield "accesses", lambda _chance: reverse("accesses")
    for kind in ("practice", "employee"):
        yield f"accesses_{kind}", _always("accesses", f"kind={kind}")
        yield f"accesses_{kind}_granted", _always("accesses", f"state=granted&kind={kind}")
    yield "accesses_later", lambda chance: _after("accesses", "state=granted&kind=practice", chance, names)
    for state in ("locked", "ended", "not_yet_unlocked", "declaration_missing"):
        yield f"accesses_{state}", _always("accesses", f"state={state}")
    yield "accesses_ended_later", lambda chance: _after("accesses", "state=ended", chance, names)
    yield "accesses_newest", _always("accesses", "sort=new")
    yield "accesses_by_name", lambda chance: f"{reverse('accesses')}?begins={chance.choice(names)[:6]}"
    yield "practices", _always("practices", "")
    yield "practices_mvz", _always("practices", "kind=mvz")
    yield "practices_by_number", lambda chance: f"{reverse('practices')}?begins={_bsnr(people, chance)}"
    for state in ("free", "held", "locked"):
        yield f"keys_{state}", _always("keys", f"state={state}")
    yield "locks", _always("locks", "state=open")
    yield "notices", _always("notices", "state=running")
    yield "applications", _always("applications", "state=received")


def _searches(people: Crowd) -> Pages:
    """While somebody types (`teil`): what many are called, what few are, what nobody is, and numbers."""

    def found(text: Callable[[random.Random], str]) -> Address:
        return lambda chance: f"{reverse('search')}?teil=1&q={text(chance)}"

    def name(chance: random.Random) -> str:
        return people.surname(chance.randrange(people.size))

    yield "search_two_letters", found(lambda chance: name(chance)[:2])
    yield "search_name", found(name)
    yield "search_words", found(lambda chance: f"dr. {name(chance)} 1{chance.randrange(100)}")
    yield "search_everybody", found(lambda _chance: "praxis")
    yield "search_nobody", found(lambda chance: f"zz{chance.randrange(100)}")
    yield "search_number", found(lambda chance: _bsnr(people, chance)[: chance.randrange(3, 9)])
    yield "search_user_name", found(lambda chance: people.user_name(chance.randrange(people.size)))


def _single(people: Crowd, busy: list[int]) -> Pages:
    """One practice or access; and those of which there is much to tell."""
    names = [people.user_name(number) for number in range(people.size)]
    practices = list(Practice.objects.values_list("pk", flat=True).order_by("pk"))
    newest = Event.objects.aggregate(newest=Max("pk"))["newest"]
    for page in ("practice", "practice-setup"):
        yield page.replace("-", "_"), _any_of(page, practices)
    yield "practice_busy", _any_of("practice", busy)
    yield (
        "practice_busy_earlier",
        lambda chance: (
            f"{reverse('practice', args=[chance.choice(busy)])}?vor={newest - chance.randrange(9999)}"
        ),
    )
    for page in ("access", "access-why", "key-assign"):
        yield page.replace("-", "_"), _any_of(page, names)


def _any_of(page: str, names: Sequence[object]) -> Address:
    return lambda chance: reverse(page, args=[chance.choice(names)])


def _always(page: str, filters: str) -> Address:
    return lambda _chance: f"{reverse(page)}?{filters}"


def _bsnr(people: Crowd, chance: random.Random) -> str:
    """Of a practice that is there."""
    return people.bsnr(chance.randrange(people.size) // 10 * 10)


def _after(page: str, filters: str, chance: random.Random, names: list[str]) -> str:
    """Somewhere in the middle of a list."""
    return f"{reverse(page)}?{filters}&after={chance.choice(names)}|0"


def _file(client: Client) -> dict[str, float]:
    """All accesses as a file: seconds, lines, and by how many MB the process grew meanwhile."""
    before, begun, lines = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter(), 0
    answer: Any = client.get(reverse("accesses-file"))
    for part in answer.streaming_content:
        lines += part.count(b"\r\n")
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return {"s": round(time.perf_counter() - begun, 1), "lines": lines, "grown_mb": round(grown, 1)}
