"""How far two runs agree on the same items: correlation and intraclass correlation.

Of n items rated by two runs (Shrout and Fleiss 1979, "Intraclass correlations: uses in assessing rater reliability";
names as in McGraw and Wong 1996):

- ICC(2,1), absolute agreement of single ratings by runs drawn at random:
  (MSR - MSE) / (MSR + (k - 1) MSE + k (MSC - MSE) / n)
- ICC(3,1), consistency of single ratings by these very runs: (MSR - MSE) / (MSR + (k - 1) MSE)

MSR, MSC and MSE are the mean squares of rows, columns and the rest of a two-way analysis of variance.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Self

import numpy as np

from emoretrieve.emotion.vectors import Floats
from emoretrieve.evaluation.correlation import pearson

_NONE = 1e-12
"""Mean squares below, beside the whole, are rounding."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of ratings of the same items by two runs; None where nothing varies."""

    count: int
    pearson: float | None
    """-1..1; blind to shifts and scale. 0 by chance."""
    icc_2_1: float | None
    """Up to 1; a shift between the runs lowers it. 0 by chance."""
    icc_3_1: float | None
    """Up to 1; blind to shifts, not to scale. 0 by chance."""
    difference: float
    """Mean absolute difference, in the ratings' own units."""

    def to_json(self) -> dict[str, object]:
        return asdict(self)

    @classmethod
    def of(cls, first: Floats, second: Floats) -> Self:
        """Of two runs' ratings (n,) of the same items."""
        ratings = np.stack([first, second], axis=1)
        return cls(
            len(first),
            pearson(first, second),
            icc_2_1(ratings),
            icc_3_1(ratings),
            float(np.abs(first - second).mean()),
        )


def icc_2_1(ratings: Floats) -> float | None:
    """ICC(2,1) of (n, k) ratings of at least two items."""
    squares = _mean_squares(ratings)
    if squares is None:
        return None
    items, runs = len(ratings), len(ratings[0])
    below = squares.rows + (runs - 1) * squares.rest + runs * (squares.columns - squares.rest) / items
    return (squares.rows - squares.rest) / below


def icc_3_1(ratings: Floats) -> float | None:
    """ICC(3,1) of (n, k) ratings of at least two items."""
    squares = _mean_squares(ratings)
    if squares is None:
        return None
    return (squares.rows - squares.rest) / (squares.rows + (len(ratings[0]) - 1) * squares.rest)


@dataclass(frozen=True, slots=True)
class _MeanSquares:
    rows: float
    columns: float
    rest: float


def _mean_squares(ratings: Floats) -> _MeanSquares | None:
    """None where there are fewer than two items, or they do not vary at all."""
    items, runs = ratings.shape
    if items < 2:
        return None
    apart = ratings - ratings.mean()
    of_rows, of_columns = apart.mean(axis=1), apart.mean(axis=0)
    rest = apart - of_rows[:, None] - of_columns
    squares = _MeanSquares(
        runs * float((of_rows**2).sum()) / (items - 1),
        items * float((of_columns**2).sum()) / (runs - 1),
        float((rest**2).sum()) / ((items - 1) * (runs - 1)),
    )
    varies = squares.rows + squares.rest > _NONE * max(1.0, float((ratings**2).mean()))
    return squares if varies else None
