"""The vectors of a collection in memory: the nearest items by one product, without the engine.

For a process that holds a collection alone and answers many queries, such as a server. 170 bytes an item, plus a
bounded number of items themselves. Results are those of the engine, number by number: what float32 may have misjudged
is scored again in float64 from the integers, and equal scores are ordered by id.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emoretrieve.emotion.vectors import Colours, Floats, Space, exact_scores, vectors
from emoretrieve.item import MODALITIES, Item, Modality
from emoretrieve.store.moments import Coloured
from emoretrieve.store.protocol import Hit
from emoretrieve.store.schema import colours_of

_ROUNDING = 32 * 2.0**-24
"""Bound of the error of a float32 score, relative to the sum of the lengths of the query's blocks (`ranking.py`)."""
_ITEMS = 20_000
"""Items that were read last, kept whole: about 3 KB each."""

Ids = NDArray[np.bytes_]


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Items of one modality by ascending id; never changed, only exchanged for others."""

    ids: Ids
    """(n,) of 36 bytes."""
    colours: Colours
    """(n, 5, 3)."""
    columns: dict[Space, NDArray[np.float32]]
    """(15, n) each: a product with columns takes half as long as one with rows."""

    @classmethod
    def of(cls, ids: Sequence[str] | Ids, colours: Colours) -> _Rows:
        order = np.argsort(np.asarray(ids, dtype="S36"), kind="stable")
        colours = colours[order]
        made = {space: np.ascontiguousarray(vectors(space, colours).T, dtype=np.float32) for space in _SPACES}
        return cls(np.asarray(ids, dtype="S36")[order], colours, made)

    def without(self, ids: Ids) -> _Rows:
        kept = ~np.isin(self.ids, ids)
        if kept.all():
            return self
        columns = {space: of[:, kept] for space, of in self.columns.items()}
        return _Rows(self.ids[kept], self.colours[kept], columns)

    def joined(self, other: _Rows) -> _Rows:
        """With other items, none of which is here."""
        places = np.searchsorted(self.ids, other.ids)
        return _Rows(
            np.insert(self.ids, places, other.ids),
            np.insert(self.colours, places, other.colours, axis=0),
            {space: np.insert(of, places, other.columns[space], axis=1) for space, of in self.columns.items()},
        )

    def best(self, space: Space, query: Floats, count: int) -> list[Hit]:
        """The `count` best, exact, ties by ascending id."""
        if not len(self.ids) or count < 1:
            return []
        scale = float(np.abs(query).max()) or 1.0
        probe = query / scale
        scores = probe.astype(np.float32) @ self.columns[space]
        places = _reaching(scores, count, 2 * _ROUNDING * float(np.linalg.norm(probe.reshape(-1, 3), axis=1).sum()))
        exact = exact_scores(query, vectors(space, self.colours[places]))
        order = np.lexsort((places, -exact))[:count]
        return [Hit(self.ids[places[row]].decode(), float(exact[row])) for row in order]


_SPACES: tuple[Space, Space] = ("aligned", "concat")


def _reaching(scores: NDArray[np.float32], count: int, reach: float) -> NDArray[np.intp]:
    """The places, ascending, of all that may be among the `count` best: float32 may be wrong by half of `reach`."""
    if count >= len(scores):
        return np.arange(len(scores))
    floor = np.partition(scores, len(scores) - count)[len(scores) - count] - reach
    return np.flatnonzero(scores >= floor)


class Resident:
    """The items of one collection. Reading needs no lock; the store's own serialises what changes them."""

    def __init__(self, batches: Iterable[tuple[Modality, Sequence[str], Colours]]) -> None:
        gathered: dict[Modality, tuple[list[str], list[Colours]]] = {one: ([], []) for one in MODALITIES}
        for modality, ids, colours in batches:
            gathered[modality][0].extend(ids)
            gathered[modality][1].append(colours)
        self._rows = {
            modality: _Rows.of(ids, np.concatenate([np.empty((0, 5, 3), np.uint8), *parts]))
            for modality, (ids, parts) in gathered.items()
        }
        self._items: OrderedDict[str, Item] = OrderedDict()
        self._items_lock = threading.Lock()
        self._changes = 0
        self.derived: dict[str, bytes] = {}
        """What was computed from the items and read or kept, by its name; a few MB at most."""

    def __len__(self) -> int:
        return sum(len(rows.ids) for rows in self._rows.values())

    def nearest(
        self, space: Space, query: Floats, modality: Modality | None, limit: int, exclude: Collection[str]
    ) -> list[Hit]:
        """As `Store.nearest`, exact, of the items of a modality or of all."""
        searched = MODALITIES if modality is None else (modality,)
        hits = [hit for one in searched for hit in self._rows[one].best(space, query, limit + len(exclude))]
        if len(searched) > 1:
            hits.sort(key=lambda hit: (-hit.score, hit.id))
        return [hit for hit in hits if hit.id not in exclude][:limit]

    def profiles(self, modality: Modality | None, batch: int) -> Iterator[tuple[list[str], Colours]]:
        """As `Store.profiles`."""
        kept = self._rows
        searched = [kept[one] for one in (MODALITIES if modality is None else (modality,))]
        ids = np.concatenate([rows.ids for rows in searched])
        colours = np.concatenate([rows.colours for rows in searched])
        order = np.argsort(ids) if len(searched) > 1 else np.arange(len(ids))
        for start in range(0, len(order), batch):
            places = order[start : start + batch]
            yield ids[places].astype(str).tolist(), colours[places]

    def put(self, coloured: Mapping[str, Coloured]) -> None:
        """Items were written, in the place of those of the same ids."""
        self.drop(list(coloured))
        rows = dict(self._rows)
        for modality in MODALITIES:
            keys = {id: one.colour_key for id, one in coloured.items() if one.modality == modality}
            if keys:
                rows[modality] = rows[modality].joined(_Rows.of(list(keys), colours_of(list(keys.values()))))
        self._rows = rows

    def drop(self, ids: Sequence[str]) -> None:
        """Items were removed."""
        gone = np.asarray(list(ids), dtype="S36")
        self._rows = {modality: rows.without(gone) for modality, rows in self._rows.items()}
        with self._items_lock:
            self._changes += 1
            for id in ids:
                self._items.pop(id, None)

    def items(self, ids: Sequence[str], read: Callable[[Sequence[str]], dict[str, Item]]) -> dict[str, Item]:
        """Items by id: those that were read lately, the others read now."""
        with self._items_lock:
            changes = self._changes
            found = {id: self._items[id] for id in ids if id in self._items}
            for id in found:
                self._items.move_to_end(id)
        missing = [id for id in ids if id not in found]
        if not missing:
            return found
        new = read(missing)
        self._remember(new, changes)
        return {**found, **new}

    def _remember(self, items: Mapping[str, Item], changes: int) -> None:
        """Unless something has changed since they were read."""
        with self._items_lock:
            if changes != self._changes:
                return
            self._items.update(items)
            while len(self._items) > _ITEMS:
                self._items.popitem(last=False)
