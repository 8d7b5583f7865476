"""Ranks where each query has one right answer, and what they come to.

rank = 1 + targets that score higher + half of the others that score the same, so that a model which cannot tell items
apart ranks at chance, not at the top.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

DEPTHS = (1, 5, 10, 15)


@dataclass(frozen=True, slots=True)
class Retrieval:
    """The measures of the paper's tables."""

    mrr: float
    """Mean of 1 / rank, 0..1."""
    recall: tuple[float, float, float, float]
    """Share of queries whose answer stands within the first 1, 5, 10 and 15, 0..1."""
    median_rank: float


def ranks(scores: NDArray[np.floating], answers: NDArray[np.intp]) -> Floats:
    """The rank (n,) of the right target of each query: `scores` (n, m), `answers` (n,) columns."""
    right = scores[np.arange(len(scores)), answers][:, None]
    higher = (scores > right).sum(axis=1)
    same = (scores == right).sum(axis=1) - 1
    found: Floats = 1 + higher + 0.5 * same
    return found


def measured(found: Floats) -> Retrieval:
    """The measures of ranks (n,), n >= 1."""
    first, five, ten, fifteen = (float((found <= depth).mean()) for depth in DEPTHS)
    return Retrieval(float((1 / found).mean()), (first, five, ten, fifteen), float(np.median(found)))


def chance(gallery: int) -> Retrieval:
    """The expectation for a random order of so many targets: H_N / N, k / N, and the median rank (N + 1) / 2."""
    first, five, ten, fifteen = (min(depth, gallery) / gallery for depth in DEPTHS)
    mrr = float((1 / np.arange(1, gallery + 1)).sum()) / gallery
    return Retrieval(mrr, (first, five, ten, fifteen), (gallery + 1) / 2)
