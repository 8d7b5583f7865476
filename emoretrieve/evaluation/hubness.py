"""Hubness: whether a few targets are among the nearest of nearly everyone.

In many dimensions, and wherever vectors crowd around their mean, some points become neighbours of many others while
most are neighbours of none (Radovanovic, Nanopoulos and Ivanovic 2010, "Hubs in space", JMLR 11). What a search then
finds depends little on what was asked.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Self

import numpy as np

from emoretrieve.emotion.vectors import Floats
from emoretrieve.evaluation.nearest import NEAREST, nearest
from emoretrieve.pairing.scores import Scores


@dataclass(frozen=True, slots=True)
class Hubness:
    """Of the k-occurrence N_k: how many sources have a target among their k nearest."""

    k: int
    """10, or all targets where there are fewer."""
    skewness: float
    """Third standardised moment of N_k over the targets (of the population); 0 where all are found equally often."""
    chance_skewness: float
    """The same where every source found k targets at random: N_k is binomial then."""
    never: float
    """Share of the targets that nobody finds: anti-hubs."""
    chance_never: float
    most: int
    """The largest N_k: how many sources find the greatest hub."""

    def to_json(self) -> dict[str, object]:
        return asdict(self)

    @classmethod
    def of(cls, scores: Scores) -> Self:
        """Of targets (columns) as sources (rows) find them."""
        sources, targets = scores.shape
        k = min(NEAREST, targets)
        found = np.bincount(nearest(scores, k).reshape(-1), minlength=targets).astype(np.float64)
        share = k / targets
        spread = math.sqrt(sources * share * (1 - share))
        return cls(
            k,
            _skewness(found),
            (1 - 2 * share) / spread if spread > 0 else 0.0,
            float((found == 0).mean()),
            (1 - share) ** sources,
            int(found.max()),
        )


def _skewness(values: Floats) -> float:
    apart = values - values.mean()
    variance = float((apart**2).mean())
    return float((apart**3).mean()) / variance**1.5 if variance > 0 else 0.0
