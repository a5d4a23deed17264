"""Accesses are applied for, equipped by post and used, inside the server: by actions alone, days passing by.

Of a hundred things that are posted two come back and one is lost, of a hundred letters one comes out no good.
"""

import contextlib
import functools
import io
import json
import multiprocessing
import random
import re
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import argon2
import django
import pyrage
from pypdf import PdfReader

from bench.crowd import Crowd
from flexnet import transactions
from flexnet.access import actions as accesses
from flexnet.access import queries, sign_in, terms
from flexnet.access.models import Access
from flexnet.access.rules import Channel, Refusal, day_of
from flexnet.accounts import passwords
from flexnet.accounts.models import Account
from flexnet.applications import actions as applications
from flexnet.applications.actions import Approved, Wrong
from flexnet.applications.kinds import Channel as Way
from flexnet.applications.kinds import Kind as Wish
from flexnet.keys import importing
from flexnet.keys import queries as keys
from flexnet.keys.models import Key
from flexnet.lib import hotp
from flexnet.members import addresses
from flexnet.post import batches, dispatch, due, printing, settling, sheets
from flexnet.post import queries as posted
from flexnet.post.models import Item
from flexnet.post.rules import Kind

_BY = "bench"
_AN_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_SINCE = date(2020, 1, 1)
_NEEDED = {Kind.WELCOME, Kind.KEY, Kind.PASSWORD}
_lock, _hashes = threading.Lock(), Counter[str]()
T = TypeVar("T")
_PLAIN, _SECURE = "plain", "secure"
_READING = "read_on_paper"  # what the benchmark does to check: stated apart
_PASSWORD = re.compile(r"(?<![\w-])[A-Za-z0-9]{5}-[A-Za-z0-9]{5}-[A-Za-z0-9]{5}(?![\w-])")


class DoesNotAddUp(Exception):
    """Something was made twice, is missing, or opens what it must not."""


@dataclass
class Course:
    """Where the equipping of a crowd stands: what day it is, what was read on paper, how long it took."""

    crowd: Crowd
    chance: random.Random
    folder: Path
    identity: pyrage.x25519.Identity
    now: datetime
    unread: list[tuple[str, list[str]]] = field(default_factory=list, repr=False)  # batches, their numbers
    read: dict[str, str] = field(default_factory=dict, repr=False)  # passwords by letter number
    hands: dict[int, dict[str, str]] = field(default_factory=lambda: defaultdict(dict), repr=False)
    people: ProcessPoolExecutor | None = None
    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    happened: Counter[str] = field(default_factory=Counter)

    @property
    def act(self) -> dict[str, Any]:
        return {"by": _BY, "now": self.now}

    @contextlib.contextmanager
    def timed(self, name: str) -> Iterator[None]:
        begun = time.perf_counter()
        yield
        self.seconds[name] += time.perf_counter() - begun

    def one_in(self, count: int) -> bool:
        return self.chance.randrange(count) == 0

    def at_once(self, act: Callable[..., T], these: Iterable[tuple[Any, ...]]) -> list[T]:
        """The same for all of these, in processes of their own, one for each core."""
        assert self.people  # noqa: S101 - there are some while the course runs
        call = functools.partial(_with_hashes, act)
        done = list(self.people.map(call, *zip(*these, strict=True), chunksize=10))
        self.happened["hashes"] += sum(hashes for _answer, hashes in done)
        return [answer for answer, _hashes in done]


def main(folder: str, size: str, seed: str) -> None:
    """Prints one line of JSON: what was made, how long each step took, and that nothing is left over."""
    place = Path(folder)
    identity = pyrage.x25519.Identity.from_str(place.joinpath("identity").read_text())
    course = Course(
        Crowd.drawn(int(size)), random.Random(seed), place / "sheets", identity, datetime.now(UTC)
    )
    _count_hashes()
    several = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        passwords.AT_ONCE, mp_context=several, initializer=django.setup
    ) as course.people:
        equip(course)
    course.happened["hashes"] += _hashes["all"]
    print(json.dumps({"accesses": int(size), **_told(course), **_balance(course)}))


def equip(course: Course) -> None:
    """From the application to the first sign-in of the last one."""
    terms.publish(version=1, text="Fassung für Messungen", effective_on=_SINCE, **course.act)
    sheets.receive(queue=_SECURE, first=1, last=course.crowd.size * 2, **course.act)
    with course.timed("keys"):
        _bring_keys_in(course)
    with course.timed("applied"):
        course.at_once(_apply, [(course.crowd, one, course.now) for one in range(course.crowd.size)])
    for _round in range(12):
        _send(course, (Kind.WELCOME, Kind.KEY, Kind.NEW_ADDRESS), _PLAIN)
        _send(course, (Kind.PASSWORD,), _SECURE)
        course.now += 2 * _DAY
        with course.timed(_READING):
            _read(course)
        with course.timed("signed_in"):
            _sign_in(course)
        course.now += 2 * _DAY
        with course.timed("asked_after"):
            _ask_after(course)
        if course.happened["signed_in"] == course.crowd.size:
            return
    lacks = [f"{one}: {sorted(held)}" for one, held in course.hands.items()]
    waits = [f"{one.wanted.name}: {one.waits}" for one in due.find(list(Kind), now=course.now, limit=9)]
    raise DoesNotAddUp(f"{course.happened}; in hand {lacks}, due {waits}")


def _bring_keys_in(course: Course) -> None:
    count = course.crowd.size + course.crowd.size // 10 + 5
    lines = [
        f"{course.crowd.serial(one)},,,{course.crowd.seed(one).hex()},,2026-01-01T00:00:00,"
        for one in range(count)
    ]
    content = "\n".join(lines).encode()
    rows = importing.read(content, importing.Format.YUBICO)
    report = importing.run(rows, sha256="f" * 64, reason="delivery", **course.act)
    if report.count(importing.What.NEW) != count:
        raise DoesNotAddUp(f"keys brought in: {report.wrong[:1]}")


def _apply(crowd: Crowd, number: int, now: datetime) -> None:
    act: dict[str, Any] = {"by": _BY, "now": now}
    today = day_of(now)
    values = {
        "bsnr": crowd.bsnr(number),
        "organisation": f"Praxis {crowd.surname(number)} {number}",
        "street": f"Hauptstraße {number % 200 + 1}",
        "postcode": "39104",
        "town": "Magdeburg",
        "lanr": crowd.lanr(number),
        "name": f"Dr. {crowd.surname(number)}",
        "role": "owner",
        "phone": "0391 123456",
        "wants_practice_access": True,
        "since_on": _SINCE,
        "terms_version": 1,
        "signed_on": today,
    }
    row = applications.receive(kind=Wish.MEMBER, channel=Way.PAPER, values=values, received_on=today, **act)
    if isinstance(row, Wrong):
        raise DoesNotAddUp(f"application {number}: {row.problems}")
    done = applications.approve(application=row, seen=1, **act)
    if not isinstance(done, Approved):
        raise DoesNotAddUp(f"approval {number}: {done}")
    access = queries.access_named(done.letters[0].issued.account.user_name)
    accesses.assign_key(key=Key.objects.get(serial=crowd.serial(number)), access=access, **act)


def _send(course: Course, kinds: Sequence[str], queue: str) -> None:
    """All that is due of these kinds and can go: printed in batches, settled, posted; some is lost then."""
    while True:
        with course.timed(f"found_{queue}"):
            found = due.find(kinds, now=course.now, limit=500)
            ready = [one.wanted for one in found if one.waits is None][:500]
        if not ready:
            return
        with course.timed(f"printed_{queue}"):
            batch = batches.choose(wanted=ready, queue=queue, **course.act)
            top = posted.balance(queue).on_top if queue == _SECURE else None
            batch = printing.run(number=batch.pk, top_sheet=top, **course.act)
        items = posted.items_of(batch)
        if batch.trouble:
            raise DoesNotAddUp(batch.trouble)
        with course.timed(f"settled_{queue}"):
            spoiled = {item.number for item in items if course.one_in(100)}
            settling.settle(
                number=batch.pk,
                spoiled=spoiled,
                missing=(),
                next_sheet=None if top is None else top + len(items),
                spoiled_sheets=0,
                note="Stau" if spoiled else "",
                **course.act,
            )
        good = [item for item in items if item.number not in spoiled]
        course.happened[f"spoiled_{queue}"] += len(spoiled)
        with course.timed("posted"):
            dispatch.post(numbers=[item.number for item in good], **course.act)
        numbers = [item.number if item.kind == Kind.PASSWORD else "" for item in items]
        course.unread.append((f"batch-{batch.pk:06d}.pdf.age", numbers))
        with course.timed("delivered"):
            there = [item.number for item in good if _arrive(course, item) and item.key]
            course.at_once(_sign_for, [(number, course.now) for number in there])


def _read(course: Course) -> None:
    """Letters are read at home, after the office has closed; a batch in as many parts as there are cores."""
    assert course.people  # noqa: S101 - there are some while the course runs
    reading = list[Future[dict[str, str]]]()
    for name, numbers in course.unread:
        document = pyrage.decrypt(course.folder.joinpath(name).read_bytes(), [course.identity])
        for first in range(passwords.AT_ONCE if any(numbers) else 1):
            words = (document, numbers, first, passwords.AT_ONCE)
            reading.append(course.people.submit(_read_sheets, *words))
    for one in reading:
        course.read |= one.result()
    course.unread.clear()


def _read_sheets(document: bytes, numbers: Sequence[str], first: int, step: int) -> dict[str, str]:
    """The passwords on every so many sheets, by the letters' numbers; each sheet is one letter's."""
    pages = PdfReader(io.BytesIO(document)).pages
    if len(pages) != len(numbers):
        raise DoesNotAddUp(f"{len(pages)} sheets for {len(numbers)} letters")
    mine = {numbers[at]: pages[at].extract_text() for at in range(first, len(numbers), step) if numbers[at]}
    wrong = [number for number, text in mine.items() if number not in text]
    if wrong:
        raise DoesNotAddUp(f"{wrong} are not on their sheets")
    return {number: _PASSWORD.findall(text)[0] for number, text in mine.items()}


def _sign_for(number: str, now: datetime) -> None:
    """The slip in the parcel comes back, signed."""
    dispatch.arrive(number=number, by=_BY, now=now)


def _arrive(course: Course, item: Item) -> bool:
    """Whether it is in the right hands."""
    if course.one_in(100):
        course.happened[f"lost_{item.kind}"] += 1
    elif item.kind != Kind.NEW_ADDRESS and course.one_in(50):
        course.happened[f"came_back_{item.kind}"] += 1
        dispatch.come_back(number=item.number, why=Item.Return.UNKNOWN, **course.act)
        _mend_address(course, item)
        if item.key and item.access:  # it was out of the house, and gets a new seed
            _another_key(course, item.access, "Parcel came back")
    elif item.access:
        course.hands[item.access.pk][item.kind] = _brought(course, item)
        return True
    return False


def _brought(course: Course, item: Item) -> str:
    """A user name, the seed of a key (in hex), or the letter that a password is read on."""
    if item.key:
        return course.crowd.seed(int(item.key.serial) - int(course.crowd.serial(0))).hex()
    return item.number if item.kind == Kind.PASSWORD else str(item.access)


def _mend_address(course: Course, item: Item) -> None:
    """One time in two the address was right; otherwise the practice has moved."""
    if course.one_in(2):
        dispatch.clear(number=item.number, reason="Rückruf: Anschrift stimmt", **course.act)
        return
    access = queries.access_named(str(item.access))
    assert access.site  # noqa: S101 - they are all practices'
    seen = addresses.PostalAddress.of(addresses.entered_last(access.site))
    moved = addresses.PostalAddress(f"Hafenstraße {course.chance.randrange(1, 99)}", "39106", "Magdeburg")
    addresses.register(
        addressee=access.site,
        address=moved,
        seen=seen,
        from_on=day_of(course.now),
        by=_BY,
        now=course.now + _AN_HOUR,
    )


def _sign_in(course: Course) -> None:
    """Whoever has everything in hand signs in."""
    ready = [one for one, held in course.hands.items() if held.keys() >= _NEEDED]
    course.at_once(_use, [(course.crowd.source(one), _in_hand(course, one), course.now) for one in ready])
    course.happened["signed_in"] += len(ready)


def _in_hand(course: Course, access: int) -> dict[str, str]:
    held = course.hands.pop(access)
    return held | {Kind.PASSWORD: course.read[held[Kind.PASSWORD]]}


def _use(source: str, held: dict[str, str], now: datetime) -> None:
    """At the portal with the first password, then through the tunnel with one's own and the key."""
    name, password = held[Kind.WELCOME], held[Kind.PASSWORD]
    found = sign_in.to_portal(user_name=name, password=password, source=source, now=now)
    if isinstance(found, Refusal):
        raise DoesNotAddUp(f"{name} has everything and is refused: {found.reason}")
    own = f"Neu-{password}"
    accesses.change_password(account=found.access.account, old=password, new=own, by=_BY, now=now)
    attempt = sign_in.Try(name, source, _BY, now)
    code = hotp.code(bytes.fromhex(held[Kind.KEY]), 0)
    verified = passwords.taken(sign_in.verify_with_key(attempt, f"{own}{code}".encode()))
    if isinstance(verified, Refusal):
        raise DoesNotAddUp(f"{name} is refused with its key: {verified.reason}")
    with transactions.writing():
        decision = sign_in.decide(attempt, verified, Channel.VPN_SIGN_IN)
    if isinstance(decision, Refusal):
        raise DoesNotAddUp(f"{name} knows everything and is refused: {decision}")


def _ask_after(course: Course) -> None:
    """Who misses something for ten days calls: it is said to be lost, and made anew. Nothing in hand is."""
    ten_days = course.now - 10 * _DAY
    missing = Item.objects.filter(posted_at__lt=ten_days, arrived_at=None, returned_at=None)
    for item in posted.whole().filter(pk__in=missing, access__isnull=False):
        held = course.hands.get(item.access_id or 0, {})
        if held.get(item.kind) in (item.number, str(item.access)):
            continue
        dispatch.lose(number=item.number, reason="Anruf der Praxis", **course.act)
        if item.key and item.access:
            _another_key(course, item.access, "Lost in the post")


def _another_key(course: Course, access: Access, reason: str) -> None:
    spare = course.crowd.size + course.happened["keys_replaced"]
    course.happened["keys_replaced"] += 1
    key = Key.objects.get(serial=course.crowd.serial(spare))
    accesses.assign_key(key=key, access=access, reason=reason, **course.act)


@functools.cache
def _count_hashes() -> None:
    """From now on, in this process, how often argon2id runs, whoever asks for it."""
    for name in ("hash", "verify"):
        setattr(argon2.PasswordHasher, name, _counting(getattr(argon2.PasswordHasher, name)))


def _counting(genuine: Callable[..., T]) -> Callable[..., T]:
    def call(*args: Any, **values: Any) -> T:
        with _lock:
            _hashes["all"] += 1
        return genuine(*args, **values)

    return call


def _with_hashes(act: Callable[..., T], *words: Any) -> tuple[T, int]:
    """What an act answers, and how many hashes it took."""
    _count_hashes()
    before = _hashes["all"]
    return act(*words), _hashes["all"] - before


def _told(course: Course) -> dict[str, object]:
    printed = Item.objects.filter(kind=Kind.PASSWORD, issued_at__isnull=False).count()
    seconds = course.seconds[f"printed_{_SECURE}"] + course.seconds[f"settled_{_SECURE}"]
    return {
        "all_s": round(sum(course.seconds.values()) - course.seconds[_READING], 1),
        **{f"{name}_s": round(took, 1) for name, took in course.seconds.items()},
        "password_letters_per_s": round(printed / seconds, 1),
        **dict(sorted(course.happened.items())),
    }


def _balance(course: Course) -> dict[str, object]:
    """Every secret once, every item and sheet accounted for. Raises DoesNotAddUp."""
    rows = list(Item.objects.filter(access__isnull=False).select_related("batch"))
    states = Counter(str(posted.state_of(row)) for row in rows)
    on_paper = [one for one, secret in course.read.items()]
    made = {row.number for row in rows if row.issued_at}
    stack = posted.balance(_SECURE)
    places = Counter(str(keys.whereabouts_of(key)[0]) for key in Key.objects.all())
    accounted = {
        "every secret is on one sheet": sorted(on_paper) == sorted(made),
        "no secret is there twice": len(set(course.read.values())) == len(course.read),
        "no item is under way": not states.keys() & {"chosen", "at_printer", "printed", "posted"},
        "each access has each letter once": _arrived_once(rows),
        "sheets": stack.on_letters + stack.spoiled == len(made),
        "each account has a password of its owner": not Account.objects.filter(
            password_is_initial=True
        ).exists(),
        "each key is somewhere": sum(places.values()) == Key.objects.count(),
        "keys in use": places["in_use"] == course.crowd.size,
        "keys lost or back": places["lost"] + places["returned"] == course.happened["keys_replaced"],
    }
    wrong = [name for name, holds in accounted.items() if not holds]
    if wrong:
        raise DoesNotAddUp(f"{wrong}: {states}, {places}, {stack}, {len(made)} secrets")
    return {
        "items": len(rows),
        **{f"items_{name}": count for name, count in sorted(states.items())},
        "secrets": len(made),
        "sheets_used": stack.on_letters + stack.spoiled,
        "adds_up": True,
    }


def _arrived_once(rows: Sequence[Item]) -> bool:
    arrived = Counter((row.access_id, row.kind) for row in rows if row.arrived_at)
    accesses_there = Access.objects.count()
    return set(arrived.values()) == {1} and len(arrived) == accesses_there * len(_NEEDED)
