"""The normaliser of the von Mises-Fisher distribution on S^(d-1) and what follows from it: d >= 2, any kappa >= 0.

The density is C_d(kappa) exp(kappa mu.z). Every function takes and gives a float, a NumPy array or a torch tensor of
any shape; of tensors it can be differentiated as often as wanted. None loads torch. `bessel.py` has the formulas.
"""

from __future__ import annotations

import sys
from typing import Any, TypeVar

import numpy as np

from emoretrieve.sphere.bessel import At

Numbers = TypeVar("Numbers")
"""A float, an array of floats or a tensor of floats."""

_NEWTON_STEPS = 4


def log_normaliser(kappa: Numbers, dimension: int) -> Numbers:
    """log C_d(kappa), in nats."""
    return _evaluated("log_normaliser", kappa, dimension)


def scaled_log_normaliser(kappa: Numbers, dimension: int) -> Numbers:
    """log C_d(kappa) + kappa, the log density at the mode; for large kappa float32 keeps it better than log C_d."""
    return _evaluated("scaled_log_normaliser", kappa, dimension)


def resultant(kappa: Numbers, dimension: int) -> Numbers:
    """A_d(kappa) = I_{d/2}(kappa) / I_{d/2-1}(kappa), in [0, 1): the mean of mu.z, and -d log C_d / d kappa."""
    return _evaluated("resultant", kappa, dimension)


def resultant_gap(kappa: Numbers, dimension: int) -> Numbers:
    """1 - A_d(kappa), in (0, 1], to full relative precision."""
    return _evaluated("resultant_gap", kappa, dimension)


def resultant_slope(kappa: Numbers, dimension: int) -> Numbers:
    """A'_d(kappa) = 1 - A^2 - (d-1) A / kappa, the variance of mu.z, without the cancellation of that form."""
    return _evaluated("resultant_slope", kappa, dimension)


def entropy(kappa: Numbers, dimension: int) -> Numbers:
    """The differential entropy -log C_d - kappa A_d, in nats: the logarithm of the sphere's area at kappa = 0."""
    return _evaluated("entropy", kappa, dimension)


def concentration(length: Numbers, dimension: int) -> Numbers:
    """The kappa with A_d(kappa) = length, in [0, 1): of maximum likelihood where the mean of unit vectors is so long.

    Starts from Banerjee et al. 2005, eq. 4.4, and takes Newton's steps, as Sra 2012 does.
    """
    wanted: Any = length
    kappa = wanted * (dimension - wanted * wanted) / ((1.0 - wanted) * (1.0 + wanted))
    for _ in range(_NEWTON_STEPS):
        kappa = kappa + (resultant_gap(kappa, dimension) - (1.0 - wanted)) / resultant_slope(kappa, dimension)
    return kappa  # type: ignore[no-any-return]  # of the type that came in


def _evaluated(name: str, kappa: Numbers, dimension: int) -> Numbers:
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(kappa, torch.Tensor):
        from emoretrieve.sphere.gradients import evaluated

        return evaluated(name, kappa, dimension)  # type: ignore[no-any-return]  # a tensor
    return getattr(At(kappa, dimension, np), name)  # type: ignore[no-any-return]  # of the type that came in
