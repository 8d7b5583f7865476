"""What the collection knows of files when a run starts."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from emoretrieve.item import Item, Location, Metadata, Modality
from emoretrieve.store import Store
from emoretrieve_indexer.scratch import from_text, open_scratch, scratch_errors, to_text

_SCHEMA = """
CREATE TABLE known (path TEXT, size INTEGER, mtime_ns INTEGER, id TEXT, modality TEXT, metadata TEXT, is_first INTEGER,
                    PRIMARY KEY (path, id)) WITHOUT ROWID
"""


@dataclass(frozen=True, slots=True)
class KnownFile:
    """One location of one stored item."""

    location: Location
    id: str
    modality: Modality
    metadata: Metadata
    is_first: bool
    """True for the item's first path by name, whose manifest decides where several disagree."""


class KnownFiles:
    """Every location in the collection, by path. Read from the store once, kept on disk for the run."""

    def __init__(self, store: Store) -> None:
        with scratch_errors():
            self._table = open_scratch(_SCHEMA)
            for items in store.scan():
                self._table.executemany("INSERT INTO known VALUES (?, ?, ?, ?, ?, ?, ?)", _rows(items))

    def at(self, path: str) -> list[KnownFile]:
        """The items that this file belongs to: one, or more after a run that was killed between two writes."""
        return list(self._select("path = ?", path))

    def under(self, folder: str) -> Iterator[KnownFile]:
        """Everything below a folder, by path."""
        start = folder.rstrip(os.sep) + os.sep
        return self._select("path >= ? AND path < ?", start, start[:-1] + chr(ord(os.sep) + 1))

    def _select(self, condition: str, *values: str) -> Iterator[KnownFile]:
        with scratch_errors():
            for path, size, mtime_ns, id, modality, metadata, is_first in self._table.execute(
                f"SELECT * FROM known WHERE {condition} ORDER BY path", values
            ):
                location = Location(path, size, mtime_ns)
                yield KnownFile(location, id, modality, from_text(metadata), bool(is_first))

    def close(self) -> None:
        self._table.close()


def _rows(items: Iterable[Item]) -> Iterator[tuple[str, int, int, str, str, str, bool]]:
    for item in items:
        first = min(item.paths, default=None)
        for at in item.locations:
            yield (at.path, at.size, at.mtime_ns, item.id, item.modality, to_text(item.metadata), at.path == first)
