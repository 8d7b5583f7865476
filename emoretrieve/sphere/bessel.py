"""I_v through Debye's expansion: everything that the von Mises-Fisher distribution on S^(d-1) needs of it, v = d/2 - 1.

`log C_d = v log kappa - (d/2) log 2 pi - log I_v(kappa)`, but `I_v` itself underflows (for d = 512 below kappa = 13),
so nothing here evaluates it. With s = sqrt(u^2 + kappa^2) and t = u / s, the logarithm of Debye's uniform expansion
(DLMF 10.41.3) and its derivative give at orders u >= 24, to 2e-11 (u >= 10, to 1e-8, for float32),

    log I_u - u log kappa = s - u log(u + s) - (1/2) log(2 pi s) + P(t),         P(t) = sum_j D_j(t) / u^j,
    Q_u = (t / u) (1 / (1 + t) - t / (2 u) - t^2 P'(t) / u),                     Q_n = I_{n+1} / (kappa I_n).

Smaller orders are reached from there by the recurrence of DLMF 10.29.1 in its stable direction,

    Q_{n-1} = 1 / (2 n + kappa^2 Q_n),          log I_{n-1} - log I_n = log(2 n + kappa^2 Q_n) - log kappa,

in which only positive numbers are added. kappa is never divided by, so kappa = 0, the uniform distribution, is
included.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from math import log, pi, prod
from typing import Any

import numpy as np
from numpy.polynomial import Chebyshev, Polynomial

DEBYE: tuple[tuple[int, dict[int, int]], ...] = (
    (24, {1: 3, 3: -5}),
    (16, {2: 1, 4: -6, 6: 5}),
    (5760, {3: 375, 5: -4779, 7: 9945, 9: -5525}),
    (128, {4: 13, 6: -284, 8: 1062, 10: -1356, 12: 565}),
    (322560, {5: 67599, 7: -2252205, 9: 13077470, 11: -28286370, 13: 26089875, 15: -8696625}),
    (192, {6: 103, 8: -4860, 10: 40248, 12: -129336, 14: 196155, 16: -141660, 18: 39350}),
)
"""D_1 to D_6: a denominator, and numerators by power of t. They follow from DLMF 10.41.9, as a test shows."""

_FACTORS = 4
"""So many denominators are multiplied before the logarithm: float32 holds their product up to kappa = 1e9."""


@dataclass(frozen=True, slots=True)
class Precision:
    """What is enough for a type of numbers."""

    lowest_order: float
    """The expansion is used from this order on."""
    negligible: float
    """Polynomials may be off by this, in nats."""


DOUBLE = Precision(24, 1e-13)
"""What the seventh term would add at the order 24 is below 2e-11."""
SINGLE = Precision(10, 3e-9)
"""What the seventh term would add at the order 10 is below 1e-8."""


@dataclass(frozen=True, slots=True)
class Expansion:
    """What the formulas need of d alone; polynomials are coefficients by power of t."""

    order: float
    """u, where Debye's expansion is evaluated."""
    descent: tuple[float, ...]
    """n = u, u - 1, ..., v + 1: the steps of the recurrence."""
    series: tuple[float, ...]
    """P(t) + (1/2) (d - 1) log(2 pi)."""
    ratio: tuple[float, ...]
    """1 / (1 + t) - u Q_u / t."""
    slope: tuple[float, ...]
    """1 / (1 + t) - (u / t^2) d (kappa Q_u) / d kappa."""

    @classmethod
    @cache
    def of(cls, dimension: int, precision: Precision) -> Expansion:
        if dimension < 2:
            raise ValueError(f"a sphere lies in a space of at least 2 dimensions, not {dimension}")
        u = wanted = dimension / 2 - 1
        while u < precision.lowest_order:
            u += 1
        t, series = Polynomial([0, 1]), _series(u)
        first, second = series.deriv(), series.deriv(2)
        ratio = t * (0.5 + t * first) / u
        slope = (t**2 - 0.5 - t * ((1 - t**2) * (3 * first + t * second) - first)) / u
        polynomials = (series + 0.5 * (dimension - 1) * log(2 * pi), ratio, slope)
        descent = tuple(np.arange(u, wanted, -1.0).tolist())
        return cls(u, descent, *(_economised(one, precision.negligible) for one in polynomials))


def _series(order: float) -> Polynomial:
    """P(t) at this order."""
    series = np.zeros(3 * len(DEBYE) + 1)
    for power, (denominator, numerators) in enumerate(DEBYE, start=1):
        series[list(numerators)] += np.array(list(numerators.values())) / denominator / order**power
    return Polynomial(series)


def _economised(polynomial: Polynomial, negligible: float) -> tuple[float, ...]:
    """Coefficients of a polynomial of lower degree that is off by no more than this on [0, 1] (Lanczos 1938).

    What is cut off are Chebyshev polynomials, which are nowhere larger than 1.
    """
    chebyshev = polynomial.convert(domain=[0, 1], kind=Chebyshev)
    left_out = np.cumsum(np.abs(chebyshev.coef[::-1]))[::-1]
    kept = Chebyshev(chebyshev.coef[: max(1, int((left_out > negligible).sum()))], domain=[0, 1])
    return tuple(kept.convert(kind=Polynomial).coef.tolist())


class At:
    """The formulas at some kappa >= 0, an array or tensor of any shape; each is evaluated when asked for, once."""

    def __init__(self, kappa: Any, dimension: int, library: Any) -> None:
        """`library` is NumPy or torch, whichever kappa is of."""
        self.kappa = kappa
        self.dimension = dimension
        self.library = library
        self.of_d = Expansion.of(dimension, SINGLE if getattr(kappa, "itemsize", 8) < 8 else DOUBLE)
        self.square = kappa * kappa
        self.s = library.sqrt(self.square + self.of_d.order**2)
        self.inverse = self.s**-1
        self.t = self.of_d.order * self.inverse

    def polynomial(self, coefficients: Sequence[float]) -> Any:
        """The polynomial at t, by Horner's rule; torch has multiplication and addition in one."""
        if self.library is np:
            value = coefficients[-1] * self.t
            for coefficient in coefficients[-2:0:-1]:
                value = (value + coefficient) * self.t
            return value + coefficients[0]
        value, *others = reversed(self.t.new_tensor(coefficients).unbind())
        for other in others:
            value = self.library.addcmul(other, value, self.t)
        return value

    @cached_property
    def log_normaliser(self) -> Any:
        return self.scaled_log_normaliser - self.kappa

    @cached_property
    def scaled_log_normaliser(self) -> Any:
        """log C_d + kappa, through s - kappa = u^2 / (s + kappa)."""
        u, log_of = self.of_d.order, self.library.log
        scaled = u * log_of(u + self.s) + 0.5 * log_of(self.s) - u * u * (self.s + self.kappa) ** -1
        scaled = scaled - self.polynomial(self.of_d.series)
        for start in range(0, len(self.denominators), _FACTORS):
            scaled = scaled - log_of(prod(self.denominators[start : start + _FACTORS]))
        return scaled

    @cached_property
    def hyperbola(self) -> Any:
        """1 / (1 + t)."""
        return (1 + self.t) ** -1

    @cached_property
    def ratio_at_order(self) -> Any:
        """Q_u."""
        return self.inverse * (self.hyperbola - self.polynomial(self.of_d.ratio))

    @cached_property
    def denominators(self) -> list[Any]:
        """2 n + kappa^2 Q_n = 1 / Q_{n-1} for n = u, u - 1, ..., v + 1."""
        found: list[Any] = []
        ratio = self.ratio_at_order if self.of_d.descent else None
        for n in self.of_d.descent:
            found.append(2 * n + self.square * ratio)
            ratio = found[-1] ** -1
        return found

    @cached_property
    def ratio(self) -> Any:
        """Q_v = A_d / kappa."""
        return self.denominators[-1] ** -1 if self.of_d.descent else self.ratio_at_order

    @cached_property
    def resultant(self) -> Any:
        return self.kappa * self.ratio

    @cached_property
    def resultant_slope(self) -> Any:
        """A'_d: at u the derivative of kappa Q_u, then A'_{n-1} = Q_{n-1}^2 (2 n - kappa^2 A'_n)."""
        slope = self.t * self.inverse * (self.hyperbola - self.polynomial(self.of_d.slope))
        for n, denominator in zip(self.of_d.descent, self.denominators, strict=True):
            slope = (2 * n - self.square * slope) / (denominator * denominator)
        return slope

    @cached_property
    def resultant_gap(self) -> Any:
        """1 - A_d, from A' = 1 - A^2 - (d-1) A / kappa: a sum of positive numbers."""
        return (self.resultant_slope + (self.dimension - 1) * self.ratio) / (1 + self.resultant)

    @cached_property
    def entropy(self) -> Any:
        """-log C_d - kappa A_d."""
        return self.kappa * self.resultant_gap - self.scaled_log_normaliser
