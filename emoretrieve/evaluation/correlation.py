"""Whether two rows of numbers go together."""

from __future__ import annotations

import numpy as np

from emoretrieve.emotion.vectors import Floats


def pearson(first: Floats, second: Floats) -> float | None:
    """Pearson's r; None where either row is constant, or shorter than two."""
    if len(first) < 2 or np.ptp(first) == 0 or np.ptp(second) == 0:
        return None
    return float(np.corrcoef(first, second)[0, 1])


def spearman(first: Floats, second: Floats) -> float | None:
    """Spearman's rho: Pearson's r of the ranks, ties at their mean rank."""
    from scipy.stats import rankdata

    return pearson(rankdata(first), rankdata(second))
