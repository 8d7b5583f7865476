"""The same measures for a random ranking: exact expectations over all orders, all equally likely.

Of `count` items, `relevant` of which are relevant, at least one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from emoretrieve.emotion.vectors import Floats
from emoretrieve.evaluation.truth.ranking import discounts


def expected_precision(count: int, relevant: int, k: int) -> float:
    """Every rank is relevant with probability relevant / count."""
    return relevant / count * min(k, count) / k


def expected_recall(count: int, k: int) -> float:
    """Whatever is relevant stands on the first k ranks with probability k / count."""
    return min(k, count) / count


def first_rank_probabilities(count: int, relevant: int) -> Floats:
    """(count,) probability that the first relevant item has the rank 1, 2, ...: negative hypergeometric."""
    later = _nothing_yet(count, relevant)
    return np.concatenate([[1.0], later[:-1]]) - later


def expected_reciprocal_rank(count: int, relevant: int) -> float:
    """The mean of 1 / first rank."""
    return float((first_rank_probabilities(count, relevant) / np.arange(1, count + 1)).sum())


def expected_average_precision(count: int, relevant: int) -> float:
    """Where rank r is relevant, each of the r - 1 above is so with probability (relevant - 1) / (count - 1)."""
    if count == 1:
        return 1.0
    ranks = np.arange(1, count + 1)
    return float(((1 + (ranks - 1) * (relevant - 1) / (count - 1)) / ranks).mean())


def expected_ndcg(grades: Floats) -> float:
    """Every rank has the mean grade on average."""
    weights = discounts(len(grades))
    return float(grades.mean() * weights.sum()) / float(np.sort(grades)[::-1] @ weights)


def median_first_rank(queries: Sequence[tuple[int, int]]) -> int:
    """The median of the first rank over all queries, each of (count, relevant), ranked at random."""
    ranks = max(count for count, _ in queries)
    later = np.zeros(ranks)
    for (count, relevant), times in zip(*np.unique(queries, axis=0, return_counts=True), strict=True):
        later[:count] += times * _nothing_yet(int(count), int(relevant))
    return int(np.argmax(later <= 0.5 * len(queries))) + 1


def _nothing_yet(count: int, relevant: int) -> Floats:
    """(count,) probability that none of the first 1, 2, ... ranks is relevant."""
    ranks = np.arange(count)
    shares = np.maximum(0, count - relevant - ranks) / (count - ranks)
    return np.cumprod(shares, dtype=np.float64)
