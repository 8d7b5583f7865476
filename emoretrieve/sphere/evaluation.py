"""What a model is worth, as the paper's tables have it: every direction, distance and composition, beside chance.

For each query there is one right answer, the target of the same item, in a gallery of all items that have the
modalities of the direction. The measures are those of `ranks.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, permutations

import numpy as np
from numpy.typing import NDArray

from emoretrieve.errors import QueryError, TrainingError
from emoretrieve.sphere.heads import HeadShape
from emoretrieve.sphere.modality import MODALITIES, Modality
from emoretrieve.sphere.points import COMPOSITIONS, Composition, Floats, Points, composed_scores
from emoretrieve.sphere.ranks import Retrieval, chance, measured, ranks
from emoretrieve.sphere.rescore import DISTANCES
from emoretrieve.sphere.triplets import Flags


@dataclass(frozen=True, slots=True)
class Direction:
    """From one modality or two to another."""

    sources: tuple[Modality, ...]
    target: Modality

    @property
    def name(self) -> str:
        """Such as `audio+text -> image`."""
        return f"{'+'.join(self.sources)} -> {self.target}"

    @property
    def modalities(self) -> tuple[Modality, ...]:
        return (*self.sources, self.target)


@dataclass(frozen=True, slots=True)
class EvaluationOptions:
    """What is counted. Raises QueryError of kind `bad_distance` or `bad_composition`."""

    distances: Sequence[str] = ("cos", "elk", "expected_cos")
    compositions: Sequence[str] = ("product",)

    def __post_init__(self) -> None:
        for name in self.distances:
            if name not in DISTANCES:
                raise QueryError(
                    f"'{name}' is no distance on the hypersphere; there are {', '.join(DISTANCES)}.",
                    kind="bad_distance",
                )
        for name in self.compositions:
            if name not in COMPOSITIONS:
                raise QueryError(
                    f"'{name}' is no way to put two queries together; there are {', '.join(COMPOSITIONS)}.",
                    kind="bad_composition",
                )


@dataclass(frozen=True, slots=True, eq=False)
class EncodedItems:
    """The distributions of n items."""

    points: Mapping[Modality, Points]
    """Of each modality a row an item; those of items without it count nowhere."""
    present: Mapping[Modality, Flags]
    head: HeadShape
    has_kappa: bool = True
    """False for Gaussians, which are taken as their means, all equally sure."""

    def having(self, modalities: Sequence[Modality]) -> NDArray[np.intp]:
        """The places of the items that have all of these."""
        return np.flatnonzero(np.all([self.present[modality] for modality in modalities], axis=0))


@dataclass(frozen=True, slots=True)
class Ranked:
    """One row of the table."""

    direction: Direction
    distance: str
    composition: str | None
    """None for one modality."""
    gallery: int
    """Targets that were ranked for each query."""
    retrieval: Retrieval
    chance: Retrieval
    """Of a random order of the gallery."""


@dataclass(frozen=True, slots=True)
class KappaNumbers:
    """The concentrations of one modality."""

    items: int
    mean: float
    sd: float
    lowest: float
    highest: float
    at_clamp: float
    """Share at a limit, 0..1."""


@dataclass(frozen=True, slots=True)
class PairNumbers:
    """How two modalities lie to each other."""

    modalities: tuple[Modality, Modality]
    items: int
    gap: float
    """Length of the difference of their mean directions, 0..2 (Liang et al. 2022, "Mind the gap")."""
    positive_cosine: float
    """Mean cosine of the two sides of an item."""
    random_cosine: float
    """The same of two sides of different items."""


@dataclass(frozen=True, slots=True)
class ModelEvaluation:
    """All that was counted of one model."""

    items: int
    ranked: Sequence[Ranked]
    kappa: Mapping[Modality, KappaNumbers]
    """Empty for Gaussians."""
    pairs: Sequence[PairNumbers] = field(default_factory=tuple)


def evaluate(items: EncodedItems, options: EvaluationOptions) -> ModelEvaluation:
    """Raises TrainingError (`no_pairs`) where no two items have the same two modalities."""
    ranked = [row for direction in directions(items) for row in _rank(items, direction, options)]
    if not ranked:
        raise TrainingError(
            "No two items have the same two modalities, so nothing can be looked for; give items with two of audio, "
            "image and text.",
            kind="no_pairs",
        )
    kappa = {modality: _kappa(items, modality) for modality in items.points if items.has_kappa}
    pairs = [
        _pair(items, one, other) for one, other in combinations(items.points, 2) if len(items.having((one, other))) > 1
    ]
    return ModelEvaluation(len(next(iter(items.present.values()))), ranked, kappa, pairs)


def directions(items: EncodedItems) -> Iterator[Direction]:
    """Those with two items at least: from each modality to each other, from each two to the third."""
    known = [modality for modality in MODALITIES if modality in items.points]
    single = [Direction((source,), target) for source, target in permutations(known, 2)]
    double = [Direction(pair, other) for pair in combinations(known, 2) for other in known if other not in pair]
    return (one for one in [*single, *double] if len(items.having(one.modalities)) >= 2)


def _rank(items: EncodedItems, direction: Direction, options: EvaluationOptions) -> Iterator[Ranked]:
    rows = items.having(direction.modalities)
    parts = [items.points[source].take(rows) for source in direction.sources]
    target = items.points[direction.target].take(rows)
    compositions: Sequence[str] = options.compositions if len(parts) > 1 else COMPOSITIONS[:1]
    for distance in options.distances:
        for composition in COMPOSITIONS:
            if composition not in compositions:
                continue
            found = _scores(distance, composition, parts, target)
            if found is None:
                continue
            retrieval = measured(ranks(found, np.arange(len(rows))))
            named = composition if len(parts) > 1 else None
            yield Ranked(direction, distance, named, len(rows), retrieval, chance(len(rows)))


def _scores(distance: str, composition: Composition, parts: Sequence[Points], target: Points) -> Floats | None:
    if distance == "ssw":
        from emoretrieve.sphere.sliced_ranking import sliced_scores

        sliced: Floats = sliced_scores(composition, parts, target)
        return sliced
    return composed_scores(distance, composition, parts, target)


def _kappa(items: EncodedItems, modality: Modality) -> KappaNumbers:
    kappa = items.points[modality].kappa[items.present[modality]]
    low, high = items.head.kappa_min * (1 + 1e-5), items.head.kappa_max * (1 - 1e-5)
    clamped = float(((kappa <= low) | (kappa >= high)).mean())
    return KappaNumbers(
        len(kappa), float(kappa.mean()), float(kappa.std()), float(kappa.min()), float(kappa.max()), clamped
    )


def _pair(items: EncodedItems, one: Modality, other: Modality) -> PairNumbers:
    rows = items.having((one, other))
    first, second = items.points[one].mu[rows], items.points[other].mu[rows]
    same = float((first * second).sum(axis=1).mean())
    means = first.mean(axis=0), second.mean(axis=0)
    count = len(rows)
    different = (count * float(means[0] @ means[1]) - same) / (count - 1)
    return PairNumbers((one, other), count, float(np.linalg.norm(means[0] - means[1])), same, different)
