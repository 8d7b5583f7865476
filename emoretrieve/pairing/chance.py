"""What random pairings score: exactly, and in draws.

Scores are dot products, so mean and variance over all random pairings follow from sums over the two sides, without
the matrix. Variance of a random permutation's sum: Hoeffding (1951), "A combinatorial central limit theorem",
theorem 2: the sum of squares of the doubly centred matrix, divided by its number of rows less one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from emoretrieve.emotion.vectors import Floats
from emoretrieve.pairing.scores import Scores

_SEED = 20_240_602
_LOOK_UPS = 200_000_000
"""Scores that are looked up for draws, at most: fewer draws are made of sides of more than 20,000."""
_SAME_MEAN = 1e-12
"""Means this close are equal: the order of a sum changes them by less."""


@dataclass(frozen=True, slots=True)
class RandomLevel:
    """The mean score of pairs that are drawn at random, each source once and each target within its capacity."""

    mean: float
    """Over all possible pairs: exact."""
    deviation: float
    """Standard deviation of a random pairing's mean: exact."""
    drawn: Floats
    """The means of the pairings that were drawn, ascending."""

    def to_json(self) -> dict[str, object]:
        """The level, and how many pairings were drawn."""
        drawn = {"draws": len(self.drawn), "drawn_mean": float(self.drawn.mean()), "drawn_sd": float(self.drawn.std())}
        return {"mean": self.mean, "sd": self.deviation, **drawn}

    def p(self, mean: float) -> float:
        """Permutation p of a mean: (r + 1) / (draws + 1), where r draws reach it (Phipson and Smyth 2010)."""
        reaching = len(self.drawn) - int(np.searchsorted(self.drawn, mean - _SAME_MEAN, side="left"))
        return (reaching + 1) / (len(self.drawn) + 1)

    def z(self, mean: float) -> float | None:
        """Standard deviations above the mean; None where all pairings score the same."""
        return (mean - self.mean) / self.deviation if self.deviation > _SAME_MEAN else None


def random_level(scores: Scores, capacity: int, draws: int) -> RandomLevel:
    """The level of random pairings, of as many draws as are asked for or can be afforded."""
    capacity = min(capacity, len(scores.sources))
    mean = float(scores.sources.mean(axis=0) @ scores.targets.mean(axis=0))
    drawn = np.sort(_draws(scores, capacity, draws))
    return RandomLevel(mean, _deviation(scores, capacity), drawn)


def level_of_matrix(matrix: Floats, draws: int) -> RandomLevel:
    """The level of random pairings of n sources with n targets, from all their scores (n, n).

    For vectors that are too long to be looked up for every draw.
    """
    items = len(matrix)
    apart = matrix - matrix.mean(axis=0) - matrix.mean(axis=1)[:, None] + matrix.mean()
    deviation = math.sqrt(float((apart**2).sum()) / (items - 1)) / items if items > 1 else 0.0
    random, rows = np.random.default_rng(_SEED), np.arange(items)
    drawn = np.array([matrix[rows, random.permutation(items)].mean() for _ in range(draws)])
    return RandomLevel(float(matrix.mean()), deviation, np.sort(drawn))


def _deviation(scores: Scores, capacity: int) -> float:
    """Standard deviation of the mean of a random pairing; slots beyond the shorter side stay empty and score 0."""
    sides = (_Side(scores.sources, 1), _Side(scores.targets, capacity))
    few, many = sorted(sides, key=lambda side: side.slots)
    if many.slots == 1:
        return 0.0
    share = few.rows.mean(axis=0) * (few.slots / many.slots)
    scatter = few.scatter(share) + (many.slots - few.slots) * np.outer(share, share)
    variance = float((scatter * many.scatter(many.rows.mean(axis=0))).sum()) / (many.slots - 1)
    return math.sqrt(max(0.0, variance)) / few.slots


@dataclass(frozen=True, slots=True)
class _Side:
    """Vectors (n, 15), each of which is there `copies` times."""

    rows: Floats
    copies: int

    @property
    def slots(self) -> int:
        return len(self.rows) * self.copies

    def scatter(self, centre: Floats) -> Floats:
        """Sum of the outer products (15, 15) of what the vectors are away from a centre."""
        apart = self.rows - centre
        scatter: Floats = self.copies * (apart.T @ apart)
        return scatter


def _draws(scores: Scores, capacity: int, draws: int) -> Floats:
    """Means of random pairings, as many as are asked for or can be afforded.

    The sum of some pairs' scores is one sum of products. (Not BLAS: its threads wait for each other where all
    processors are busy.)
    """
    sources, slots = len(scores.sources), len(scores.targets) * capacity
    few, many = sorted((sources, slots))
    random = np.random.default_rng(_SEED)
    kept = scores.sources if sources <= slots else np.repeat(scores.targets, capacity, axis=0)
    means, others = np.empty(max(1, min(draws, _LOOK_UPS // few))), np.empty_like(kept)
    drawn_from = scores.targets if sources <= slots else scores.sources
    for draw in range(len(means)):
        drawn = random.permutation(many)[:few]
        if sources <= slots and capacity > 1:
            drawn //= capacity
        np.take(drawn_from, drawn, axis=0, out=others, mode="clip")  # all are in range; "raise" would copy
        means[draw] = np.einsum("ij,ij->", kept, others) / few
    return means
