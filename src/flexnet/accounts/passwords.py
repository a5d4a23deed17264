"""Password hashes: argon2id, sealed under the key ring (in place of a pepper that could never be changed)."""

import base64
import functools
import os
import secrets
import threading
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import TypeVar

import argon2

from flexnet import configuration, key_ring, transactions
from flexnet.accounts import rules

_TABLE = "accounts_account"
_GROUPS, _GROUP = 3, 5
# One hash for each core: more at once push each other out of the caches, and each takes a seventh longer.
AT_ONCE = len(os.sched_getaffinity(0))
_at_work = threading.BoundedSemaphore(AT_ONCE)
T = TypeVar("T")


@dataclass(frozen=True)
class Check:
    """A password, and the hash that it may fit."""

    hashed: str = field(repr=False)
    password: bytes = field(repr=False)

    def run(self) -> bool:
        """Whether it fits; takes about 20 ms, right or wrong."""
        try:
            with _at_work:
                return _hasher().verify(self.hashed, self.password)
        except argon2.exceptions.VerifyMismatchError:
            return False


# An act that pauses for each password it has to check, and for what it leaves to be written.
Steps = Generator[Check | transactions.Unwritten, bool, T]


@functools.cache
def _hasher() -> argon2.PasswordHasher:
    policy = configuration.current().password
    return argon2.PasswordHasher(
        time_cost=policy.argon2_iterations, memory_cost=policy.argon2_memory_kib, parallelism=1
    )


def sealed_hash(password: str, *, user_name: str, kind: str = "password") -> str:
    """Hash and seal a password, or a code of another kind; takes about 20 ms: never inside a transaction."""
    with _at_work:
        hashed = _hasher().hash(password.encode())
    return _sealed(hashed, user_name=user_name, kind=kind)


def nobodys(*, user_name: str, kind: str = "password") -> str:
    """A sealed hash that no password fits which anybody knows; quick, but for the first of a process."""
    return _sealed(_decoy(), user_name=user_name, kind=kind)


def check(password: bytes, sealed_one: str, *, user_name: str, kind: str = "password") -> Check:
    """Whether a password fits its sealed hash is still to be found out. Raises SealBroken."""
    blob = base64.b64decode(sealed_one)
    opened = key_ring.current().open(blob, table=_TABLE, row=user_name, kind=kind)
    return Check(opened.reveal().decode(), password)


def is_right(password: bytes, sealed_one: str, *, user_name: str, kind: str = "password") -> bool:
    """Whether a password fits its sealed hash; takes about 20 ms, right or wrong."""
    return check(password, sealed_one, user_name=user_name, kind=kind).run()


def taken(steps: Steps[T]) -> T:
    """All steps of an act, one after the other, in this thread."""
    try:
        wanted = next(steps)
        while True:
            wanted = steps.send(wanted.run())
    except StopIteration as end:
        result: T = end.value
        return result


def resealed(sealed_one: str, user_name: str, *, kind: str = "password") -> str:
    """The same hash under the ring's current key."""
    blob = base64.b64decode(sealed_one)
    fresh = key_ring.current().reseal(blob, table=_TABLE, row=user_name, kind=kind)
    return sealed_one if fresh == blob else base64.b64encode(fresh).decode()


def pretended(password: bytes) -> Check:
    """A check for an account that does not exist: it takes as long as any, so that the clock tells nobody."""
    return Check(_decoy(), password)


def generate() -> str:
    """A password for a letter: three groups, easy to read from paper, 86 bits, all classes inside."""
    while True:
        word = "-".join(_group() for _ in range(_GROUPS))
        if all(any(map(kind, word)) for kind in (str.islower, str.isupper, str.isdigit)):
            return word


def _sealed(hashed: str, *, user_name: str, kind: str) -> str:
    blob = key_ring.current().seal(hashed.encode(), table=_TABLE, row=user_name, kind=kind)
    return base64.b64encode(blob).decode()


def _group() -> str:
    return "".join(secrets.choice(rules.LETTER_ALPHABET) for _ in range(_GROUP))


@functools.cache
def _decoy() -> str:
    return _hasher().hash(secrets.token_bytes(16))
