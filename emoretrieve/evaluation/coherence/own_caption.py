"""Whether an item finds its own caption among those of all items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from emoretrieve.emotion.vectors import Floats
from emoretrieve.evaluation.interval import Interval, mean_interval

_SAME = 1e-9
"""Cosines this close are equal: the order of a sum changes them by less."""
_CELLS_AT_ONCE = 4_000_000
"""32 MB of cosines."""


@dataclass(frozen=True, slots=True)
class Found:
    """A measure of retrieval, 0..1, over items."""

    value: float
    interval: Interval | None
    random: float
    """Of any order: exact."""

    def to_json(self) -> dict[str, object]:
        interval = None if self.interval is None else self.interval.to_json()
        return {"value": self.value, "interval": interval, "random": self.random}


@dataclass(frozen=True, slots=True)
class OwnCaption:
    """Each item asks for its own caption; captions that are equally near stand in every order alike.

    So captions that several items have to the letter gain nothing by how ties are broken.
    """

    first: Found
    """R@1: how often it is the nearest."""
    reciprocal: Found
    """MRR: the mean of 1 / its rank (Voorhees 1999)."""

    def to_json(self) -> dict[str, object]:
        return {"r_at_1": self.first.to_json(), "mrr": self.reciprocal.to_json()}

    @classmethod
    def of(cls, media: Floats, texts: Floats) -> Self:
        """Of rows (n, d) each, whose dot products are the scores; the own caption stands in the same row."""
        count = len(media)
        nearer, equal = _ranks(media, texts)
        inverse = np.concatenate([[0.0], np.cumsum(1 / np.arange(1, count + 1))])
        reciprocal = (inverse[nearer + equal] - inverse[nearer]) / equal
        first = np.where(nearer == 0, 1 / equal, 0.0)
        return cls(
            Found(float(first.mean()), mean_interval(first), 1 / count),
            Found(float(reciprocal.mean()), mean_interval(reciprocal), float(inverse[-1]) / count),
        )


def _ranks(media: Floats, texts: Floats) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], ...]:
    """(n,) each: captions that are nearer than the own, and those that are as near, itself among them."""
    own = np.einsum("nd,nd->n", media, texts)
    nearer, equal = np.empty((2, len(media)), np.int64)
    height = max(1, _CELLS_AT_ONCE // len(media))
    for start in range(0, len(media), height):
        rows = slice(start, start + height)
        apart = media[rows] @ texts.T - own[rows, None]
        nearer[rows] = (apart > _SAME).sum(axis=1)
        equal[rows] = (np.abs(apart) <= _SAME).sum(axis=1)
    return nearer, equal
