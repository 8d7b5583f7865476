"""What a collection is: how many items, who described them, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from emoretrieve.item import MODALITIES, Item, Modality
from emoretrieve.store import Store
from emoretrieve.store.dates import first_moment

_DATED = ("date", "year")
"""Keys of the metadata that say when a work was made, the finer one first."""


@dataclass(frozen=True, slots=True)
class Kind:
    """The items of one modality."""

    items: int = 0
    flagged: int = 0
    """In some part of which nothing was felt."""
    partly: int = 0
    """Of which only a part was described."""
    without_file: int = 0
    """Of which only captions are there."""
    dated: int = 0
    years: tuple[int, int] | None = None
    """The first and the last of the metadata."""

    def with_item(self, item: Item) -> Kind:
        """The same with one item more."""
        year = _year(item)
        first, last = self.years or (year, year)
        return Kind(
            self.items + 1,
            self.flagged + item.profile.flagged,
            self.partly + (item.coverage < 1),
            self.without_file + (not item.locations),
            self.dated + (year is not None),
            self.years if year is None else (min(first or year, year), max(last or year, year)),
        )


@dataclass(frozen=True, slots=True)
class About:
    """Of one collection."""

    name: str
    created: str
    """ISO 8601, in UTC; empty where that is not known."""
    signature: Mapping[str, str]
    kinds: Mapping[Modality, Kind]
    files: tuple[datetime, datetime] | None
    """When the first and the last of the files were changed, in UTC, as they were when they were described."""

    @classmethod
    def read(cls, store: Store, name: str, created: str) -> Self:
        """Of all items of a store."""
        kinds = {modality: Kind() for modality in MODALITIES}
        changed: list[int] = []
        for items in store.scan():
            for item in items:
                kinds[item.modality] = kinds[item.modality].with_item(item)
            times = [*changed, *(location.mtime_ns for item in items for location in item.locations)]
            changed = [min(times), max(times)] if times else []
        files = (_moment(changed[0]), _moment(changed[1])) if changed else None
        return cls(name, created, dict(store.signature), kinds, files)


def _year(item: Item) -> int | None:
    """When the work was made, as its metadata say."""
    for key in _DATED:
        moment = first_moment(str(item.metadata.get(key, "")))
        if moment is not None:
            return moment.year
    return None


def _moment(time_ns: int) -> datetime:
    return datetime.fromtimestamp(time_ns / 1e9, UTC)
