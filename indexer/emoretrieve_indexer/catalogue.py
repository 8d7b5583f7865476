"""The items as this run changes them, written in batches."""

from __future__ import annotations

import time
from dataclasses import replace

from emoretrieve.item import Item, Location, Metadata
from emoretrieve.store import Store

BATCH_ITEMS = 64
BATCH_S = 1.0
"""A killed run loses at most what was described since the last batch: so many items, so many seconds."""


class Catalogue:
    """Reads items through the changes that are not written yet, so that a run always sees its own work.

    Items without a file left are deleted last: their bytes may turn up again under another path of the same run.
    """

    def __init__(self, store: Store, *, dry_run: bool = False) -> None:
        self._store = store
        self._dry_run = dry_run
        self._changed: dict[str, Item] = {}
        self._orphans: set[str] = set()
        self._written_s = time.monotonic()

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
        waited_s = time.monotonic() - self._written_s
        return len(self._changed) >= BATCH_ITEMS or (bool(self._changed) and waited_s >= BATCH_S)

    def write(self) -> None:
        """Store what changed; what has been written survives a killed process."""
        if self._changed and not self._dry_run:
            self._store.upsert(list(self._changed.values()))
            self._changed.clear()
        self._written_s = time.monotonic()

    def finish(self) -> int:
        """Write the rest and delete the items that have no file left; their number."""
        self.write()
        if self._orphans and not self._dry_run:
            self._store.delete(sorted(self._orphans))
        return len(self._orphans)


def with_file(item: Item, location: Location, manifest: Metadata, tags: Metadata) -> Item:
    """The item with a file of its bytes added or renewed, and what a manifest says about that file.

    A manifest wins over tags. Where the manifests of several files disagree, the first path by name decides, so that
    the result does not depend on the order in which the files were read.
    """
    others = [known for known in item.locations if known.path != location.path]
    locations = tuple(sorted([*others, location], key=lambda known: known.path))
    if locations[0] == location:
        metadata = {**item.metadata, **manifest}
    else:
        mere_tags = {key for key, value in item.metadata.items() if tags.get(key) == value}
        additions = {key: value for key, value in manifest.items() if key not in item.metadata or key in mere_tags}
        metadata = {**item.metadata, **additions}
    return replace(item, locations=locations, metadata=metadata)


def says_nothing_new(manifest: Metadata, stored: Metadata, *, is_first: bool) -> bool:
    """True where `with_file` would leave the metadata of an item as they are; `is_first`: its first path by name."""
    if is_first:
        return all(key in stored and stored[key] == value for key, value in manifest.items())
    return manifest.keys() <= stored.keys()
