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
from typing import Any, Protocol

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

    def minus(self, earlier: RoleCosts) -> RoleCosts:
        """What was added since these were the costs."""
        return RoleCosts(
            requests=self.requests - earlier.requests,
            recalled=self.recalled - earlier.recalled,
            prompt_tokens=self.prompt_tokens - earlier.prompt_tokens,
            cached_tokens=self.cached_tokens - earlier.cached_tokens,
            completion_tokens=self.completion_tokens - earlier.completion_tokens,
            seconds=self.seconds - earlier.seconds,
        )


def ledger_key(*asked: object) -> str:
    """The key of an answer: SHA-256 of everything that was asked, as JSON (texts, numbers, lists, mappings)."""
    text = json.dumps(asked, sort_keys=True, ensure_ascii=True, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


class Answers(Protocol):
    """Where answers lie, as texts by key; safe to use from several threads. All methods raise StoreError (`ledger`)."""

    def find(self, key: str) -> str | None: ...

    def put(self, key: str, role: Role, text: str) -> None:
        """Keep a text; when this returns, it survives a killed process."""
        ...

    def drop(self, key: str) -> None: ...

    def close(self) -> None: ...


class SqliteAnswers:
    """Answers in a file of this machine, or in memory."""

    def __init__(self, file: Path | None) -> None:
        """Use `file`, made with its folder where there is none; None is memory."""
        self._lock = threading.Lock()
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

    def find(self, key: str) -> str | None:
        rows = self._execute("SELECT value FROM answer WHERE key = ?", key)
        return rows[0][0] if rows else None

    def put(self, key: str, role: Role, text: str) -> None:
        self._execute("INSERT OR REPLACE INTO answer VALUES (?, ?, ?)", key, role, text)

    def drop(self, key: str) -> None:
        self._execute("DELETE FROM answer WHERE key = ?", key)

    def close(self) -> None:
        with self._lock, closing(self._database):
            pass

    def _execute(self, statement: str, *values: str) -> list[tuple[str, ...]]:
        with self._lock:
            try:
                return self._database.execute(statement, values).fetchall()
            except sqlite3.Error as error:
                raise _unusable(self._file, error) from error


class Ledger:
    """Remembers answers and counts costs; safe to use from several threads. A context manager."""

    def __init__(self, file: Path | Answers | None = None) -> None:
        """Use `file`, made with its folder where there is none, or what lies elsewhere; None remembers in memory."""
        self._answers = SqliteAnswers(file) if file is None or isinstance(file, Path) else file
        self._lock = threading.Lock()
        self._costs: dict[Role, RoleCosts] = {}

    def recall(self, role: Role, key: str) -> dict[str, Any] | None:
        """What was kept under the key; None where nothing was."""
        value = self.look_up(key)
        if value is not None:
            self.note_recalled(role)
        return value

    def look_up(self, key: str) -> dict[str, Any] | None:
        """The same without counting it as an answer that was recalled."""
        found = self._answers.find(key)
        try:
            value = json.loads(found or "null")
        except ValueError:  # damaged on the disk: asking again replaces it
            return None
        return value if isinstance(value, dict) else None

    def note_recalled(self, role: Role, answers: int = 1) -> None:
        """Count answers that were there already."""
        with self._lock:
            self._costs[role] = replace(self._of(role), recalled=self._of(role).recalled + answers)

    def keep(self, role: Role, key: str, value: Mapping[str, object]) -> None:
        """Keep what can be spelled as JSON; when this returns, it survives a killed process."""
        self._answers.put(key, role, json.dumps(value))

    def forget(self, key: str) -> None:
        """Ask again next time."""
        self._answers.drop(key)

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
        self._answers.close()

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
