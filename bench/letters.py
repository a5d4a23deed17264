"""`flexnet bench letters`: thousands of accesses get everything they need by post, and it all adds up."""

import argparse
import json

import pyrage

from bench import bound, installation
from bench.results import Figures
from flexnet.configuration import PasswordPolicy

_BOUND_SECONDS = 5.0
_CHEAP = {"argon2_memory_kib": 8, "argon2_iterations": 1}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--accesses", type=int, default=5_000, help="(default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="another one loses other letters")
    parser.add_argument(
        "--hash",
        choices=("full", "cheap"),
        default="cheap",
        help="what argon2id costs (default: %(default)s)",
    )


def run(arguments: argparse.Namespace) -> Figures:
    """What real hashes would take is said beside it where cheap ones are wanted. Raises Failed."""
    hashes_per_second = bound.hashes_per_second(PasswordPolicy(), _BOUND_SECONDS)
    identity = pyrage.x25519.Identity.generate()
    tables: installation.Tables = {
        "password": _CHEAP if arguments.hash == "cheap" else {},
        "post": _post(str(identity.to_public())),
    }
    with installation.prepared(arguments.database, tables) as made:
        made.folder.joinpath("sheets").mkdir()
        made.folder.joinpath("identity").write_text(str(identity))
        words = [str(made.folder), str(arguments.accesses), str(arguments.seed)]
        told: Figures = json.loads(made.run("bench.inside", "equipping", *words).splitlines()[-1])
    apart = int(str(told["hashes"])) / hashes_per_second
    return {
        "database": arguments.database,
        "hash": arguments.hash,
        "hashes_per_s": round(hashes_per_second, 1),
        "hashes_apart_s": round(apart, 1),
        **told,
    }


def _post(recipient: str) -> dict[str, object]:
    """Two queues into one folder, which is encrypted for this benchmark alone."""
    queue = {"folder": "sheets", "recipients": [recipient]}
    return {
        "most_letters": 500,
        "queues": [
            {"name": "plain", "title": "Laser", "security_paper": False, **queue},
            {"name": "secure", "title": "Sicherheitspapier", "security_paper": True, **queue},
        ],
    }
