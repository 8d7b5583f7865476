"""Participants and pairs drawn again, both at once: other people could have come, and other pairs been shown.

Owen (2007), "The pigeonhole bootstrap" (Annals of Applied Statistics 1, 386-411): rows and columns are drawn with
replacement, independently; its variance is that of crossed random effects, or a little more. Pairs are drawn within
their kind, for the study has as many of each as it was designed to have. Intervals are percentiles.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from emoretrieve.emotion.vectors import Floats
from emoretrieve.evaluation.human.design import KINDS
from emoretrieve.evaluation.human.ratings import Places, Ratings
from emoretrieve.evaluation.interval import LEVEL, Interval

DRAWS = 9_999
_SEED = 20_261_127


@dataclass(frozen=True)
class Resamples:
    """b draws of r participants and p pairs."""

    raters: Floats
    """(b, r) how often each participant was drawn."""
    places: Places
    """(b, p) which pair was drawn for each pair; of the same kind."""

    @classmethod
    def of(cls, ratings: Ratings, draws: int = DRAWS) -> Self:
        """As many draws, always the same."""
        random = np.random.default_rng(_SEED)
        raters = random.multinomial(ratings.raters, np.full(ratings.raters, 1 / ratings.raters), size=draws)
        places = np.empty((draws, len(ratings.kinds)), dtype=np.int64)
        for kind in KINDS:
            own = ratings.places(kind)
            places[:, own] = random.choice(own, size=(draws, len(own)))
        return cls(raters.astype(np.float64), places)

    def counts(self, own: Places) -> Floats:
        """(b, n) how often each of these n pairs was drawn."""
        draws, pairs = self.places.shape
        shifted = self.places + pairs * np.arange(draws)[:, None]
        counts = np.bincount(shifted.ravel(), minlength=draws * pairs).reshape(draws, pairs)
        return counts[:, own].astype(np.float64)


def percentiles(drawn: Floats) -> Interval | None:
    """The middle 95 % of drawn values, those left out of which nothing could be computed; None where none is left."""
    known = drawn[~np.isnan(drawn)]
    if not len(known):
        return None
    low, high = np.quantile(known, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(float(low), float(high))
