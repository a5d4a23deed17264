"""The command line: `flexnet`."""

import os
import sys
from pathlib import Path


def main() -> None:
    """Read the configuration, then hand over to the commands; if it is wrong: one message, no trace.

    Imports stand inside: nothing of Django may be imported before the configuration is known to be right.
    """
    from flexnet import configuration

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
