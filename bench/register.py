"""`flexnet bench register`: a member register of many rows, looked at and taken over, then once more."""

import argparse
import json

from bench import installation
from bench.results import Figures


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rows", type=int, default=100_000, help="one doctor each (default: %(default)s)")


def run(arguments: argparse.Namespace) -> Figures:
    """Raises Failed."""
    with installation.prepared(arguments.database) as made:
        told: Figures = json.loads(made.run("bench.inside", "taking_over", str(arguments.rows)))
    return {"database": arguments.database, **told}
