"""Vectors that were computed once, kept by what they are of and what made them, in one SQLite file.

The file may be removed at any time: then they are computed again. Several processes may use it at once.
"""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Self
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from emoretrieve.errors import StoreError

_SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS vectors (key TEXT PRIMARY KEY, arrays BLOB NOT NULL) WITHOUT ROWID;
"""
_WAIT_S = 30.0
"""For another process that is writing."""


def key_of(*made_of: object) -> str:
    """SHA-256 of everything that the vectors depend on, as JSON (texts, numbers, lists, mappings)."""
    return hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()


class KeptVectors:
    """Arrays by key. A context manager. All methods raise StoreError (`kept_vectors`)."""

    def __init__(self, file: Path | None) -> None:
        """Use `file`, made with its folder where there is none; None keeps them in memory."""
        self._file = file
        with self._translated_errors():
            if file is not None:
                file.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(file or ":memory:", timeout=_WAIT_S, isolation_level=None)
            self._database.executescript(_SCHEMA)

    def find(self, key: str) -> dict[str, NDArray[Any]] | None:
        """Those that were kept; None where there are none, or where they are damaged."""
        with self._translated_errors():
            row = self._database.execute("SELECT arrays FROM vectors WHERE key = ?", (key,)).fetchone()
        try:
            return None if row is None else dict(np.load(io.BytesIO(row[0]), allow_pickle=False))
        except (OSError, ValueError, EOFError, BadZipFile):
            return None

    def put(self, key: str, arrays: Mapping[str, NDArray[Any]]) -> None:
        written = io.BytesIO()
        np.savez(written, allow_pickle=False, **arrays)
        with self._translated_errors():
            self._database.execute("INSERT OR REPLACE INTO vectors VALUES (?, ?)", (key, written.getvalue()))

    def close(self) -> None:
        with closing(self._database):
            pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    @contextmanager
    def _translated_errors(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            raise StoreError(
                f"The file of kept vectors '{self._file}' cannot be used ({error}); free some space on the disk, or "
                "remove the file if it is damaged.",
                kind="kept_vectors",
            ) from error
