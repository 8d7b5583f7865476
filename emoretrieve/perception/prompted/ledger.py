"""Every answer of a model, kept by what was asked, and what the asking cost.

The answers lie in one SQLite file of the data folder, for all its collections: nothing is asked twice of the same
model about the same bytes. A process that is killed loses only what was not answered yet. Several processes may use
the file at once.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from emoretrieve.errors import StoreError
from emoretrieve.perception.prompted.chat import Usage
from emoretrieve.perception.settings import Role

_SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS answer (key TEXT PRIMARY KEY, role TEXT NOT NULL, value TEXT NOT NULL) WITHOUT ROWID;
"""
_WAIT_S = 30.0
"""For another process that is writing."""


@dataclass(frozen=True, slots=True)
class RoleCosts:
    """What the requests of one role came to."""

    requests: int = 0
    recalled: int = 0
    """Answers that were there already and cost nothing."""
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0
    """Of all requests together; they overlap."""

    def plus(self, usage: Usage) -> RoleCosts:
        """These costs and one more request."""
        return replace(
            self,
            requests=self.requests + 1,
            prompt_tokens=self.prompt_tokens + usage.prompt_tokens,
            cached_tokens=self.cached_tokens + usage.cached_tokens,
            completion_tokens=self.completion_tokens + usage.completion_tokens,
            seconds=self.seconds + usage.seconds,
        )


def ledger_key(*asked: object) -> str:
    """The key of an answer: SHA-256 of everything that was asked, as JSON (texts, numbers, lists, mappings)."""
    text = json.dumps(asked, sort_keys=True, ensure_ascii=True, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


class Ledger:
    """Remembers answers and counts costs; safe to use from several threads. A context manager."""

    def __init__(self, file: Path | None = None) -> None:
        """Use `file`, made with its folder where there is none; None remembers in memory."""
        self._lock = threading.Lock()
        self._costs: dict[Role, RoleCosts] = {}
        try:
            if file is not None:
                file.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(
                file or ":memory:", timeout=_WAIT_S, isolation_level=None, check_same_thread=False
            )
            self._database.executescript(_SCHEMA)
        except (OSError, sqlite3.Error) as error:
            raise _unusable(file, error) from error
        self._file = file

    def recall(self, role: Role, key: str) -> dict[str, Any] | None:
        """What was kept under the key; None where nothing was."""
        with self._lock:
            try:
                found = self._database.execute("SELECT value FROM answer WHERE key = ?", (key,)).fetchone()
            except sqlite3.Error as error:
                raise _unusable(self._file, error) from error
            if found is None:
                return None
            self._costs[role] = replace(self._of(role), recalled=self._of(role).recalled + 1)
        value: dict[str, Any] = json.loads(found[0])
        return value

    def keep(self, role: Role, key: str, value: Mapping[str, object]) -> None:
        """Keep what can be spelled as JSON; when this returns, it survives a killed process."""
        with self._lock:
            try:
                self._database.execute("INSERT OR REPLACE INTO answer VALUES (?, ?, ?)", (key, role, json.dumps(value)))
            except sqlite3.Error as error:
                raise _unusable(self._file, error) from error

    def forget(self, key: str) -> None:
        """Ask again next time."""
        with self._lock:
            try:
                self._database.execute("DELETE FROM answer WHERE key = ?", (key,))
            except sqlite3.Error as error:
                raise _unusable(self._file, error) from error

    def note(self, role: Role, usage: Usage) -> None:
        """Count what a request cost."""
        with self._lock:
            self._costs[role] = self._of(role).plus(usage)

    @property
    def costs(self) -> dict[Role, RoleCosts]:
        """The costs so far, by role."""
        with self._lock:
            return dict(self._costs)

    def close(self) -> None:
        with self._lock, closing(self._database):
            pass

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _of(self, role: Role) -> RoleCosts:
        return self._costs.get(role, RoleCosts())


def _unusable(file: Path | None, error: Exception) -> StoreError:
    return StoreError(
        f"The file of remembered answers {file} cannot be used: {error}; free some space, or move it away if it is "
        "damaged: then models are asked again.",
        kind="ledger",
    )
