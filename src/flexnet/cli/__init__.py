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
    from flexnet.lib import private_files, sealed

    if sys.argv[1:2] == ["bench"]:
        _bench(sys.argv[2:])
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flexnet.settings")
    try:
        if configuration.VARIABLE not in os.environ and sys.argv[1:2] == ["serve"]:
            _develop()
        configuration.current()
        if sys.argv[1:3] == ["secrets", "make"]:
            _make_secrets()
        else:
            _run()
    except configuration.BadConfiguration as error:
        sys.exit(f"{error}")
    except (private_files.Unusable, sealed.BadKeyRing) as error:
        sys.exit(f"{error}\nWhat is missing of a new installation is made by: flexnet secrets make")


def _bench(words: list[str]) -> None:
    """Only a checkout has them; they make installations of their own, whatever the configuration says."""
    root = Path(__file__).resolve().parents[3]
    if not (root / "bench" / "__init__.py").exists():
        sys.exit("The benchmarks are not installed; run this command from a checkout.")
    sys.path.insert(0, str(root))
    importlib.import_module("bench.main").run(words)


def _develop() -> None:
    from flexnet import configuration
    from flexnet.cli import development

    os.environ[configuration.VARIABLE] = str(development.prepare(Path(".state")))


def _make_secrets() -> None:
    from flexnet import configuration, installation

    for path in installation.make_secrets(configuration.current()):
        print(f"made {path}")


def _run() -> None:
    import django

    django.setup()
    from flexnet.cli import commands

    commands.app()
