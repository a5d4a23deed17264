"""Accounting records on disk until the server has them, in order."""

from __future__ import annotations

import json
import logging
import sqlite3
from dataclasses import asdict
from pathlib import Path

from flexnet_gateway.accounting import Record

log = logging.getLogger(__name__)

MOST = 20_000  # records, about 8 MB: a day and a half of 50 sessions with the server away

SCHEMA = (
    "CREATE TABLE IF NOT EXISTS records (number INTEGER PRIMARY KEY AUTOINCREMENT, status TEXT, body TEXT)"
)
SURPLUS = """
DELETE FROM records WHERE number IN
(SELECT number FROM records ORDER BY status != 'Interim-Update', number LIMIT max(0, ?))
"""


class Spool:
    """A queue whose `put` returns when the record is on disk; full, it drops the oldest interim updates."""

    def __init__(self, path: Path, most: int = MOST) -> None:
        self._most = most
        try:
            self._open(path)
        except sqlite3.DatabaseError as error:
            log.error("%s is broken and set aside, its records are lost to the server: %s", path, error)
            path.rename(path.with_suffix(".broken"))
            self._open(path)

    def _open(self, path: Path) -> None:
        path.touch(mode=0o600)
        self._database = sqlite3.connect(path, isolation_level=None)
        try:
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = FULL")
            self._database.execute(SCHEMA)
        except sqlite3.Error:
            self._database.close()
            raise

    def __len__(self) -> int:
        return int(self._database.execute("SELECT count(*) FROM records").fetchone()[0])

    def put(self, records: list[Record]) -> None:
        """Keep these; on a full disk they are lost with an error in the log, the sessions go on."""
        if not records:
            return
        try:
            self._database.execute("BEGIN IMMEDIATE")
            rows = [(one.status, json.dumps(asdict(one))) for one in records]
            self._database.executemany("INSERT INTO records (status, body) VALUES (?, ?)", rows)
            self._database.execute(SURPLUS, (len(self) - self._most,))
            self._database.execute("COMMIT")
        except sqlite3.Error as error:
            log.error("%d accounting records could not be kept: %s", len(records), error)
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")

    def first(self) -> tuple[int, Record] | None:
        """The oldest record and its number."""
        row = self._database.execute("SELECT number, body FROM records ORDER BY number LIMIT 1").fetchone()
        return None if row is None else (row[0], Record(**json.loads(row[1])))

    def delivered(self, number: int) -> None:
        self._database.execute("DELETE FROM records WHERE number = ?", (number,))

    def close(self) -> None:
        self._database.close()
