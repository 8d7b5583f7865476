"""Pairs by colour, scored by an embedder that heard and saw the files themselves (the paper's Table VI)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from emoretrieve.emotion.vectors import Floats
from emoretrieve.evaluation.correlation import pearson, spearman
from emoretrieve.evaluation.distribution import Distribution
from emoretrieve.evaluation.interval import Interval, mean_interval
from emoretrieve.pairing.chance import RandomLevel, level_of_matrix
from emoretrieve.pairing.scores import Indices
from emoretrieve.store import Store

_ITEMS_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class ColourPairs:
    """Pairs that were made by colour: ids and scores, side by side."""

    sources: Sequence[str]
    targets: Sequence[str]
    scores: Floats


@dataclass(frozen=True, slots=True)
class EmbeddedPairs:
    """The cosines, -1..1, that one embedder gives those pairs of which both sides have its vectors."""

    name: str
    left_out: int
    """Pairs of which a side has no vector."""
    distribution: Distribution
    interval: Interval | None
    random: RandomLevel
    """Of random pairs of the same items."""
    z: float | None
    p: float
    pearson: float | None
    """Of the cosines and the scores by colour; None where either is constant."""
    spearman: float | None

    def to_json(self) -> dict[str, object]:
        return {
            "name": self.name,
            "left_out": self.left_out,
            **asdict(self.distribution),
            "interval": None if self.interval is None else self.interval.to_json(),
            "random": self.random.to_json(),
            "z": self.z,
            "p": self.p,
            "pearson": self.pearson,
            "spearman": self.spearman,
        }


def embedded_pairs(store: Store, name: str, pairs: ColourPairs, draws: int) -> EmbeddedPairs | None:
    """The scores of the embedder of this name; None where no pair has vectors on both sides."""
    sources, targets = _vectors(store, name, pairs.sources), _vectors(store, name, pairs.targets)
    used = [
        place
        for place, (source, target) in enumerate(zip(pairs.sources, pairs.targets, strict=True))
        if source in sources and target in targets
    ]
    if not used:
        return None
    songs = np.stack([sources[pairs.sources[place]] for place in used])
    pictures = np.stack([targets[pairs.targets[place]] for place in used])
    cosines: Floats = np.einsum("nd,nd->n", songs, pictures)
    level = level_of_matrix(songs @ pictures.T, draws)
    mean, colours = float(cosines.mean()), pairs.scores[np.array(used, dtype=np.int64)]
    return EmbeddedPairs(
        name,
        len(pairs.sources) - len(used),
        Distribution.of(cosines),
        mean_interval(cosines),
        level,
        level.z(mean),
        level.p(mean),
        pearson(cosines, colours),
        spearman(cosines, colours),
    )


def colour_pairs(
    ids: tuple[Sequence[str], Sequence[str]], places: tuple[Indices, Indices], scores: Floats
) -> ColourPairs:
    """Pairs of rows and columns by their ids."""
    (sources, targets), (rows, columns) = ids, places
    return ColourPairs([sources[row] for row in rows], [targets[column] for column in columns], scores)


def _vectors(store: Store, name: str, ids: Sequence[str]) -> dict[str, Floats]:
    starts = range(0, len(ids), _ITEMS_AT_ONCE)
    return {
        id: vector
        for start in starts
        for id, vector in store.vectors(name, ids[start : start + _ITEMS_AT_ONCE]).items()
    }
