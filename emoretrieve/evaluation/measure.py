"""Three ways to look at the same pairs: scores as a query has them, mean-centred, and whitened.

The last two take the raw colours of the parts that the match uses, each part times the square root of its weight
(all 1 under `concat`), so that their dot product is weighted as the match is.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

import numpy as np

from emoretrieve.emotion.vectors import Colours, Floats
from emoretrieve.evaluation.centred import centred, directions
from emoretrieve.pairing.scores import Scores
from emoretrieve.search.match import Match

Measure: TypeAlias = Literal["plain", "centred", "whitened"]
MEASURES: tuple[Measure, ...] = get_args(Measure)

_FLAT = 1e-9
"""Share of the largest variance below which a direction has none: its items differ by rounding only."""


def measured(measure: Measure, match: Match, sources: Colours, targets: Colours) -> Scores:
    """The scores of sources (n, 5, 3) against targets (m, 5, 3)."""
    if measure == "plain":
        return Scores.of(match, sources, targets)
    first, second = _weighted(match, sources), _weighted(match, targets)
    if measure == "centred":
        return Scores(centred(first), centred(second))
    return Scores(*whitened(first, second))


def whitened(sources: Floats, targets: Floats) -> tuple[Floats, Floats]:
    """Rows (n, d) and (m, d) as unit vectors about the mean of their own side, every direction scaled alike.

    Symmetric (ZCA) whitening by the covariance within both sides together (Kessy, Lewin and Strimmer 2018, "Optimal
    whitening and decorrelation"); their dot product, -1..1, is the cosine in Mahalanobis' metric. Directions without
    any variance are left out.
    """
    first, second = sources - sources.mean(axis=0), targets - targets.mean(axis=0)
    covariance = (first.T @ first + second.T @ second) / (len(first) + len(second))
    variances, axes = np.linalg.eigh(covariance)
    used = variances > _FLAT * max(float(variances[-1]), np.finfo(np.float64).tiny)
    scale = np.where(used, 1 / np.sqrt(np.where(used, variances, 1.0)), 0.0)
    transform = (axes * scale) @ axes.T
    return directions(first @ transform), directions(second @ transform)


def _weighted(match: Match, profiles: Colours) -> Floats:
    """(n, 15)"""
    weights = np.ones(5) if match.weights is None else np.sqrt(match.weights)
    weighted: Floats = (profiles.astype(np.float64) * weights[:, None]).reshape(len(profiles), -1)
    return weighted
