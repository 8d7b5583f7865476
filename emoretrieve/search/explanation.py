"""How a score came about: what each part and each axis added, beside what chance would have added."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from emoretrieve.emotion import AXES, PARTS, EmotionProfile
from emoretrieve.emotion.vectors import Floats, colours, vectors
from emoretrieve.search.match import Match


@dataclass(frozen=True, slots=True)
class PartShare:
    """What one part added to a score: `contribution = weight * cosine`."""

    part: str
    cosine: float
    """Of the two colours of this part; 0 where one of them is (0, 0, 0)."""
    weight: float
    """As the match has it; under `concat` the part's share of both intensities."""
    contribution: float
    """The contributions of the five parts add up to the score."""
    chance: float | None
    """What the part of a random item would have contributed; these add up to the chance level."""


@dataclass(frozen=True, slots=True)
class AxisShare:
    """What one axis added to a score, over all parts."""

    axis: str
    contribution: float
    """The contributions of the three axes add up to the score."""
    share: float | None
    """Of the score; None where the score is 0."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """The sums behind one score, and the words of the query that speak of the axis in `why`."""

    parts: tuple[PartShare, ...]
    axes: tuple[AxisShare, ...]
    query_words: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        return asdict(self)


def explain(
    match: Match, query: EmotionProfile, item: EmotionProfile, mean: Floats | None, query_words: tuple[str, ...]
) -> Explanation:
    """Take a score apart. `mean` (15,) is the mean vector of the items searched, None where unknown."""
    vector = match.query_vector(query)
    terms = (vector * vectors(match.space, colours([item]))[0]).reshape(5, 3)
    chances = None if mean is None else (vector * mean).reshape(5, 3).sum(axis=1)
    cosines, weights = _cosines(query, item), _weights(match, query, item)
    parts = tuple(
        PartShare(
            part,
            float(cosines[index]),
            float(weights[index]),
            float(terms[index].sum()),
            None if chances is None else float(chances[index]),
        )
        for index, part in enumerate(PARTS)
    )
    return Explanation(parts, _axes(terms), query_words)


def _axes(terms: Floats) -> tuple[AxisShare, ...]:
    score = float(terms.sum())
    sums = [float(column) for column in terms.sum(axis=0)]
    return tuple(
        AxisShare(axis, added, added / score if score > 0 else None) for axis, added in zip(AXES, sums, strict=True)
    )


def _cosines(query: EmotionProfile, item: EmotionProfile) -> Floats:
    """Cosine of each part, (5,)."""
    ours, theirs = vectors("aligned", colours([query, item])).reshape(2, 5, 3)
    cosines: Floats = (ours * theirs).sum(axis=1)
    return cosines


def _weights(match: Match, query: EmotionProfile, item: EmotionProfile) -> Floats:
    """Weight of each part, (5,)."""
    if match.weights is not None:
        return np.array(match.weights)
    ours, theirs = np.linalg.norm(vectors("concat", colours([query, item])).reshape(2, 5, 3), axis=2)
    weights: Floats = ours * theirs
    return weights
