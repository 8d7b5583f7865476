"""Similarities of many items as sums, from which one can be taken away and to which others can be added."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

from emoretrieve.emotion.vectors import Floats
from emoretrieve.rescoring.similarity import UNKNOWN, Background
from emoretrieve.search.chance import Chance

_NO_VARIANCE = 1e-12
"""Variances below this are rounding errors: similarities lie between -1 and 1."""


@dataclass(frozen=True, slots=True)
class Sums:
    """Of similarities to one query."""

    count: int
    total: float
    squares: float | None
    """None where it is unknown."""

    @classmethod
    def of(cls, similarities: Floats) -> Self:
        return cls(len(similarities), float(similarities.sum()), float(similarities @ similarities))

    def __add__(self, other: Sums) -> Sums:
        squares = None if self.squares is None or other.squares is None else self.squares + other.squares
        return Sums(self.count + other.count, self.total + other.total, squares)

    def without(self, similarity: float) -> Sums:
        """Of all but one item."""
        squares = None if self.squares is None else self.squares - similarity**2
        return Sums(self.count - 1, self.total - similarity, squares)

    @property
    def background(self) -> Background:
        """Mean and standard deviation."""
        if self.count < 1:
            return UNKNOWN
        mean = self.total / self.count
        variance = 0.0 if self.squares is None else self.squares / self.count - mean**2
        deviation = math.sqrt(variance) if variance > _NO_VARIANCE and self.count > 1 else None
        return Background(Chance(mean, deviation), self.count)
