"""Make it happen: a key that ran ahead is brought into step by two codes in a row, read out to a clerk."""

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
    one, two = (_bare(text, key.identifier) for text in (first, second))
    reached = rules.resynced(actions.standing(key), one, two, configuration.current().hotp)
    with transactions.writing():
        outcome = _carried_out(key, reached)
        audit.record(
            "key.resync_refused" if outcome is Resync.NOT_CONSECUTIVE else "key.resynced",
            by=by,
            subject=f"key:{key}",
            data={"outcome": outcome.value},
            person=f"key:{key}",
            personal={"spoken_to": spoken_to},
        )
    return outcome


def _carried_out(key: Key, reached: int | None) -> Resync:
    if reached is None or not actions.advance(key, reached):
        return Resync.NOT_CONSECUTIVE
    ahead = reached - 1 - key.counter
    return Resync.IN_STEP if ahead >= configuration.current().hotp.window else Resync.ALREADY_IN_STEP


def _require_somebody_has_it(key: Key) -> None:
    here, _last = queries.whereabouts_of(key)
    if here not in whereabouts.WITH_SOMEBODY:
        raise WrongPlace(f"The key {key} is {here}: nobody has it who could read codes from it.")


def _bare(text: str, identifier: str) -> str:
    """As it is read out: in groups, with or without what stands before it."""
    return "".join(text.split()).removeprefix(identifier)
