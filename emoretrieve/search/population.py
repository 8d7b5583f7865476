"""The items that a query is compared with: how many, and the moments of their vectors."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import numpy as np

from emoretrieve.emotion.vectors import Floats, Space, colours, vectors
from emoretrieve.item import MODALITIES, Item
from emoretrieve.search.query import Query
from emoretrieve.store import Moments, Store, Where

READ_LIMIT = 100_000
"""Statistics that the collection does not keep are computed while a query waits from up to this many items; beyond
it they are unknown."""


@dataclass(frozen=True, slots=True)
class Population:
    """The items that can be results of a query."""

    count: int
    moments: Moments | None
    """Of their vectors; None where they are unknown."""


def population(store: Store, space: Space, where: Where, query: Query) -> Population:
    """Count and moments of the items of `where`, without the query itself.

    Exact: from the moments kept per modality, or, under conditions, from the items that meet them.
    """
    if where.conditions:
        return _read(store, space, where, query)
    searched = MODALITIES if where.modality is None else (where.modality,)
    kept = [store.moments(space, modality) for modality in searched]
    kept += [_taken_away(space, item) for item in query.stored if item.modality in searched]
    moments = reduce(pooled, kept)
    return Population(moments.count, moments)


def pooled(first: Moments, second: Moments) -> Moments:
    """Moments of both sets together (the pairwise update of Chan, Golub and LeVeque 1983)."""
    count = first.count + second.count
    if count == 0:
        return moments_of(np.zeros((0, 15)))
    difference = second.mean - first.mean
    share = second.count / count
    spread = np.outer(difference, difference) * (first.count * share)
    scatter = first.covariance * first.count + second.covariance * second.count + spread
    return Moments(count, first.mean + difference * share, scatter / count)


def moments_of(rows: Floats) -> Moments:
    """Mean and covariance of vectors (n, 15); zeros of none."""
    if not len(rows):
        return Moments(0, np.zeros(15), np.zeros((15, 15)))
    mean: Floats = rows.mean(axis=0)
    apart = rows - mean
    return Moments(len(rows), mean, apart.T @ apart / len(rows))


def _taken_away(space: Space, item: Item) -> Moments:
    """What, pooled with a set that holds the item, leaves the rest: the item's vector, minus one time."""
    return Moments(-1, vectors(space, colours([item.profile]))[0], np.zeros((15, 15)))


def _read(store: Store, space: Space, where: Where, query: Query) -> Population:
    """Count and moments from the items themselves, batch by batch."""
    count = store.count(where)
    if count > READ_LIMIT:
        return Population(count, None)
    moments = moments_of(np.zeros((0, 15)))
    for ids, batch in store.profiles(where):
        others = np.array([id not in query.left_out for id in ids], dtype=bool)
        moments = pooled(moments, moments_of(vectors(space, batch[others])))
    return Population(moments.count, moments)
