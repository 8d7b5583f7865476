"""How often one kind of pair is rated above another one by the same participant.

Each comparison is of two pairs that one participant rated; a tie counts half. So it does not matter that some people
use the upper end of a scale and others the lower one. The share is the probability of superiority (Mann and Whitney
1947; McGraw and Wong 1992), within participants; its chance level is 0.5.

p: the share of divisions of the same pairs into two kinds whose share is as high, (r + 1) / (draws + 1) (Phipson and
Smyth 2010). The pairs are what is divided, not the ratings: those of one pair belong together.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from emoretrieve.emotion.vectors import Floats
from emoretrieve.evaluation.human.design import Kind
from emoretrieve.evaluation.human.ratings import Ratings
from emoretrieve.evaluation.human.resampling import Resamples, percentiles
from emoretrieve.evaluation.interval import Interval

CHANCE = 0.5
_SEED = 20_261_128
_AT_ONCE = 500
"""Draws in memory at a time."""
_SAME = 1e-12
"""Shares this close are equal: the order of a sum changes them by less."""


@dataclass(frozen=True, slots=True)
class Preference:
    """Of one kind over another one."""

    of: Kind
    over: Kind
    comparisons: int
    value: float
    """Share of the comparisons that it wins, ties half."""
    ties: float
    """Share of the comparisons that are ties."""
    interval: Interval | None
    """Participants and pairs are drawn again."""
    p: float

    def to_json(self) -> dict[str, object]:
        return {
            **asdict(self),
            "chance": CHANCE,
            "interval": None if self.interval is None else self.interval.to_json(),
        }


def preference(ratings: Ratings, of: Kind, over: Kind, resamples: Resamples) -> Preference | None:
    """None where nobody rated a pair of each kind."""
    won, made = _comparisons(ratings, of, over)
    total = made.sum()
    if total == 0:
        return None
    value = float(won.sum() / total)
    ties = float((won == 0.5).sum() / total)
    drawn = _drawn_again(ratings, of, over, resamples)
    p = _permutation_p(ratings, of, over, value, len(resamples.raters))
    return Preference(of, over, int(total), value, ties, percentiles(drawn), p)


def _comparisons(ratings: Ratings, of: Kind, over: Kind) -> tuple[Floats, Floats]:
    """(r, n, m): what each comparison is worth to the first kind (0, 0.5 or 1), and whether it was made."""
    return _compared(ratings.values[:, ratings.places(of)], ratings.values[:, ratings.places(over)])


def _compared(first: Floats, second: Floats) -> tuple[Floats, Floats]:
    apart = first[:, :, None] - second[:, None, :]
    made = ~np.isnan(apart)
    won = np.where(made, (np.sign(np.nan_to_num(apart)) + 1) / 2, 0.0)
    return won, made.astype(np.float64)


def _drawn_again(ratings: Ratings, of: Kind, over: Kind, resamples: Resamples) -> Floats:
    """(b,) the share in each draw; NaN where a draw holds no comparison."""
    won, made = (table.reshape(ratings.raters, -1) for table in _comparisons(ratings, of, over))
    first, second = (resamples.counts(ratings.places(kind)) for kind in (of, over))
    shares = []
    for start in range(0, len(first), _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        pairs = (first[some, :, None] * second[some, None, :]).reshape(len(first[some]), -1)
        above, below = (((resamples.raters[some] @ table) * pairs).sum(axis=1) for table in (won, made))
        shares.append(np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0))
    return np.concatenate(shares)


def _permutation_p(ratings: Ratings, of: Kind, over: Kind, value: float, draws: int) -> float:
    own = ratings.places(of, over)
    values = ratings.values[:, own]
    won, made = (table.sum(axis=0) for table in _compared(values, values))
    random = np.random.default_rng(_SEED)
    is_first = np.array([ratings.kinds[place] == of for place in own], dtype=np.float64)
    reaching = counted = 0
    for start in range(0, draws, _AT_ONCE):
        some = random.permuted(np.tile(is_first, (min(_AT_ONCE, draws - start), 1)), axis=1)
        above, below = (((some @ table) * (1 - some)).sum(axis=1) for table in (won, made))
        possible = below > 0
        counted += int(possible.sum())
        reaching += int((above[possible] >= (value - _SAME) * below[possible]).sum())
    return (reaching + 1) / (counted + 1)
