"""The items as this run changes them, written in batches."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from emoretrieve.item import Item, Metadata
from emoretrieve.store import Store
from emoretrieve_indexer.found import FoundFile
from emoretrieve_indexer.interruption import Interruption

BATCH_ITEMS = 64
BATCH_S = 1.0
"""A killed run loses at most what was described since the last batch: so many items, so many seconds."""


class Catalogue:
    """Reads items through the changes that are not written yet, so that a run always sees its own work."""

    def __init__(self, store: Store, *, dry_run: bool = False) -> None:
        self._store = store
        self._dry_run = dry_run
        self._changed: dict[str, Item] = {}
        self._orphans: set[str] = set()
        """Items without a file left; their bytes may yet turn up under another path of the same batch."""
        self._removed: set[str] = set()
        """Items that were deleted, and have not come back under another path since."""
        self._written_s = time.monotonic()

    def stored_at(self, paths: Sequence[str]) -> dict[str, Item]:
        """The items that had files at these paths when the last batch was written."""
        return self._store.by_path(paths)

    def get(self, id: str) -> Item | None:
        """The item of this id as it is now; without locations where its last file went in this run."""
        if id in self._changed:
            return self._changed[id]
        stored = self._store.get([id])
        if not stored:
            return None
        return replace(stored[0], locations=()) if id in self._orphans else stored[0]

    def put(self, item: Item) -> None:
        """Keep an item that has at least one location."""
        self._orphans.discard(item.id)
        self._removed.discard(item.id)
        self._changed[item.id] = item

    def drop(self, id: str, path: str) -> None:
        """Forget that the item has a file at this path."""
        item = self.get(id)
        if item is None or path not in item.paths:
            return
        left = tuple(location for location in item.locations if location.path != path)
        if left:
            self.put(replace(item, locations=left))
        else:
            self._changed.pop(id, None)
            self._orphans.add(id)

    @property
    def due(self) -> bool:
        """True when a batch is full or old enough to be written."""
        waiting = len(self._changed) + len(self._orphans)
        return waiting >= BATCH_ITEMS or (waiting > 0 and time.monotonic() - self._written_s >= BATCH_S)

    def write(self) -> None:
        """Store what changed; what has been written survives a killed process.

        A changed file leaves its old item before it comes with its new one: killed in between, the next run finds it
        new, and there are never two items that claim the same file.
        """
        if self._dry_run:
            return
        self._removed |= self._orphans
        if self._orphans:
            self._store.delete(sorted(self._orphans))
        if self._changed:
            self._store.upsert(list(self._changed.values()))
        self._orphans.clear()
        self._changed.clear()
        self._written_s = time.monotonic()

    @property
    def removed(self) -> int:
        """Items that have no file left, deleted or (in a dry run) to be deleted."""
        return len(self._removed | self._orphans)


def with_file(item: Item, file: FoundFile, tags: Metadata) -> Item:
    """The item with a file of its bytes added or renewed, and what a manifest says about that file.

    A manifest wins over tags. Where the manifests of several files disagree, the first path by name decides, so that
    the result does not depend on the order in which the files were read.
    """
    others = [location for location in item.locations if location.path != file.path]
    locations = tuple(sorted([*others, file.location], key=lambda location: location.path))
    said = file.metadata
    if locations[0] != file.location:
        mere_tags = {key for key, value in item.metadata.items() if tags.get(key) == value}
        said = {key: value for key, value in said.items() if key not in item.metadata or key in mere_tags}
    return replace(item, locations=locations, metadata={**item.metadata, **said})


def is_unchanged(file: FoundFile, item: Item) -> bool:
    """True where the item has this very file, unchanged on disk, and `with_file` would leave its metadata alone."""
    if file.location not in item.locations:
        return False
    if file.path == min(item.paths):
        return all(key in item.metadata and item.metadata[key] == value for key, value in file.metadata.items())
    return file.metadata.keys() <= item.metadata.keys()


def settle(store: Store, interruption: Interruption) -> None:
    """Leave the collection on disk and ready for queries."""
    store.flush()
    if not interruption.wanted:
        from emoretrieve.search.null import refresh

        refresh(store)
