"""What a random item would score: the chance level of a query and how far above it a score is."""

from __future__ import annotations

import math
from dataclasses import dataclass

from emoretrieve.emotion.vectors import Floats
from emoretrieve.store import Moments

_NO_VARIANCE = 1e-13
"""Variances below this share of the query's squared length are rounding errors: all items score the same."""


@dataclass(frozen=True, slots=True)
class Chance:
    """Mean and standard deviation of the scores of the items searched; None where unknown or undefined."""

    mean: float | None
    deviation: float | None

    @classmethod
    def of(cls, query: Floats, moments: Moments | None) -> Chance:
        """A random item's score for the query `q` has mean `q . mean` and variance `q' covariance q`."""
        if moments is None or moments.count < 1:
            return cls(None, None)
        variance = float(query @ moments.covariance @ query)
        defined = moments.count > 1 and variance > _NO_VARIANCE * float(query @ query)
        return cls(float(query @ moments.mean), math.sqrt(variance) if defined else None)

    def z(self, score: float) -> float | None:
        """Standard deviations above the mean."""
        if self.mean is None or self.deviation is None:
            return None
        return (score - self.mean) / self.deviation
