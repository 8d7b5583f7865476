"""Jobs that outlive the server: kept in a database before they are acknowledged."""

from __future__ import annotations

import json
import sqlite3
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from emoretrieve.errors import RequestError, StoreError
from emoretrieve.item import Modality
from emoretrieve.store.failures import translated
from emoretrieve.store.lock import FileLock

JsonObject = dict[str, object]

_FILE = "jobs.sqlite"
_LOCK = "jobs.lock"
_WAIT_S = 1.0
"""For a server that is ending."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (
    number INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, collection TEXT NOT NULL, state TEXT NOT NULL,
    paths TEXT NOT NULL, sources TEXT NOT NULL, modality TEXT, created TEXT NOT NULL, started TEXT, finished TEXT,
    found INTEGER NOT NULL DEFAULT 0, done INTEGER NOT NULL DEFAULT 0, failed INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0, report TEXT, problem TEXT
)
"""
_MOST_QUEUED = 10_000
_MOST_ATTEMPTS = 5
"""Servers that may end in the middle of a job before it is given up."""
OVER = ("done", "failed", "cancelled")
"""States of jobs that nothing happens to any more."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be added."""

    collection: str
    sources: tuple[Path, ...]
    said: tuple[str, ...]
    """What the client calls them."""
    modality: Modality | None = None


class JobBook:
    """The jobs of a data folder. Every change is on disk when its method returns. Safe to use from several threads.

    One server at a time has them: another would begin again what this one is doing (StoreError of kind `locked`).
    """

    def __init__(self, data: Path, kept: int) -> None:
        self._kept = kept
        self._lock = threading.Lock()
        with translated("make the data folder"):
            data.mkdir(parents=True, exist_ok=True)
        self._held = FileLock(data / _LOCK, f"list of jobs in '{data}'", _WAIT_S)
        try:
            self._database = sqlite3.connect(data / _FILE, isolation_level=None, check_same_thread=False)
            self._database.row_factory = sqlite3.Row
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = FULL")
            self._database.execute(_SCHEMA)
            self._begin_again()
        except (sqlite3.Error, OSError) as error:
            self._held.release()
            raise StoreError(f"The jobs in '{data / _FILE}' cannot be opened: {error}.") from error

    def add(self, order: Order) -> JsonObject:
        """Queue a job. Raises RequestError of kind `overloaded` where too many wait."""
        with self._used() as database:
            (queued,) = database.execute("SELECT count(*) FROM jobs WHERE state = 'queued'").fetchone()
            if queued >= _MOST_QUEUED:
                raise RequestError(f"{queued:,} jobs are waiting; try again later.", kind="overloaded")
            id = uuid.uuid4().hex
            values = (
                id,
                order.collection,
                json.dumps(order.said),
                json.dumps([str(path) for path in order.sources]),
                order.modality,
                _now(),
            )
            database.execute(
                "INSERT INTO jobs (id, collection, state, paths, sources, modality, created) "
                "VALUES (?, ?, 'queued', ?, ?, ?, ?)",
                values,
            )
            database.execute(
                "DELETE FROM jobs WHERE state IN ('done', 'failed', 'cancelled') AND number <= "
                "(SELECT max(number) FROM jobs) - ?",
                (self._kept,),
            )
        return self.get(id)

    def get(self, id: str) -> JsonObject:
        """As `emoretrieve.wire.Job`. Raises RequestError of kind `no_job`."""
        with self._used() as database:
            row = database.execute("SELECT * FROM jobs WHERE id = ?", (id,)).fetchone()
        if row is None:
            raise RequestError(f"There is no job '{id[:64]}'.", kind="no_job")
        return _job(row)

    def list(self, limit: int) -> list[JsonObject]:
        """The newest first."""
        with self._used() as database:
            rows = database.execute("SELECT * FROM jobs ORDER BY number DESC LIMIT ?", (limit,)).fetchall()
        return [_job(row) for row in rows]

    def counts(self) -> dict[str, int]:
        """How many jobs are in each state."""
        with self._used() as database:
            rows = database.execute("SELECT state, count(*) FROM jobs GROUP BY state").fetchall()
        return dict(rows)

    def take(self) -> tuple[str, Order] | None:
        """The oldest queued job, which is running from now on."""
        with self._used() as database:
            row = database.execute("SELECT * FROM jobs WHERE state = 'queued' ORDER BY number LIMIT 1").fetchone()
            if row is None:
                return None
            database.execute(
                "UPDATE jobs SET state = 'running', started = ?, attempts = attempts + 1 WHERE id = ?",
                (_now(), row["id"]),
            )
        sources = tuple(Path(source) for source in json.loads(row["sources"]))
        modality = cast("Modality | None", row["modality"])
        return row["id"], Order(row["collection"], sources, tuple(json.loads(row["paths"])), modality)

    def note(self, id: str, found: int, done: int, failed: int) -> None:
        """Where a job is."""
        with self._used() as database:
            database.execute("UPDATE jobs SET found = ?, done = ?, failed = ? WHERE id = ?", (found, done, failed, id))

    def end(self, id: str, state: str, report: JsonObject | None, problem: JsonObject | None = None) -> None:
        """A job is over."""
        texts = [None if value is None else json.dumps(value) for value in (report, problem)]
        with self._used() as database:
            database.execute(
                "UPDATE jobs SET state = ?, report = ?, problem = ?, finished = ? WHERE id = ?",
                (state, *texts, _now(), id),
            )

    def queue_again(self, id: str) -> None:
        """The server ends before the job does: the next one does it."""
        with self._used() as database:
            database.execute("UPDATE jobs SET state = 'queued', attempts = attempts - 1 WHERE id = ?", (id,))

    def cancel_queued(self, id: str) -> bool:
        """Whether the job was queued, and is cancelled now."""
        with self._used() as database:
            changed = database.execute(
                "UPDATE jobs SET state = 'cancelled', finished = ? WHERE id = ? AND state = 'queued'", (_now(), id)
            )
            return changed.rowcount > 0

    def close(self) -> None:
        with self._lock:
            self._database.close()
            self._held.release()

    @contextmanager
    def _used(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self._database
            except sqlite3.Error as error:
                raise StoreError(f"The jobs cannot be read or written: {error}.") from error

    def _begin_again(self) -> None:
        """What was running when a server ended is queued again, unless it has ended too many of them."""
        given_up = json.dumps({"error": "Several servers ended in the middle of this job.", "kind": "worker_died"})
        self._database.execute(
            "UPDATE jobs SET state = 'failed', problem = ?, finished = ? WHERE state = 'running' AND attempts >= ?",
            (given_up, _now(), _MOST_ATTEMPTS),
        )
        self._database.execute("UPDATE jobs SET state = 'queued' WHERE state = 'running'")


def _job(row: sqlite3.Row) -> JsonObject:
    return {
        **{name: row[name] for name in ("id", "collection", "state")},
        "paths": json.loads(row["paths"]),
        **{name: row[name] for name in ("created", "started", "finished")},
        "progress": {name: row[name] for name in ("found", "done", "failed")},
        "report": None if row["report"] is None else json.loads(row["report"]),
        "problem": None if row["problem"] is None else json.loads(row["problem"]),
    }


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
