"""Many distributions of one sphere as arrays, and what two queries are together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from emoretrieve.sphere.rescore import closed_form

Floats: TypeAlias = NDArray[np.float64]

Composition: TypeAlias = Literal["product", "mean", "mixture"]
COMPOSITIONS: tuple[Composition, ...] = get_args(Composition)
"""How two queries become one: the product of their densities, the mean direction whatever kappa is, either of them."""

_AT_ONCE = 2**21
"""Scores computed together."""


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """n von Mises-Fisher distributions."""

    mu: Floats
    """(n, d), of length 1."""
    kappa: Floats
    """(n,)"""

    def take(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> Points:
        return Points(self.mu[rows], self.kappa[rows])

    def __len__(self) -> int:
        return len(self.kappa)


def product(parts: Sequence[Points]) -> Points:
    """Row by row the normalised product: natural parameters add, exactly (spec of `point.product`)."""
    return _of_eta(np.sum([part.mu * part.kappa[:, None] for part in parts], axis=0))


def mean(parts: Sequence[Points]) -> Points:
    """Row by row the direction of the sum of the mean directions, with the mean concentration: an ablation."""
    unweighted = _of_eta(np.sum([part.mu for part in parts], axis=0))
    return Points(unweighted.mu, np.mean([part.kappa for part in parts], axis=0))


def scores(distance: str, query: Points, target: Points) -> Floats:
    """(n, m), higher is nearer, by a name of `rescore.DISTANCES` but ssw."""
    cosine = np.clip(query.mu @ target.mu.T, -1.0, 1.0)
    score, dimension = closed_form(distance), target.mu.shape[1]
    found = np.empty_like(cosine)
    rows = max(1, _AT_ONCE // max(1, len(target)))
    for start in range(0, len(query), rows):
        part = slice(start, start + rows)
        found[part] = score(query.kappa[part, None], target.kappa[None, :], cosine[part], dimension)
    return found


def composed_scores(distance: str, composition: Composition, parts: Sequence[Points], target: Points) -> Floats | None:
    """(n, m) of a query of several parts; None where a mixture has no closed form under the distance.

    The likelihood of a mixture is the mean of those of its parts, and so are its expected cosine and its cosine.
    """
    if composition != "mixture":
        together: Callable[[Sequence[Points]], Points] = product if composition == "product" else mean
        return scores(distance, together(parts), target)
    each = [scores(distance, part, target) for part in parts]
    if distance == "elk":
        mixed: Floats = np.logaddexp.reduce(each, axis=0) - np.log(len(each))
        return mixed
    averaged: Floats = np.mean(each, axis=0)
    return averaged if distance in ("cos", "expected_cos") else None


def _of_eta(eta: Floats) -> Points:
    """Rows of natural parameters (n, d); one of exact opposites has no direction and keeps a tiny concentration."""
    kappa = np.maximum(np.linalg.norm(eta, axis=1), 1e-9)
    return Points(eta / kappa[:, None], kappa)
