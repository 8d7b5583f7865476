"""Queries of one modality or two, and how they score a gallery of items.

Embeddings are of one modality and N items, in one order for all modalities: item n of the gallery is the right answer
of query n. A query of two modalities is their product (kappa mu add up; precisions of Gaussians add up), their mean, or
their mixture.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, permutations
from typing import Literal

import numpy as np
import numpy.typing as npt

from emoretrieve.sphere.distances import product_concentration
from emoretrieve.sphere.evaluation import Direction
from emoretrieve.sphere.modality import MODALITIES, Modality
from emoretrieve.sphere.normaliser import scaled_log_normaliser
from emoretrieve.sphere.points import COMPOSITIONS, Composition, Floats, Points, composed_scores, mean, product

DISTANCES = ("cos", "elk", "expected_cos")
_LINE = 20_000
"""Values of the normaliser, even on a logarithmic scale, between which it is read off; the error is below 1e-6."""


@dataclass(frozen=True, slots=True)
class Clouds:
    """Diagonal Gaussians of PCME and MPC: `mean` and `log_variance` [N, d]."""

    mean: Floats
    log_variance: Floats

    def take(self, places: npt.NDArray[np.int64]) -> Clouds:
        return Clouds(self.mean[places], self.log_variance[places])


Embedding = Points | Clouds
Embeddings = Mapping[Modality, Embedding]


SINGLE = tuple(Direction((source,), target) for source, target in permutations(MODALITIES, 2))
DOUBLE = tuple(
    Direction(pair, target) for pair in combinations(MODALITIES, 2) for target in MODALITIES if target not in pair
)


@dataclass(frozen=True, slots=True)
class Scored:
    """One way to answer all queries of a direction: `scores` [queries, gallery], higher is better."""

    direction: Direction
    composition: Composition | Literal["-"]
    """`-` for queries of one modality."""
    distance: str
    scores: Floats


def all_scores(embeddings: Embeddings) -> Iterator[Scored]:
    """Every direction under every composition and distance that the distributions have."""
    for direction in (*SINGLE, *DOUBLE):
        parts = [embeddings[source] for source in direction.sources]
        target = embeddings[direction.target]
        ways: tuple[Composition | Literal["-"], ...] = COMPOSITIONS if len(parts) > 1 else ("-",)
        for composition in ways:
            for distance, scores in _scores(parts, target, composition):
                yield Scored(direction, composition, distance, scores)


def _scores(
    parts: list[Embedding], target: Embedding, composition: Composition | Literal["-"]
) -> Iterator[tuple[str, Floats]]:
    if isinstance(target, Clouds):
        yield from _cloud_scores([part for part in parts if isinstance(part, Clouds)], target, composition)
        return
    points = [part for part in parts if isinstance(part, Points)]
    how: Composition = "product" if composition == "-" else composition
    for distance in DISTANCES:
        found = (
            _expected_likelihoods(how, points, target)
            if distance == "elk"
            else composed_scores(distance, how, points, target)
        )
        if found is not None:
            yield distance, found


def _expected_likelihoods(composition: Composition, parts: list[Points], target: Points) -> Floats:
    """What `composed_scores` gives for `elk`."""
    if composition == "mixture":
        return np.asarray(np.logaddexp.reduce([_expected_likelihood(part, target) for part in parts], axis=0))
    return _expected_likelihood(product(parts) if composition == "product" else mean(parts), target)


def _expected_likelihood(query: Points, target: Points) -> Floats:
    """`log_expected_likelihood`, the normaliser of pairs read off lines between near values: ten times as quick."""
    cosine, dimension = np.clip(query.mu @ target.mu.T, -1, 1), target.mu.shape[1]
    kappa_q, kappa_x = query.kappa[:, None], target.kappa[None, :]
    together = product_concentration(kappa_q, kappa_x, cosine)
    known = np.geomspace(max(together.min(), 1e-6), together.max() * (1 + 1e-9), _LINE)
    values = scaled_log_normaliser(known, dimension)
    place = (np.log(together) - np.log(known[0])) * ((_LINE - 1) / np.log(known[-1] / known[0]))
    before = np.minimum(place.astype(np.int32), _LINE - 2)
    normaliser = values[before] + (place - before) * (values[before + 1] - values[before])
    separate = scaled_log_normaliser(kappa_q, dimension) + scaled_log_normaliser(kappa_x, dimension)
    return np.asarray(separate - normaliser - 2 * kappa_q * kappa_x * (1 - cosine) / (kappa_q + kappa_x + together))


def _cloud_scores(parts: list[Clouds], target: Clouds, composition: str) -> Iterator[tuple[str, Floats]]:
    """The cosine of the means, the expected square of the distance (what PCME's match probability falls with), and the
    expected log density of the target under the query (MPC's score; its samples' mean in closed form)."""
    if composition == "mixture":
        return
    query = parts[0] if composition == "-" else _composed_clouds(parts, composition)
    means = [cloud.mean / np.linalg.norm(cloud.mean, axis=1, keepdims=True) for cloud in (query, target)]
    yield "cos", means[0] @ means[1].T
    variance, other = np.exp(query.log_variance), np.exp(target.log_variance)
    squares, goal = (query.mean**2).sum(axis=1), (target.mean**2 + other).sum(axis=1)
    yield "expected_square", 2 * query.mean @ target.mean.T - goal - (squares + variance.sum(axis=1))[:, None]
    apart = (1 / variance) @ (target.mean**2 + other).T - 2 * (query.mean / variance) @ target.mean.T
    constant = query.log_variance.sum(axis=1) + (query.mean**2 / variance).sum(axis=1)
    yield "density", -0.5 * (apart + constant[:, None])


def _composed_clouds(parts: list[Clouds], composition: str) -> Clouds:
    if composition == "product":
        precisions = [np.exp(-part.log_variance) for part in parts]
        total = np.sum(precisions, axis=0)
        weighted = [precision * part.mean for precision, part in zip(precisions, parts, strict=True)]
        return Clouds(np.sum(weighted, axis=0) / total, -np.log(total))
    mean = np.mean([part.mean for part in parts], axis=0)
    return Clouds(mean, np.mean([part.log_variance for part in parts], axis=0))
