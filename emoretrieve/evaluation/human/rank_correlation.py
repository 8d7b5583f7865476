"""Whether pairs of higher scores are rated higher: Spearman's rho of the score of a pair and its mean rating.

Over all pairs the rho is that of extremes: best and worst pairs were chosen by score, so it lies further from 0 than it
would for pairs as they come. Over the random pairs alone it is what it would be.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emoretrieve.emotion.vectors import Floats
from emoretrieve.evaluation.correlation import spearman
from emoretrieve.evaluation.human.design import Kind
from emoretrieve.evaluation.human.ratings import Ratings
from emoretrieve.evaluation.human.resampling import Resamples, percentiles
from emoretrieve.evaluation.interval import Interval

_SEED = 20_261_129
_SAME = 1e-12


@dataclass(frozen=True, slots=True)
class RankCorrelation:
    """Spearman's rho, 0 by chance; None for fewer than three pairs, or where scores or mean ratings are the same."""

    over: str
    """Which pairs: `all` or `random`."""
    pairs: int
    value: float | None
    interval: Interval | None
    """Participants and pairs are drawn again."""
    p: float | None
    """Share of permutations of the pairs whose rho is as high, (r + 1) / (draws + 1)."""

    def to_json(self) -> dict[str, object]:
        return {
            "over": self.over,
            "pairs": self.pairs,
            "value": self.value,
            "chance": 0.0,
            "interval": None if self.interval is None else self.interval.to_json(),
            "p": self.p,
        }


def rank_correlation(ratings: Ratings, over: str, kinds: tuple[Kind, ...], resamples: Resamples) -> RankCorrelation:
    """Over the pairs of these kinds that somebody rated."""
    own = ratings.places(*kinds)
    own = own[~np.isnan(ratings.values[:, own]).all(axis=0)]
    scores, means = ratings.scores[own], np.nanmean(ratings.values[:, own], axis=0) if len(own) else np.zeros(0)
    value = spearman(scores, means) if len(own) > 2 else None
    if value is None:
        return RankCorrelation(over, len(own), None, None, None)
    p = _permutation_p(scores, means, value, len(resamples.raters))
    return RankCorrelation(over, len(own), value, percentiles(_drawn_again(ratings, kinds, resamples)), p)


def _drawn_again(ratings: Ratings, kinds: tuple[Kind, ...], resamples: Resamples) -> Floats:
    """(b,) rho in each draw; NaN where nothing varies in it, or a pair of it was rated by nobody in it."""
    given = ~np.isnan(ratings.values)
    total, count = (resamples.raters @ table for table in (np.nan_to_num(ratings.values), given.astype(np.float64)))
    means = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
    places = resamples.places[:, ratings.places(*kinds)]
    return _row_by_row(ratings.scores[places], np.take_along_axis(means, places, axis=1))


def _permutation_p(scores: Floats, means: Floats, value: float, draws: int) -> float:
    random = np.random.default_rng(_SEED)
    drawn = _row_by_row(random.permuted(np.tile(scores, (draws, 1)), axis=1), np.tile(means, (draws, 1)))
    return (int((drawn >= value - _SAME).sum()) + 1) / (draws + 1)


def _row_by_row(first: Floats, second: Floats) -> Floats:
    """(b,) Spearman's rho of each row of (b, n); NaN where a row is constant or holds NaN."""
    from scipy.stats import rankdata

    ranks = [rankdata(table, axis=1) for table in (first, second)]
    apart = [table - table.mean(axis=1, keepdims=True) for table in ranks]
    below = np.sqrt((apart[0] ** 2).sum(axis=1) * (apart[1] ** 2).sum(axis=1))
    known = (below > 0) & ~np.isnan(second).any(axis=1)
    found: Floats = np.full(len(first), np.nan)
    np.divide((apart[0] * apart[1]).sum(axis=1), below, out=found, where=known)
    return found
