"""Whether participants agree: Krippendorff's alpha, by the library `krippendorff`.

Krippendorff (2011), "Computing Krippendorff's alpha-reliability": 1 - observed / expected disagreement of the ratings
of the same pair; 1 where all agree, 0 by chance. Pairs that nobody or one participant rated do not count. The interval:
pairs are drawn again, within their kind (Zapf, Castell, Morawietz and Karch 2016); not participants, for one who is
drawn twice would agree with himself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from emoretrieve.errors import MissingDependency
from emoretrieve.evaluation.human.ratings import Ratings
from emoretrieve.evaluation.human.resampling import Resamples, percentiles
from emoretrieve.evaluation.interval import Interval

Level: TypeAlias = Literal["ordinal", "interval"]
"""Of measurement: only the order of ratings counts, or their distance as well."""

DRAWS = 1_999
"""At most: each draw asks the library again."""


@dataclass(frozen=True, slots=True)
class Alpha:
    """Krippendorff's alpha; None where it is not defined, with the reason."""

    level: Level
    value: float | None
    interval: Interval | None
    undefined: str | None
    """Why there is no value: a clause."""

    def to_json(self) -> dict[str, object]:
        interval = None if self.interval is None else self.interval.to_json()
        return {"level": self.level, "value": self.value, "interval": interval, "undefined": self.undefined}


def alpha(ratings: Ratings, level: Level, resamples: Resamples) -> Alpha:
    """Agreement on the first ratings; raises MissingDependency where `krippendorff` is not installed."""
    counts = value_counts(ratings)
    reason = _undefined(ratings, counts)
    if reason is not None:
        return Alpha(level, None, None, reason)
    drawn = [_alpha(counts[places], level) for places in resamples.places[:DRAWS]]
    return Alpha(level, _alpha(counts, level), percentiles(np.array(drawn)), None)


def value_counts(ratings: Ratings) -> NDArray[np.int64]:
    """(p, points) how many participants gave each pair each point of the scale."""
    points = np.arange(1, ratings.points + 1)
    counts: NDArray[np.int64] = (ratings.values.T[:, :, None] == points).sum(axis=1)
    return counts


def _undefined(ratings: Ratings, counts: NDArray[np.int64]) -> str | None:
    if ratings.raters < 2:
        return "one participant cannot agree with anybody"
    shared = counts[counts.sum(axis=1) >= 2]
    if not len(shared):
        return "no pair was rated by two participants"
    if (shared.sum(axis=0) > 0).sum() < 2:
        return "all ratings are the same"
    return None


def _alpha(counts: NDArray[np.int64], level: Level) -> float:
    """NaN where a draw of pairs holds one rating only."""
    try:
        import krippendorff
    except ImportError as error:
        raise MissingDependency(
            "Krippendorff's alpha needs krippendorff: pip install 'emoretrieve[evaluation]'."
        ) from error
    shared = counts[counts.sum(axis=1) >= 2]
    if (shared.sum(axis=0) > 0).sum() < 2:
        return np.nan
    domain = np.arange(1, counts.shape[1] + 1)
    return float(krippendorff.alpha(value_counts=shared, value_domain=domain, level_of_measurement=level))
