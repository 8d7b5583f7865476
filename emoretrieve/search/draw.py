"""Random profiles to hold a query against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from emoretrieve.emotion.vectors import Colours
from emoretrieve.item import Modality
from emoretrieve.search.options import Source
from emoretrieve.store import Store, Where

PROFILES = 1_000
"""How many are drawn."""
ENOUGH_ITEMS = 100
"""Fewer items than this are no sample to draw from: the profiles are uniformly random then."""
_SEED = 20_240_601


@dataclass(frozen=True, slots=True)
class Draw:
    """Random profiles."""

    profiles: Colours
    """(n, 5, 3)"""
    places: Mapping[str, list[int]] = field(default_factory=dict)
    """Of each item that was drawn, the rows that hold its profile."""


def draw(store: Store, source: Source) -> Draw:
    """`PROFILES` random profiles of one kind of query, the same ones for the same collection.

    Items of that modality, drawn with replacement; uniformly random profiles where there are fewer than
    `ENOUGH_ITEMS`. For queries of one colour throughout (`text`), so have the random ones; for those of five colours
    that are no item's (`colour`), they are uniformly random.
    """
    random = np.random.default_rng(_SEED)
    if source == "text":
        colour = random.integers(0, 256, size=(PROFILES, 1, 3), dtype=np.uint8)
        return Draw(np.repeat(colour, 5, axis=1))
    if source == "colour":
        return Draw(random.integers(0, 256, size=(PROFILES, 5, 3), dtype=np.uint8))
    count = store.count(Where(source))
    if count < ENOUGH_ITEMS:
        return Draw(random.integers(0, 256, size=(PROFILES, 5, 3), dtype=np.uint8))
    return _rows(store, source, np.sort(random.integers(0, count, size=PROFILES)))


def _rows(store: Store, modality: Modality, wanted: NDArray[np.int64]) -> Draw:
    """The items at these positions (ascending, possibly repeated) in the order of their ids."""
    profiles = np.zeros((len(wanted), 5, 3), dtype=np.uint8)
    places: dict[str, list[int]] = {}
    start = 0
    for ids, batch in store.profiles(Where(modality)):
        first, last = np.searchsorted(wanted, (start, start + len(ids)))
        for place in range(first, last):
            row = int(wanted[place]) - start
            profiles[place] = batch[row]
            places.setdefault(ids[row], []).append(place)
        start += len(ids)
    return Draw(profiles, places)
