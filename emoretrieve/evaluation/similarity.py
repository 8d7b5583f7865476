"""How alike the members of given pairs are by the vectors of an embedder: the study's Table VI, beside chance.

The mean over pairs is held against a random reassignment of the second members to the first: its expectation is the
mean over all combinations, and its variance follows exactly from the matrix of similarities (Hoeffding 1951).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import PurePath

import numpy as np

from emoretrieve.embedding import caution_of
from emoretrieve.emotion.vectors import Floats
from emoretrieve.evaluation.distribution import Distribution
from emoretrieve.evaluation.pair_list import ListedPair
from emoretrieve.item import Item
from emoretrieve.store import Store

_ROWS_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Spread:
    """Some similarities in numbers."""

    distribution: Distribution
    quartiles: tuple[float, float, float]
    """25, 50 and 75 %, linearly interpolated."""

    @classmethod
    def of(cls, scores: Floats) -> Spread:
        lower, middle, upper = (float(value) for value in np.quantile(scores, (0.25, 0.5, 0.75)))
        return cls(Distribution.of(scores), (lower, middle, upper))

    def to_json(self) -> dict[str, object]:
        return {**asdict(self.distribution), "quartiles": list(self.quartiles)}


@dataclass(frozen=True, slots=True)
class RandomPairs:
    """What the mean over the pairs would be if their members were reassigned at random."""

    mean: float
    deviation: float
    """Of the mean over as many pairs; exact."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A pair that cannot be compared."""

    first: str
    second: str
    reason: str


@dataclass(frozen=True, slots=True)
class PairedSimilarity:
    """What the pairs of a table are worth."""

    name: str | None
    """Of the vectors; None where only the scores of the table were looked at."""
    computed: Spread | None
    """Of the cosines of the vectors; None without vectors, or where no pair can be compared."""
    chance: RandomPairs | None
    stated: Spread | None
    """Of the scores that the table states, where it has some."""
    largest_difference: float | None
    """Between a computed and a stated score of the same pair."""
    skipped: tuple[Skipped, ...]
    caution: str | None

    def to_json(self) -> dict[str, object]:
        return {
            "name": self.name,
            "computed": None if self.computed is None else self.computed.to_json(),
            "chance": None if self.chance is None else asdict(self.chance),
            "stated": None if self.stated is None else self.stated.to_json(),
            "largest_difference": self.largest_difference,
            "skipped": [asdict(pair) for pair in self.skipped],
            "caution": self.caution,
        }


def stated_similarity(pairs: Sequence[ListedPair]) -> PairedSimilarity:
    """Of the scores that a table states."""
    return PairedSimilarity(None, None, None, _stated(pairs), None, (), None)


def paired_similarity(store: Store, name: str, pairs: Sequence[ListedPair]) -> PairedSimilarity:
    """Of the pairs whose members are in the collection and have vectors of this name.

    Raises StoreError (`no_embedding`) where the collection has none.
    """
    caution = caution_of(store.embeddings[name].signature) if name in store.embeddings else None
    store.vectors(name, [])
    members = _Members(store)
    rows: list[tuple[Floats, Floats]] = []
    compared: list[ListedPair] = []
    skipped: list[Skipped] = []
    for pair in pairs:
        found = [members.find(reference) for reference in (pair.first, pair.second)]
        reason = next((one for one in found if isinstance(one, str)), "")
        vectors = store.vectors(name, [one.id for one in found if isinstance(one, Item)])
        both = [vectors.get(one.id) for one in found if isinstance(one, Item)]
        if reason or len(both) < 2 or both[0] is None or both[1] is None:
            lacking = f"one of them has no vector '{name}'; run index --embed {name}"
            skipped.append(Skipped(pair.first, pair.second, reason or lacking))
        else:
            rows.append((both[0], both[1]))
            compared.append(pair)
    if not rows:
        return PairedSimilarity(name, None, None, _stated(pairs), None, tuple(skipped), caution)
    first, second = (np.stack(side) for side in zip(*rows, strict=True))
    scores: Floats = (first * second).sum(axis=1)
    difference = _largest_difference(scores, compared)
    spread, chance = Spread.of(scores), random_pairs(first, second)
    return PairedSimilarity(name, spread, chance, _stated(pairs), difference, tuple(skipped), caution)


def random_pairs(first: Floats, second: Floats) -> RandomPairs:
    """Of unit vectors (n, d) each: mean and standard deviation of the mean over a random pairing, without drawing.

    The variance of `sum_i a[i, pi(i)]` is `sum d^2 / (n - 1)`, where d is a without the means of its rows and columns.
    """
    count = len(first)
    mean = float(first.mean(axis=0) @ second.mean(axis=0))
    if count < 2:
        return RandomPairs(mean, 0.0)
    ours, theirs = first - first.mean(axis=0), second - second.mean(axis=0)
    squares = sum(
        float(np.square(ours[start : start + _ROWS_AT_ONCE] @ theirs.T).sum())
        for start in range(0, count, _ROWS_AT_ONCE)
    )
    return RandomPairs(mean, math.sqrt(squares / (count - 1)) / count)


def _stated(pairs: Sequence[ListedPair]) -> Spread | None:
    scores = [pair.score for pair in pairs if pair.score is not None]
    return Spread.of(np.array(scores)) if scores else None


def _largest_difference(scores: Floats, pairs: Sequence[ListedPair]) -> float | None:
    apart = [abs(float(ours) - pair.score) for ours, pair in zip(scores, pairs, strict=True) if pair.score is not None]
    return max(apart, default=None)


class _Members:
    """Items by what tables call them: id, path, name of the file, name of an item without media."""

    def __init__(self, store: Store) -> None:
        self._found: dict[str, Item | None] = {}
        for items in store.scan():
            for item in items:
                for reference in {item.id, item.name, *item.paths, *(PurePath(path).name for path in item.paths)}:
                    self._found[reference] = None if reference in self._found else item

    def find(self, reference: str) -> Item | str:
        """The item, or why there is none."""
        if reference not in self._found:
            return f"'{reference}' is not in the collection"
        return self._found[reference] or f"several items are called '{reference}'"
