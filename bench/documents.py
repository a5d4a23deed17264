"""`flexnet bench documents`: a quarter's documents are dropped, taken, and found by their practices."""

import argparse
import json

from bench import installation
from bench.crowd import Crowd
from bench.results import Figures


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--files", type=int, default=5_000, help="one for each practice (default: %(default)s)"
    )
    parser.add_argument("--kilobytes", type=int, default=150, help="of each (default: %(default)s)")


def run(arguments: argparse.Namespace) -> Figures:
    """Each step has a process of its own: the memory is that of the one that takes. Raises Failed."""
    documents = {"documents": {"folder": "drop", "settle_seconds": 0}}
    with installation.prepared(arguments.database, documents) as made:
        crowd = made.folder / "crowd.json"
        Crowd.drawn(arguments.files).write(crowd)
        made.run("bench.inside", "population", str(crowd))
        made.run("bench.inside", "dropping", "drop", str(crowd), str(arguments.kilobytes))
        told: Figures = json.loads(made.run("bench.inside", "dropping", "take", str(crowd)))
        told |= json.loads(made.run("bench.inside", "dropping", "find", str(crowd), str(arguments.kilobytes)))
    return {
        "database": arguments.database,
        "files": arguments.files,
        "kilobytes": arguments.kilobytes,
        "files_per_s": round(arguments.files / float(str(told["take_s"])), 1),
        **told,
    }
