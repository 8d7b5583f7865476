"""Measures of one ranking: how good what stands on top is.

A ranking is given by its grades (n,), the first rank first. There is at least one relevant
item. All measures but `first_rank` lie within 0..1, and 1 is best.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from emoretrieve.emotion.vectors import Floats

Relevant = NDArray[np.bool_]


def precision(relevant: Relevant, k: int) -> float:
    """P@k: share of the first k ranks that hold something relevant; ranks beyond the last hold nothing."""
    return float(relevant[:k].sum()) / k


def recall(relevant: Relevant, k: int) -> float:
    """R@k: share of what is relevant that stands on the first k ranks."""
    return float(relevant[:k].sum()) / float(relevant.sum())


def first_rank(relevant: Relevant) -> int:
    """The rank, from 1, of the first that is relevant."""
    return int(relevant.argmax()) + 1


def reciprocal_rank(relevant: Relevant) -> float:
    """1 / first rank; its mean over queries is MRR (Voorhees 1999)."""
    return 1 / first_rank(relevant)


def average_precision(relevant: Relevant) -> float:
    """The mean of P@r over the ranks r of what is relevant; its mean over queries is MAP (Buckley, Voorhees 2000)."""
    ranks = np.flatnonzero(relevant) + 1
    return float((np.arange(1, len(ranks) + 1) / ranks).mean())


def ndcg(grades: Floats) -> float:
    """Normalised discounted cumulative gain over all ranks (Jarvelin and Kekalainen 2002): the gain is the grade, the
    discount log2(rank + 1), the norm that of the ideal order. One grade is above 0."""
    weights = discounts(len(grades))
    return float(grades @ weights) / float(np.sort(grades)[::-1] @ weights)


def discounts(ranks: int) -> Floats:
    """1 / log2(rank + 1) for the ranks from 1 on."""
    return 1 / np.log2(np.arange(2, ranks + 2))
