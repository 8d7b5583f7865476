"""I_v through Debye's expansion: everything that the von Mises-Fisher distribution on S^(d-1) needs of it, v = d/2 - 1.

`log C_d = v log kappa - (d/2) log 2 pi - log I_v(kappa)`, but `I_v` itself underflows (for d = 512 below kappa = 13),
so nothing here evaluates it. With s = sqrt(u^2 + kappa^2) and t = u / s, the logarithm of Debye's uniform expansion
(DLMF 10.41.3) and its derivative give at orders u >= 24, to 2e-11,

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

LOWEST_ORDER = 24
"""The expansion is used from this order on: what its seventh term would add there is below 2e-11."""

DEBYE: tuple[tuple[int, dict[int, int]], ...] = (
    (24, {1: 3, 3: -5}),
    (16, {2: 1, 4: -6, 6: 5}),
    (5760, {3: 375, 5: -4779, 7: 9945, 9: -5525}),
    (128, {4: 13, 6: -284, 8: 1062, 10: -1356, 12: 565}),
    (322560, {5: 67599, 7: -2252205, 9: 13077470, 11: -28286370, 13: 26089875, 15: -8696625}),
    (192, {6: 103, 8: -4860, 10: 40248, 12: -129336, 14: 196155, 16: -141660, 18: 39350}),
)
"""D_1 to D_6: a denominator, and numerators by power of t. They follow from DLMF 10.41.9, as a test shows."""

_NEGLIGIBLE = 1e-13
"""A term whose bound is below this is left out; |D_j| <= 0.09 for all of them."""
_FACTORS = 4
"""So many denominators are multiplied before the logarithm: float32 holds their product up to kappa = 1e9."""


@dataclass(frozen=True, slots=True)
class Expansion:
    """What the formulas need of d alone."""

    order: float
    """u, where Debye's expansion is evaluated."""
    descent: tuple[float, ...]
    """n = u, u - 1, ..., v + 1: the steps of the recurrence."""
    series: tuple[float, ...]
    """P(t) by power of t."""
    first: tuple[float, ...]
    second: tuple[float, ...]
    """P'(t) and P''(t)."""

    @classmethod
    @cache
    def of(cls, dimension: int) -> Expansion:
        if dimension < 2:
            raise ValueError(f"a sphere lies in a space of at least 2 dimensions, not {dimension}")
        order = wanted = dimension / 2 - 1
        while order < LOWEST_ORDER:
            order += 1
        series = np.zeros(3 * len(DEBYE) + 1)
        for power, (denominator, numerators) in enumerate(DEBYE, start=1):
            for exponent, numerator in numerators.items():
                series[exponent] += numerator / denominator / order**power * (0.09 / order**power > _NEGLIGIBLE)
        series = np.trim_zeros(series, "b")
        first = np.polynomial.polynomial.polyder(series)
        second = np.polynomial.polynomial.polyder(first)
        descent = np.arange(order, wanted, -1.0)
        return cls(order, *(tuple(numbers.tolist()) for numbers in (descent, series, first, second)))


class At:
    """The formulas at some kappa >= 0, an array or tensor of any shape; each is evaluated when it is asked for."""

    def __init__(self, kappa: Any, dimension: int, library: Any) -> None:
        """`library` is NumPy or torch, whichever kappa is of."""
        self.kappa = kappa
        self.dimension = dimension
        self.of_d = Expansion.of(dimension)
        self.log = library.log
        self.square = kappa * kappa
        self.s = library.sqrt(self.square + self.of_d.order**2)
        self.t = self.of_d.order / self.s

    def log_normaliser(self) -> Any:
        return self.scaled_log_normaliser() - self.kappa

    def scaled_log_normaliser(self) -> Any:
        """log C_d + kappa, through s - kappa = u^2 / (s + kappa)."""
        u, s = self.of_d.order, self.s
        scaled = u * self.log(u + s) + 0.5 * self.log(s) - u * u / (s + self.kappa)
        scaled = scaled - _polynomial(self.of_d.series, self.t) - 0.5 * (self.dimension - 1) * log(2 * pi)
        for start in range(0, len(self.denominators), _FACTORS):
            scaled = scaled - self.log(prod(self.denominators[start : start + _FACTORS]))
        return scaled

    def ratio_at_order(self) -> Any:
        """Q_u."""
        u, t = self.of_d.order, self.t
        return t / u * (1 / (1 + t) - t * (0.5 + t * _polynomial(self.of_d.first, t)) / u)

    @cached_property
    def denominators(self) -> list[Any]:
        """2 n + kappa^2 Q_n = 1 / Q_{n-1} for n = u, u - 1, ..., v + 1."""
        found: list[Any] = []
        ratio = self.ratio_at_order() if self.of_d.descent else None
        for n in self.of_d.descent:
            found.append(2 * n + self.square * ratio)
            ratio = 1 / found[-1]
        return found

    def ratio(self) -> Any:
        """Q_v = A_d / kappa."""
        return 1 / self.denominators[-1] if self.of_d.descent else self.ratio_at_order()

    def resultant(self) -> Any:
        return self.kappa * self.ratio()

    def resultant_slope(self) -> Any:
        """A'_d: at u the derivative of kappa Q_u, then A'_{n-1} = Q_{n-1}^2 (2 n - kappa^2 A'_n)."""
        u, t = self.of_d.order, self.t
        first, second = _polynomial(self.of_d.first, t), _polynomial(self.of_d.second, t)
        bent = (1 - t * t) * (3 * first + t * second) - first
        slope = t * t / u * (1 / (1 + t) - (t * t - 0.5 - t * bent) / u)
        for n, denominator in zip(self.of_d.descent, self.denominators, strict=True):
            slope = (2 * n - self.square * slope) / (denominator * denominator)
        return slope

    def resultant_gap(self) -> Any:
        """1 - A_d, from A' = 1 - A^2 - (d-1) A / kappa: a sum of positive numbers."""
        ratio = self.ratio()
        return (self.resultant_slope() + (self.dimension - 1) * ratio) / (1 + self.kappa * ratio)

    def entropy(self) -> Any:
        """-log C_d - kappa A_d."""
        return self.kappa * self.resultant_gap() - self.scaled_log_normaliser()


def _polynomial(coefficients: Sequence[float], t: Any) -> Any:
    """Horner's rule."""
    value = coefficients[-1] * t
    for coefficient in coefficients[-2:0:-1]:
        value = (value + coefficient) * t
    return value + coefficients[0] if coefficients[0] else value
