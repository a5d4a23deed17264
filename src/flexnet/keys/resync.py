"""Make it happen: a key that ran ahead is brought into step by two codes in a row, read out to a clerk."""

from collections.abc import Sequence
from datetime import datetime

from flexnet import configuration, transactions
from flexnet.audit import actions as audit
from flexnet.keys import actions, queries, rules, whereabouts
from flexnet.keys.errors import BadKey, WrongPlace
from flexnet.keys.models import Key
from flexnet.keys.rules import Resync


def resync(*, serial: str, first: str, second: str, spoken_to: str, by: str, now: datetime) -> Resync:
    """After a call back to the registered number; both codes are spent, and nobody is signed in by them.

    What the key types before the code may stand there or not. Raises NoSuchKey, WrongPlace,
    BadKey without a name.
    """
    if not spoken_to.strip():
        raise BadKey("Say whom you called back: codes are taken from nobody else.")
    key = queries.key(serial)
    _require_somebody_has_it(key)
    reached = _reached(key, (first, second))
    with transactions.writing():
        outcome = _carried_out(key, reached, codes=2)
        audit.record(
            _event(outcome),
            by=by,
            subject=f"key:{key}",
            data={"outcome": outcome.value},
            person=f"key:{key}",
            personal={"spoken_to": spoken_to},
        )
    return outcome


def by_codes(key: Key, codes: Sequence[str], *, by: str, now: datetime) -> Resync:
    """By three codes in a row or more, typed by whoever has it; as `resync`. Raises WrongPlace."""
    _require_somebody_has_it(key)
    reached = _reached(key, codes)
    with transactions.writing():
        outcome = _carried_out(key, reached, codes=len(codes))
        audit.record(_event(outcome), by=by, subject=f"key:{key}", data={"outcome": outcome.value})
    return outcome


def _reached(key: Key, codes: Sequence[str]) -> int | None:
    bare = [_bare(text, key.identifier) for text in codes]
    return rules.resynced(actions.standing(key), bare, configuration.current().hotp)


def _event(outcome: Resync) -> str:
    return "key.resync_refused" if outcome is Resync.NOT_CONSECUTIVE else "key.resynced"


def _carried_out(key: Key, reached: int | None, *, codes: int) -> Resync:
    if reached is None or not actions.advance(key, reached):
        return Resync.NOT_CONSECUTIVE
    ahead = reached - (codes - 1) - key.counter
    return Resync.IN_STEP if ahead >= configuration.current().hotp.window else Resync.ALREADY_IN_STEP


def _require_somebody_has_it(key: Key) -> None:
    here, _last = queries.whereabouts_of(key)
    if here not in whereabouts.WITH_SOMEBODY:
        raise WrongPlace(f"The key {key} is {here}: nobody has it who could read codes from it.")


def _bare(text: str, identifier: str) -> str:
    """As it is read out: in groups, with or without what stands before it."""
    return "".join(text.split()).removeprefix(identifier)
