"""How scores spread: those of all possible pairs, of pairs drawn at random, and of pairs that methods make."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from emoretrieve.emotion.vectors import Floats
from emoretrieve.evaluation.measure import Measure
from emoretrieve.evaluation.measured_pairs import MeasuredPairs
from emoretrieve.pairing.scores import Scores

BINS = 40
_SEED = 20_240_608
_COUNTED = 100_000_000
"""Possible pairs (10,000 x 10,000) that are all counted; of more, those of songs that stand evenly apart by id."""


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """The scores of some pairs."""

    name: str
    chance: bool
    """Whether nobody chose these pairs."""
    counts: NDArray[np.int64]
    """(b,) in each bin."""
    mean: float

    @property
    def pairs(self) -> int:
        return int(self.counts.sum())


@dataclass(frozen=True, slots=True)
class ScoreSpread:
    """Under one measure; every row over the same bins of equal width."""

    measure: Measure
    edges: Floats
    """(b + 1,) from the lowest to the highest score of all that are counted."""
    rows: tuple[ScoreRow, ...]
    sampled: bool
    """Whether `all pairs` are those of some songs only."""

    @classmethod
    def of(cls, pairs: MeasuredPairs, scores: Scores) -> Self:
        """Of the pairs that an evaluation made under this measure, or of plain scores where it is another one.

        So what is shown under another measure are the same pairs, scored by it.
        """
        counted = _thinned(scores)
        chosen = [(one.price.method, one) for one in (pairs.of_plain or pairs.methods)]
        values = [(name, scores.pairs(one.assignment.rows, one.assignment.columns)) for name, one in chosen]
        drawn = _random_pairs(scores)
        edges = _edges(counted, [drawn, *(found for _, found in values)])
        rows = (
            ScoreRow("all pairs", True, _counts(counted, edges), pairs.random.mean),
            _row("random 1:1", True, drawn, edges),
            *(_row(name, False, found, edges) for name, found in values),
        )
        return cls(pairs.measure, edges, rows, counted is not scores)


def share_below(scores: Scores, values: Floats) -> Floats:
    """(k,) the share of all pairs, 0..1, that score less than each of these values."""
    order = np.argsort(values, kind="stable")
    found = np.zeros(len(values), dtype=np.int64)
    counted = _thinned(scores)
    for _, block in counted.blocks():
        places = np.searchsorted(values[order], block.reshape(-1), side="right")  # values <= score
        at_most = np.bincount(places, minlength=len(values) + 1)
        found += np.cumsum(at_most)[:-1]
    shares = np.empty(len(values))
    shares[order] = found / counted.cells
    return shares


def _thinned(scores: Scores) -> Scores:
    step = -(-scores.cells // _COUNTED)
    return scores if step == 1 else Scores(scores.sources[::step], scores.targets)


def _random_pairs(scores: Scores) -> Floats:
    """The scores of one random pairing."""
    few = min(scores.shape)
    random = np.random.default_rng(_SEED)
    rows, columns = (random.permutation(length)[:few] for length in scores.shape)
    return scores.pairs(rows, columns)


def _edges(scores: Scores, others: list[Floats]) -> Floats:
    limits = [(float(some.min()), float(some.max())) for some in _all(scores, others)]
    low, high = min(one for one, _ in limits), max(one for _, one in limits)
    return np.linspace(low, high if high > low else low + 1e-6, BINS + 1)


def _all(scores: Scores, others: list[Floats]) -> Iterator[Floats]:
    yield from others
    for _, block in scores.blocks():
        yield block


def _counts(scores: Scores, edges: Floats) -> NDArray[np.int64]:
    total = np.zeros(len(edges) - 1, dtype=np.int64)
    for _, block in scores.blocks():
        total += _histogram(block, edges)
    return total


def _row(name: str, chance: bool, values: Floats, edges: Floats) -> ScoreRow:
    return ScoreRow(name, chance, _histogram(values, edges), float(values.mean()))


def _histogram(values: Floats, edges: Floats) -> NDArray[np.int64]:
    counts, _ = np.histogram(values, BINS, (float(edges[0]), float(edges[-1])))
    return counts.astype(np.int64)
