"""Songs and pictures in pairs by three measures and three methods, beside random pairs (the paper's Table V)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from emoretrieve.emotion.vectors import Floats
from emoretrieve.evaluation.interval import Interval, mean_interval
from emoretrieve.evaluation.measure import Measure
from emoretrieve.pairing.assignment import Assignment
from emoretrieve.pairing.chance import RandomLevel, random_level
from emoretrieve.pairing.methods import MATRIX_CELLS, OnProgress, assign
from emoretrieve.pairing.options import Method
from emoretrieve.pairing.price import Price, price
from emoretrieve.pairing.scores import Scores
from emoretrieve.pairing.sparse import NearOptimum

_HELD_CELLS = 25_000_000
"""Up to so many possible pairs (5,000 x 5,000, 200 MB) all scores are held, which is quicker."""


@dataclass(frozen=True, slots=True)
class PricedPairs:
    """The pairs of one method."""

    assignment: Assignment
    price: Price
    interval: Interval | None
    """Of the mean: these pairs are drawn again, the pairing is not made again."""

    def to_json(self) -> dict[str, object]:
        return {**self.price.to_json(), "interval": None if self.interval is None else self.interval.to_json()}


@dataclass(frozen=True, slots=True)
class MeasuredPairs:
    """What pairs score under one measure."""

    measure: Measure
    random: RandomLevel
    methods: tuple[PricedPairs, ...]
    """By methods that seek high scores of this measure: greedy (as far as it can), hungarian, argmax."""
    of_plain: tuple[PricedPairs, ...]
    """The pairs that the same methods make of plain scores, scored by this measure; none for `plain` itself."""

    def to_json(self) -> dict[str, object]:
        return {
            "measure": self.measure,
            "random": self.random.to_json(),
            "methods": [pairs.to_json() for pairs in self.methods],
            "of_plain": [pairs.to_json() for pairs in self.of_plain],
        }

    def by(self, method: Method) -> PricedPairs:
        """The pairs of this method; StopIteration where it could not be used."""
        return next(pairs for pairs in self.methods if pairs.price.method == method)


def measure_pairs(
    measure: Measure, scores: Scores, plain: MeasuredPairs | None, draws: int, on_progress: OnProgress
) -> MeasuredPairs:
    """Pairs under one measure; `plain` are those of the plain scores, if these are others."""
    pricing = _Pricing.of(scores, draws, on_progress)
    methods = tuple(pricing.solved(method, on_progress) for method in _methods(scores))
    others = () if plain is None else tuple(map(pricing.again, plain.methods))
    return MeasuredPairs(measure, pricing.level, methods, others)


def _methods(scores: Scores) -> Iterator[Method]:
    if scores.cells <= MATRIX_CELLS:
        yield "greedy"
    yield "hungarian"
    yield "argmax"


@dataclass(frozen=True, slots=True)
class _Pricing:
    """What a pairing is priced by."""

    scores: Scores
    matrix: Floats | None
    level: RandomLevel
    best: Floats
    """(n,) the highest score of every source."""

    @classmethod
    def of(cls, scores: Scores, draws: int, on_progress: OnProgress) -> _Pricing:
        matrix = scores.matrix() if scores.cells <= _HELD_CELLS else None
        free = assign("argmax", scores, 1, matrix, on_progress).assignment
        return cls(scores, matrix, random_level(scores, 1, draws), scores.pairs(free.rows, free.columns))

    def solved(self, method: Method, on_progress: OnProgress) -> PricedPairs:
        """The pairs that this method makes."""
        found = assign(method, self.scores, 1, self.matrix, on_progress)
        return self._priced(method, found)

    def again(self, pairs: PricedPairs) -> PricedPairs:
        """The same pairs under these scores."""
        return self._priced(pairs.price.method, NearOptimum(pairs.assignment, 0.0))

    def _priced(self, method: Method, solved: NearOptimum) -> PricedPairs:
        found = solved.assignment
        scores = self.scores.pairs(found.rows, found.columns)
        return PricedPairs(found, price(method, solved, scores, self.best, self.level), mean_interval(scores))
