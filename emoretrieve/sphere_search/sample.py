"""Points of items drawn at random: what scores are held against where not every item can be looked at.

Up to `SAMPLE` items are all taken. The draw is the same for the same items, and is kept beside the collection.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emoretrieve.sphere.rescore import Floats
from emoretrieve.sphere.stored import KAPPA, SPHERE, sphere_of
from emoretrieve.store import Store, Where

SAMPLE = 2_000
READ_LIMIT = 100_000
"""Items among which a query draws anew where what is kept is stale; beyond, there is no sample until the next run of
`index --space sphere`."""
_SEED = 20_261_127
_ID_BYTES = 36


@dataclass(frozen=True, slots=True)
class Sample:
    """Items with their points."""

    ids: tuple[str, ...]
    directions: NDArray[np.float32]
    """(n, d)"""
    kappas: Floats
    """(n,)"""
    whole: bool
    """Whether there are no others."""

    def without(self, ids: tuple[str, ...]) -> Sample:
        """All but these items."""
        kept = np.array([id not in ids for id in self.ids], dtype=bool)
        chosen = tuple(id for id in self.ids if id not in ids)
        return Sample(chosen, self.directions[kept], self.kappas[kept], self.whole)


def sample(store: Store, where: Where) -> Sample | None:
    """Of the items that meet conditions and have a point; None where they are too many to draw from now."""
    kept = _load(store, where)
    if kept is not None:
        return kept
    if store.count(where) > READ_LIMIT:
        return None
    return _drawn(store, where)


def refresh_samples(store: Store) -> None:
    """Draw those of all items anew, whatever their number: to be called when points were written."""
    for where in (Where("audio"), Where("image"), Where()):
        if _load(store, where) is None:
            _drawn(store, where)


def _drawn(store: Store, where: Where) -> Sample:
    header = _header(store, where)  # before the items are read: another thread may write meanwhile
    ids = [id for some, _ in store.profiles(where) for id in some]
    if len(ids) > SAMPLE:
        chosen = np.random.default_rng(_SEED).choice(len(ids), SAMPLE, replace=False)
        drawn = [ids[place] for place in np.sort(chosen)]
    else:
        drawn = ids
    directions, numbers = store.vectors(SPHERE, drawn), store.numbers(SPHERE, drawn)
    there = [id for id in drawn if id in directions and id in numbers]
    rows = np.array([directions[id] for id in there], np.float32).reshape(len(there), sphere_of(store).dimension)
    kappas = np.array([numbers[id][KAPPA] for id in there], np.float64)
    found = Sample(tuple(there), rows, kappas, len(ids) <= SAMPLE)
    if not where.conditions:
        store.save_derived(_name(where), header + _packed(found))
    return found


def _packed(found: Sample) -> bytes:
    first = json.dumps([len(found.ids), found.whole]).encode() + b"\n"
    return first + "".join(found.ids).encode() + found.directions.astype("<f4").tobytes() + found.kappas.tobytes()


def _load(store: Store, where: Where) -> Sample | None:
    """The one that is kept, unless it is absent, stale or damaged."""
    if where.conditions:
        return None
    data, header = store.load_derived(_name(where)), _header(store, where)
    if data is None or not data.startswith(header):
        return None
    line, _, body = data[len(header) :].partition(b"\n")
    try:
        count, whole = json.loads(line)
        return _unpacked(body, int(count), sphere_of(store).dimension, bool(whole))
    except (ValueError, TypeError):
        return None


def _unpacked(body: bytes, count: int, size: int, whole: bool) -> Sample:
    """Raises ValueError where the bytes are not so many."""
    texts, rows = count * _ID_BYTES, count * size * 4
    if len(body) != texts + rows + count * 8:
        raise ValueError("it was cut short")
    ids = tuple(body[start : start + _ID_BYTES].decode() for start in range(0, texts, _ID_BYTES))
    directions = np.frombuffer(body, "<f4", count * size, texts).reshape(count, size).astype(np.float32)
    return Sample(ids, directions, np.frombuffer(body, "<f8", count, texts + rows).astype(np.float64), whole)


def _header(store: Store, where: Where) -> bytes:
    """Names the state of the items and of their points."""
    return json.dumps([store.version, sphere_of(store).revision, where.modality]).encode() + b"\n"


def _name(where: Where) -> str:
    return f"sphere-sample-{where.modality or 'any'}"
