"""Some scores in six numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from emoretrieve.emotion.vectors import Floats


@dataclass(frozen=True, slots=True)
class Distribution:
    """Of at least one score."""

    count: int
    mean: float
    median: float
    deviation: float
    """Standard deviation of the population (divided by the count)."""
    lowest: float
    highest: float

    @classmethod
    def of(cls, scores: Floats) -> Self:
        return cls(
            len(scores),
            float(scores.mean()),
            float(np.median(scores)),
            float(scores.std()),
            float(scores.min()),
            float(scores.max()),
        )
