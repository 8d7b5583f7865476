"""Signs that colours were not measured but made up of a few round numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from emoretrieve.emotion.vectors import Colours


@dataclass(frozen=True, slots=True)
class Collapse:
    """Of the colours of some items."""

    multiples_of_five: float
    """Share of the channels; one in five of numbers that are spread evenly."""
    distinct_wholes: int
    """How many different colours the wholes have."""

    @classmethod
    def of(cls, profiles: Colours) -> Self:
        return cls(float((profiles % 5 == 0).mean()), len(np.unique(profiles[:, 0], axis=0)))
