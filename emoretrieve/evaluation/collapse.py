"""Signs that colours were not measured but made up of a few round numbers."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from emoretrieve.emotion.vectors import Colours

ROUND_BY_CHANCE = 52 / 256
"""Share of multiples of 5 among the numbers from 0 to 255."""


@dataclass(frozen=True, slots=True)
class Collapse:
    """Of the colours of some items."""

    multiples_of_five: float
    """Share of the channels; `ROUND_BY_CHANCE` of numbers that are spread evenly."""
    distinct_wholes: int
    """How many different colours the wholes have."""
    distinct_profiles: int
    """How many different sets of five colours there are."""
    entropy_bits: float
    """Shannon's entropy of the colours of the wholes, from 0 (all have one) to log2 of their number (all differ)."""
    tied: float
    """Share of the items whose five colours are those of another item: no match can tell them apart."""

    def to_json(self) -> dict[str, object]:
        return asdict(self)

    @classmethod
    def of(cls, profiles: Colours) -> Self:
        """Of (n, 5, 3) colours of at least one item."""
        wholes, all_five = _counts(profiles[:, 0]), _counts(profiles)
        shares = wholes / len(profiles)
        return cls(
            float((profiles % 5 == 0).mean()),
            len(wholes),
            len(all_five),
            float(-(shares * np.log2(shares)).sum()) + 0.0,
            float(all_five[all_five > 1].sum()) / len(profiles),
        )


def _counts(colours: Colours) -> NDArray[np.int64]:
    """How often each different row occurs."""
    counts: NDArray[np.int64] = np.unique(colours.reshape(len(colours), -1), axis=0, return_counts=True)[1]
    return counts
