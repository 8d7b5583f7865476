"""Tables on disk for one run, so that memory does not grow with the number of files."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from emoretrieve.errors import SourceError
from emoretrieve.item import Metadata, Value

CACHE_KIB = 4_096


def open_scratch(schema: str) -> sqlite3.Connection:
    """A private database that spills to a temporary file, which is gone when it is closed."""
    database = sqlite3.connect("", isolation_level=None)
    database.executescript(f"PRAGMA cache_size = -{CACHE_KIB}; PRAGMA journal_mode = OFF; {schema}")
    return database


@contextmanager
def scratch_errors() -> Iterator[None]:
    """Translate a scratch table that cannot be written, as where the temporary folder is full."""
    try:
        yield
    except sqlite3.Error as error:
        raise SourceError(
            f"The working files of the indexer cannot be written: {error}; free the temporary folder or set TMPDIR.",
            kind="no_scratch",
        ) from error


def to_text(metadata: Metadata) -> str:
    """Metadata as stored in a scratch table."""
    return json.dumps(dict(metadata), ensure_ascii=True)


def from_text(text: str) -> dict[str, Value]:
    """Metadata from a scratch table."""
    metadata: dict[str, Value] = json.loads(text)
    return metadata
