"""The measures of a ranking, each with its level for a random and for an ideal one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from emoretrieve.emotion.vectors import Floats
from emoretrieve.evaluation.truth import random_ranking, ranking
from emoretrieve.evaluation.truth.ranking import Relevant

DEPTHS = (1, 5, 10)


@dataclass(frozen=True, slots=True)
class Judged:
    """One ranking: its grades, what of it is relevant (at least one item), and how many items these are."""

    grades: Floats
    relevant: Relevant

    @property
    def counts(self) -> tuple[int, int]:
        """Items, and relevant items."""
        return len(self.relevant), int(self.relevant.sum())


@dataclass(frozen=True, slots=True)
class Levels:
    """A measure of one ranking, of a random order of the same items on average, and of the best order."""

    value: float
    random: float
    oracle: float


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure by name."""

    name: str
    levels: Callable[[Judged], Levels]


def _precision_at(k: int) -> Measure:
    def levels(one: Judged) -> Levels:
        count, good = one.counts
        random = random_ranking.expected_precision(count, good, k)
        return Levels(ranking.precision(one.relevant, k), random, min(good, k) / k)

    return Measure(f"P@{k}", levels)


def _recall_at(k: int) -> Measure:
    def levels(one: Judged) -> Levels:
        count, good = one.counts
        return Levels(ranking.recall(one.relevant, k), random_ranking.expected_recall(count, k), min(good, k) / good)

    return Measure(f"R@{k}", levels)


def _reciprocal_rank(one: Judged) -> Levels:
    return Levels(ranking.reciprocal_rank(one.relevant), _expected_reciprocal_rank(*one.counts), 1.0)


def _average_precision(one: Judged) -> Levels:
    return Levels(ranking.average_precision(one.relevant), _expected_average_precision(*one.counts), 1.0)


def _ndcg(one: Judged) -> Levels:
    return Levels(ranking.ndcg(one.grades), random_ranking.expected_ndcg(one.grades), 1.0)


_expected_reciprocal_rank = cache(random_ranking.expected_reciprocal_rank)
_expected_average_precision = cache(random_ranking.expected_average_precision)

MEASURES: Sequence[Measure] = (
    *map(_precision_at, DEPTHS),
    *map(_recall_at, DEPTHS),
    Measure("MRR", _reciprocal_rank),
    Measure("MAP", _average_precision),
    Measure("nDCG", _ndcg),
)
