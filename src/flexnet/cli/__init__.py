"""The command line: `flexnet`."""

import importlib
import os
import sys
from pathlib import Path


def main() -> None:
    """Read the configuration, then hand over to the commands; if it is wrong: one message, no trace.

    Imports stand inside: nothing of Django may be imported before the configuration is known to be right.
    """
    from flexnet import configuration

    if sys.argv[1:2] == ["bench"]:
        _bench(sys.argv[2:])
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flexnet.settings")
    try:
        if configuration.VARIABLE not in os.environ and sys.argv[1:2] == ["serve"]:
            from flexnet.cli import development

            os.environ[configuration.VARIABLE] = str(development.prepare(Path(".state")))
        configuration.current()
        if sys.argv[1:3] == ["secrets", "make"]:
            _make_secrets()
            return
        _run()
    except configuration.BadConfiguration as error:
        sys.exit(f"{error}")


def _bench(words: list[str]) -> None:
    """Only a checkout has them; they make installations of their own, whatever the configuration says."""
    root = Path(__file__).resolve().parents[3]
    if not (root / "bench" / "__init__.py").exists():
        sys.exit("The benchmarks are not installed; run this command from a checkout.")
    sys.path.insert(0, str(root))
    importlib.import_module("bench.main").run(words)


def _make_secrets() -> None:
    from flexnet import configuration, installation

    for path in installation.make_secrets(configuration.current()):
        print(f"made {path}")


def _run() -> None:
    import django

    from flexnet.lib import sealed

    try:
        django.setup()
    except FileNotFoundError as error:
        sys.exit(f"{error.filename} is missing. Make the secrets of this installation: flexnet secrets make")
    from flexnet.cli import commands

    try:
        commands.app()
    except sealed.BadKeyRing as error:
        sys.exit(f"{error}")
