"""The command line: `flexnet`."""

import importlib
import os
import sys
import tempfile
from pathlib import Path


def main() -> None:
    """Read the configuration, then hand over to the commands; if it is wrong: one message, no trace.

    Imports stand inside: nothing of Django may be imported before the configuration is known to be right.
    """
    from flexnet import configuration
    from flexnet.audit.keys import BadSigningKey
    from flexnet.lib.private_files import Unusable
    from flexnet.lib.sealed import BadKeyRing

    if sys.argv[1:2] == ["bench"]:
        _bench(sys.argv[2:])
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flexnet.settings")
    try:
        if configuration.VARIABLE not in os.environ:
            if not sys.argv[1:] or "--help" in sys.argv:
                _help()
            if sys.argv[1:2] == ["serve"]:
                _develop()
        configuration.current()
        if sys.argv[1:3] == ["secrets", "make"]:
            _make_secrets()
        else:
            _become_site(sys.argv[1:])
            _run()
    except configuration.BadConfiguration as error:
        sys.exit(f"{error}")
    except (Unusable, BadKeyRing, BadSigningKey) as error:
        sys.exit(
            f"{error}\nWhat was lost is in the backup; only for a new installation: flexnet secrets make"
        )


def _become_site(words: list[str]) -> None:
    """Of the web sites each is a process with settings of its own, and Django reads them once."""
    from flexnet.web import sites

    if words[:1] == ["run"] and words[1:2] and words[1] in sites.NAMES:
        os.environ[sites.VARIABLE] = words[1]


def _bench(words: list[str]) -> None:
    """Only a checkout has them; they make installations of their own, whatever the configuration says."""
    root = Path(__file__).resolve().parents[3]
    if not (root / "bench" / "__init__.py").exists():
        sys.exit("The benchmarks are not installed; run this command from a checkout.")
    sys.path.insert(0, str(root))
    importlib.import_module("bench.main").run(words)


def _help() -> None:
    """Whoever asks for help has no configuration yet; the commands need one to be read at all."""
    from flexnet import configuration
    from flexnet.cli import development

    with tempfile.TemporaryDirectory(prefix="flexnet-help-") as folder:
        os.environ[configuration.VARIABLE] = str(development.prepare(Path(folder)))
        _run()


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
