"""The items of a collection that given paths lead to."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from emoretrieve.errors import EmoretrieveError
from emoretrieve.item import Item, hash_file, item_id
from emoretrieve.media.identify import identify
from emoretrieve.store import Store
from emoretrieve_indexer.found import FoundFile, FoundFiles, Unusable
from emoretrieve_indexer.report import Failure
from emoretrieve_indexer.sources import expand, find

_AT_ONCE = 256


class NamedItems:
    """Items by the paths of their files, or by their bytes; each once. Raises SourceError as `expand` does."""

    def __init__(self, store: Store, paths: Sequence[str | os.PathLike[str]]) -> None:
        self._store = store
        self._files = FoundFiles()
        self._unusable: list[Failure] = []
        self.count = 0
        """Files found, of which some may be no media."""
        for finding in find(expand(paths)):
            if isinstance(finding, FoundFile):
                self.count += self._files.add(finding)
            elif isinstance(finding, Unusable):
                self._unusable.append(finding.failure)

    def batches(self, failed: list[Failure]) -> Iterator[list[Item]]:
        """The items; paths that cannot be used, and media that nobody indexed, are added to `failed`."""
        failed += self._unusable
        seen: set[str] = set()
        files = iter(self._files)
        while batch := list(islice(files, _AT_ONCE)):
            there = self._store.by_path([file.path for file in batch])
            items = [there.get(file.path) or self._by_bytes(file, failed) for file in batch]
            new = {item.id: item for item in items if item and item.id not in seen}
            seen |= new.keys()
            yield list(new.values())

    def _by_bytes(self, file: FoundFile, failed: list[Failure]) -> Item | None:
        """The item of a file that was moved or copied since it was indexed."""
        path = Path(file.path)
        try:
            if identify(path) is None and not file.named:
                return None
            items = self._store.get([item_id(hash_file(path))])
        except (EmoretrieveError, OSError) as error:
            kind = error.kind if isinstance(error, EmoretrieveError) else "unreadable_file"
            failed.append(Failure(file.path, str(error), kind))
            return None
        if not items:
            reason = f"'{file.path}' is not in the collection; index it first."
            failed.append(Failure(file.path, reason, "not_indexed"))
        return items[0] if items else None
