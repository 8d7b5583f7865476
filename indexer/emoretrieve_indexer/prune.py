"""Forgetting the files that are gone."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from emoretrieve.item import Modality
from emoretrieve.store import Store, Where
from emoretrieve_indexer.describing import Books
from emoretrieve_indexer.interruption import Interruption
from emoretrieve_indexer.sources import Source
from emoretrieve_indexer.tally import Tally


@dataclass(frozen=True, slots=True)
class _Reach:
    """The files that sources speak for: those below a folder, and those that a manifest lists and are missing."""

    folders: tuple[Path, ...]
    missing: frozenset[str]

    @classmethod
    def of(cls, sources: Iterable[tuple[int, Source]], tally: Tally) -> Self:
        sources = list(sources)
        manifests = {number for number, source in sources if source.kind == "manifest"}
        return cls(
            tuple(Path(os.path.realpath(source.path)) for _, source in sources if source.kind == "folder"),
            frozenset(
                failed.failure.path
                for failed in tally.failed
                if failed.source in manifests and failed.failure.kind == "not_found"
            ),
        )

    def __contains__(self, path: str) -> bool:
        return path in self.missing or any(Path(path).is_relative_to(folder) for folder in self.folders)


def prune(
    store: Store, sources: Sequence[Source], books: Books, modality: Modality | None, interruption: Interruption
) -> None:
    """Forget files that are gone from the given folders, or that a given manifest lists.

    A source that led to no media at all is spared, also where another one speaks for the same files: a drive that is
    not mounted looks just like a folder that was emptied.
    """
    numbered = list(enumerate(sources))
    pruned = _Reach.of([entry for entry in numbered if books.tally.led_to_media(entry[0])], books.tally)
    spared = _Reach.of([entry for entry in numbered if not books.tally.led_to_media(entry[0])], books.tally)
    for items in store.scan(Where(modality)):
        for item in items:
            for path in item.paths:
                if path in pruned and path not in spared and _is_gone(path):
                    books.catalogue.drop(item.id, path)
            if interruption.wanted:
                return
            if books.catalogue.due:
                books.write()


def _is_gone(path: str) -> bool:
    """True only where the system says that there is no such file, not where it cannot say."""
    try:
        Path(path).stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False
