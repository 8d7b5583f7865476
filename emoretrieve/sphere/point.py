"""One item or query on the hypersphere, and what several of them are together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emoretrieve.errors import PerceptionError, QueryError

_UNIT_LENGTH_WITHIN = 1e-3
"""Directions of another length are no directions; float16 errs by less."""
_CANCELLED = 1e-6
"""A sum of this share of its terms' lengths is what float32 directions leave of opposite ones."""


@dataclass(frozen=True, slots=True, eq=False)
class SpherePoint:
    """A von Mises-Fisher distribution: p(z) = C_d(kappa) exp(kappa mu.z) for unit vectors z.

    Raises PerceptionError of kind `bad_point` for what is none.
    """

    mu: NDArray[np.float32]
    """(d,), d >= 2, the mean direction, of length 1; kept as a copy that cannot be written."""
    kappa: float
    """The concentration, > 0."""

    def __post_init__(self) -> None:
        mu = np.array(self.mu, dtype=np.float64)
        length = float(np.linalg.norm(mu)) if mu.ndim == 1 else np.nan
        if not (mu.ndim == 1 and mu.size > 1 and abs(length - 1.0) < _UNIT_LENGTH_WITHIN):
            raise PerceptionError(
                f"A mean direction is a row of two numbers or more, of length 1, not of shape {mu.shape} and length "
                f"{length:g}; look at the model that made it.",
                kind="bad_point",
            )
        kappa = float(self.kappa)
        if not 0.0 < kappa < np.inf:
            raise PerceptionError(
                f"A concentration is a finite number above 0, not {kappa:g}; look at the model that made it.",
                kind="bad_point",
            )
        unit = (mu / length).astype(np.float32)
        unit.flags.writeable = False
        object.__setattr__(self, "mu", unit)
        object.__setattr__(self, "kappa", kappa)

    @property
    def dimension(self) -> int:
        """d: the sphere is S^(d-1)."""
        return int(self.mu.size)

    @property
    def direction(self) -> NDArray[np.float64]:
        """(d,), mu in float64, of length 1 within its rounding."""
        mu = self.mu.astype(np.float64)
        unit: NDArray[np.float64] = mu / np.linalg.norm(mu)
        return unit

    @property
    def eta(self) -> NDArray[np.float64]:
        """(d,), the natural parameter kappa mu."""
        return self.kappa * self.direction


def product(points: Sequence[SpherePoint]) -> SpherePoint:
    """The distribution proportional to the product of the densities, exact for any number of them.

    Exponents add: eta = sum of kappa_m mu_m, so kappa = |eta| and mu = eta / |eta|. What agrees makes it surer, what
    disagrees less sure, and what is sure counts more. Raises QueryError of kind `opposite_queries` where nothing is
    left, and of kind `bad_combination` for points of different spheres or for none.
    """
    sizes = sorted({point.dimension for point in points})
    if len(sizes) != 1:
        raise QueryError(
            f"Only points of one sphere can be multiplied, not of {sizes or 'none'}; embed them with one model.",
            kind="bad_combination",
        )
    eta = np.sum([point.eta for point in points], axis=0)
    kappa = float(np.linalg.norm(eta))
    if kappa <= _CANCELLED * sum(point.kappa for point in points):
        raise QueryError(
            "The parts of this query point in exactly opposite directions and leave nothing to look for; ask for one "
            "of them.",
            kind="opposite_queries",
        )
    return SpherePoint((eta / kappa).astype(np.float32), kappa)
