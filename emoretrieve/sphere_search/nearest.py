"""The items nearest to a point: a shortlist by cosine, scored again, and doubled until it is certain."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np

from emoretrieve.sphere.point import SpherePoint
from emoretrieve.sphere.rescore import Floats, Rescorer, Shortlist, closed_form, rescore
from emoretrieve.sphere.stored import KAPPA, SPHERE
from emoretrieve.store import EVERYTHING, Store, VectorHit, Where

_LONGEST = 100_000
"""Items that a shortlist grows to at most: beyond, an answer that is not certain says so."""


@dataclass(frozen=True, slots=True)
class Near:
    """One item and how near it is."""

    id: str
    score: float
    cosine: float
    kappa: float


@dataclass(frozen=True, slots=True)
class Nearest:
    """The best items, the best first."""

    found: tuple[Near, ...]
    exact: bool
    """Whether certainly no other item belongs here."""
    complete: bool
    """Whether every item was looked at."""
    shortlist: int
    """Items that were scored."""


@dataclass(frozen=True, slots=True)
class Search:
    """A search for the nearest items."""

    point: SpherePoint
    distance: str
    where: Where = EVERYTHING
    exclude: Collection[str] = field(default_factory=frozenset)

    @property
    def rescorer(self) -> Rescorer:
        return Rescorer(self.point.kappa, self.point.dimension, closed_form(self.distance))


def nearest(store: Store, search: Search, wanted: int, shortlist: int) -> Nearest:
    """The `wanted` best items by a closed form; equal ones by ascending id."""
    length = max(shortlist, wanted)
    while True:
        found = best_of_shortlist(store, search, wanted, length)
        if found.exact or length >= _LONGEST:
            return found
        length *= 2


def best_of_shortlist(store: Store, search: Search, wanted: int, length: int) -> Nearest:
    """The `wanted` best of so many items of the best cosines, and whether these are the best of all."""
    hits = store.nearest_vectors(
        SPHERE, search.point.direction, where=search.where, limit=length, exclude=search.exclude
    )
    bounds = store.number_bounds(SPHERE)
    if bounds is None or not hits:
        return Nearest((), exact=True, complete=True, shortlist=0)
    listed = _shortlist(hits, complete=len(hits) < length)
    again = rescore(search.rescorer, listed, wanted, bounds)
    best = zip(again.order[:wanted].tolist(), again.scores.tolist(), strict=False)
    return Nearest(tuple(_near(listed, place, score) for place, score in best), again.exact, listed.complete, len(hits))


def _shortlist(hits: list[VectorHit], *, complete: bool) -> Shortlist:
    cosines: Floats = np.array([hit.cosine for hit in hits])
    return Shortlist([hit.id for hit in hits], cosines, np.array([hit.numbers[KAPPA] for hit in hits]), complete)


def _near(listed: Shortlist, place: int, score: float) -> Near:
    return Near(listed.ids[place], score, float(listed.cosines[place]), float(listed.kappas[place]))
