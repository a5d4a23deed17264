"""Django's settings for the tests and the type checker: a whole configuration in a folder of its own."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from flexnet import configuration, installation

_EXAMPLE = Path(__file__).resolve().parent.parent / "deploy" / "kvsa.toml"


def _write(folder: Path) -> Path:
    url = os.environ.get("FLEXNET_TEST_DATABASE_URL", f"sqlite:///{folder}/flexnet/flexnet.sqlite3")
    lines = _EXAMPLE.read_text(encoding="utf-8").replace("/var/lib", str(folder))
    lines = lines.replace("postgresql:///flexnet?host=/run/postgresql", url)
    for beside in ("texts/", "looks/"):
        lines = lines.replace(f'= "{beside}', f'= "{_EXAMPLE.parent}/{beside}')
    lines = lines.replace("[password]", "[password]\nargon2_memory_kib = 8\nargon2_iterations = 1")
    folder.joinpath("flexnet").mkdir()
    path = folder / "flexnet.toml"
    path.write_text(lines, encoding="utf-8")
    return path


# Each process of pytest-xdist has files of its own, and shares them with what it starts: of files that no row
# of its own database names a test may make an end.
_OWNER, _me = "FLEXNET_TESTS_OF", os.environ.get("PYTEST_XDIST_WORKER", "alone")
if configuration.VARIABLE not in os.environ or os.environ.get(_OWNER, _me) != _me:
    _folder = Path(tempfile.mkdtemp(prefix="flexnet-tests-"))
    atexit.register(shutil.rmtree, _folder, ignore_errors=True)
    os.environ[configuration.VARIABLE], os.environ[_OWNER] = str(_write(_folder)), _me
    installation.make_secrets(configuration.current())

from flexnet.settings import *  # noqa: E402, F403 - Django reads its settings as names of this module

# A database in a file, so that threads and processes see the same one; nothing here must outlive a power cut.
# Rows come in the wrong order wherever none was asked for: PostgreSQL may do so on any day.
_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA reverse_unordered_selects=ON;"
if DATABASES["default"]["ENGINE"].endswith("sqlite"):  # noqa: F405 - from the settings above
    DATABASES["default"]["TEST"] = {"NAME": f"{configuration.current().state_dir}/test.sqlite3"}  # noqa: F405 - as above
    DATABASES["default"]["OPTIONS"]["init_command"] = _PRAGMAS  # noqa: F405 - as above
