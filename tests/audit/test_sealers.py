"""Several processes record and seal at once: the chain neither forks nor loses an entry."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from flexnet import configuration
from flexnet.audit import standalone

pytestmark = pytest.mark.long

PROCESSES, ACTS = 3, 40
SMALL = """
import json
import sys
import django
from django.conf import settings
settings.configure(
    DATABASES={"default": json.loads(sys.argv[1])},
    INSTALLED_APPS=["flexnet.audit"],
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()
from django.core import management
from flexnet import transactions
from flexnet.audit import actions, queries
"""
MIGRATE = "management.call_command('migrate', 'audit', verbosity=0)"
WORK = f"""
for number in range({ACTS}):
    with transactions.writing():
        actions.record("key.assigned", by="cli:alice", subject=f"key:{{number}}")
    actions.seal_pending()
"""
VERDICT = "queries.export(sys.stdout.buffer)"


@pytest.fixture
def database(transactional_db: None, tmp_path: Path) -> dict[str, Any]:
    """The test's own on PostgreSQL; a file on SQLite, whose test database is in memory."""
    if connection.vendor == "postgresql":
        return dict(connection.settings_dict)
    return configuration.database(f"sqlite:///{tmp_path}/flexnet.sqlite3")


def start(program: str, database: dict[str, Any]) -> subprocess.Popen[bytes]:
    """A process with no more than the trail."""
    command = [sys.executable, "-c", SMALL + program, json.dumps(database)]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


def ended(process: subprocess.Popen[bytes]) -> tuple[int, bytes]:
    """Exit code and what it said, once it is over."""
    said = process.communicate()[0]
    return process.returncode, said


def test_sealers_at_once_never_fork_the_chain(database: dict[str, Any], tmp_path: Path) -> None:
    assert ended(start(MIGRATE, database)) == (0, b"")
    workers = [start(WORK, database) for _ in range(PROCESSES)]
    assert [ended(worker) for worker in workers] == [(0, b"")] * PROCESSES
    export = tmp_path / "export.jsonl"
    export.write_bytes(ended(start(VERDICT, database))[1])
    report = standalone.verify(standalone.read_export(export), [])
    assert report == standalone.Report(entries=PROCESSES * ACTS)
