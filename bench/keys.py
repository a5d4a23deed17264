"""`flexnet bench keys`: how many keys stay in step, pressed by accident; how often guesses hit."""

import argparse
import random
from collections import Counter
from dataclasses import dataclass, replace
from enum import StrEnum

from bench.results import Figures
from flexnet.configuration import Hotp, Throttle
from flexnet.keys import rules
from flexnet.keys.rules import Outcome, Standing
from flexnet.lib import hotp

DIGITS = 6
HOTP, THROTTLE = Hotp(), Throttle()


class Came(StrEnum):
    """How somebody got in."""

    AT_ONCE = "at_once"
    HEALED = "healed"
    BY_TELEPHONE = "by_telephone"
    NEW_KEY = "new_key"


@dataclass
class Pressed:
    """A key in a bag: where it is, and where the server has it; no database, only the rules."""

    seed: bytes
    at: int = 0
    counter: int = 0

    def press(self) -> str:
        self.at += 1
        return hotp.code(self.seed, self.at - 1, DIGITS)

    @property
    def standing(self) -> Standing:
        return Standing(self.seed, DIGITS, self.counter)

    def sign_in(self) -> Came:
        """As people do it: a code, another one, and then they ring up and read two more out."""
        first = self.press()
        if self._is_taken(self.standing, first):
            return Came.AT_ONCE
        if self._is_taken(replace(self.standing, missed=first), self.press()):
            return Came.HEALED
        reached = rules.resynced(self.standing, (self.press(), self.press()), HOTP)
        self.counter = self.at if reached is None else reached + 1
        return Came.NEW_KEY if reached is None else Came.BY_TELEPHONE

    def _is_taken(self, standing: Standing, code: str) -> bool:
        verdict = rules.judge(standing, code, HOTP)
        if verdict.outcome not in (Outcome.ACCEPTED, Outcome.HEALED) or verdict.counter is None:
            return False
        self.counter = verdict.counter + 1
        return True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--keys", type=int, default=10_000, help="(default: %(default)s)")
    parser.add_argument("--sign-ins", type=int, default=20, help="of each key (default: %(default)s)")
    parser.add_argument("--guesses", type=int, default=200, help="at each key (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="another one presses otherwise")


def run(arguments: argparse.Namespace) -> Figures:
    """All of it without database and network: what is looked at are the rules."""
    chance = random.Random(arguments.seed)
    keys = [Pressed(chance.randbytes(20)) for _ in range(arguments.keys)]
    came = Counter(came for key in keys for came in _life(key, arguments.sign_ins, chance))
    hits = sum(_hits(key, arguments.guesses, chance) for key in keys)
    guesses = arguments.keys * arguments.guesses
    return {
        "database": arguments.database,
        "keys": len(keys),
        "sign_ins": came.total(),
        **{one.value: came[one] for one in Came},
        "in_step_share": round(1 - (came[Came.BY_TELEPHONE] + came[Came.NEW_KEY]) / came.total(), 6),
        "guesses": guesses,
        "guesses_hit": hits,
        "guesses_expected": round(guesses * HOTP.window / 10**DIGITS, 2),
        **bounds(),
    }


def bounds() -> Figures:
    """Computed: what a stranger may hope for at one account, with the limits as they are by default."""
    tries = THROTTLE.tries + 86_400 / THROTTLE.refill_seconds
    pairs = 10 ** (2 * DIGITS)
    pair = HOTP.resync_window / pairs
    return {
        "hits_a_day": tries * HOTP.window / 10**DIGITS,
        "pair_hits": pair,
        "healing_hits_a_day": tries / 2 * pair,
        "guided_pair_hits": HOTP.guided_window / pairs,
        "portal_hits_a_day": tries * HOTP.guided_window / 10 ** (3 * DIGITS),
    }


def _life(key: Pressed, sign_ins: int, chance: random.Random) -> list[Came]:
    came = []
    for _ in range(sign_ins):
        key.at += _accidents(chance)
        came.append(key.sign_in())
    return came


def _accidents(chance: random.Random) -> int:
    """Between two sign-ins: mostly few; one time in fifty a bag presses, one in ten thousand a toddler."""
    kind = chance.random()
    if kind < 0.0001:
        return chance.randint(900, 3_000)
    return chance.randint(10, 300) if kind < 0.02 else int(chance.expovariate(1 / 2))


def _hits(key: Pressed, guesses: int, chance: random.Random) -> int:
    """Codes at random against those that would be taken in."""
    good = {hotp.code(key.seed, key.counter + ahead, DIGITS) for ahead in range(HOTP.window)}
    return sum(f"{chance.randrange(10**DIGITS):0{DIGITS}d}" in good for _ in range(guesses))
