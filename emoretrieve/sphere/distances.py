"""How near two von Mises-Fisher distributions are: of their concentrations and the cosine of their means alone.

Every function is a score: higher is nearer. kappa_q and kappa_x are above 0, `cosine` is mu_q.mu_x; the three are all
floats or NumPy arrays, or all torch tensors, of shapes that broadcast. Large terms that would cancel, such as
kappa_q + kappa_x - |eta_q + eta_x|, are written so that they do not, and float32 serves for training.
"""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

from emoretrieve.sphere.normaliser import resultant, resultant_gap, scaled_log_normaliser

Numbers = TypeVar("Numbers")

_SMALLEST = 1e-30
"""Of the square of a concentration, so that the root of it has a derivative."""


class Score(Protocol):
    """One way to score x for the query q; it never falls as the cosine rises."""

    def __call__(self, kappa_q: Numbers, kappa_x: Numbers, cosine: Numbers, dimension: int, /) -> Numbers: ...


def cosine_of_means(_kappa_q: Numbers, _kappa_x: Numbers, cosine: Numbers, _dimension: int) -> Numbers:
    """mu_q.mu_x, which takes no notice of how sure either is."""
    return cosine


def log_expected_likelihood(kappa_q: Any, kappa_x: Any, cosine: Any, dimension: int) -> Any:
    """log of the integral of q x, in nats: log C(kappa_q) + log C(kappa_x) - log C(kappa of the product)."""
    together, excess = _product(kappa_q, kappa_x, cosine)
    separate = scaled_log_normaliser(kappa_q, dimension) + scaled_log_normaliser(kappa_x, dimension)
    return separate - scaled_log_normaliser(together, dimension) - excess


def log_bhattacharyya(kappa_q: Any, kappa_x: Any, cosine: Any, dimension: int) -> Any:
    """log of the integral of sqrt(q x), in nats: 0 for equal distributions, less for all others."""
    together, excess = _product(kappa_q, kappa_x, cosine)
    separate = scaled_log_normaliser(kappa_q, dimension) + scaled_log_normaliser(kappa_x, dimension)
    return 0.5 * separate - scaled_log_normaliser(0.5 * together, dimension) - 0.5 * excess


def expected_cosine(kappa_q: Any, kappa_x: Any, cosine: Any, dimension: int) -> Any:
    """E[z.w] for independent z of q and w of x: A(kappa_q) A(kappa_x) mu_q.mu_x."""
    return resultant(kappa_q, dimension) * resultant(kappa_x, dimension) * cosine


def negative_kl(kappa_q: Any, kappa_x: Any, cosine: Any, dimension: int) -> Any:
    """-KL(q || x), in nats: 0 for equal distributions, less for all others."""
    gap = resultant_gap(kappa_q, dimension)
    apart = gap + resultant(kappa_q, dimension) * (1 - cosine)
    modes = scaled_log_normaliser(kappa_x, dimension) - scaled_log_normaliser(kappa_q, dimension)
    return modes + kappa_q * gap - kappa_x * apart


def negative_reverse_kl(kappa_q: Any, kappa_x: Any, cosine: Any, dimension: int) -> Any:
    """-KL(x || q), in nats."""
    return negative_kl(kappa_x, kappa_q, cosine, dimension)


SCORES: dict[str, Score] = {
    "cos": cosine_of_means,
    "elk": log_expected_likelihood,
    "expected_cos": expected_cosine,
    "kl_qx": negative_kl,
    "kl_xq": negative_reverse_kl,
    "bhatt": log_bhattacharyya,
}
"""By the names that commands and configuration files take."""


def product_concentration(kappa_q: Numbers, kappa_x: Numbers, cosine: Numbers) -> Numbers:
    """The concentration of the normalised product, |kappa_q mu_q + kappa_x mu_x|."""
    q, x, c = _as_any(kappa_q, kappa_x, cosine)
    square = abs((q - x) ** 2 + 2 * q * x * (1 + c))  # a cosine of opposites may lie below -1 by its rounding
    return (square + _SMALLEST) ** 0.5  # type: ignore[no-any-return]  # of their type


def _product(kappa_q: Any, kappa_x: Any, cosine: Any) -> tuple[Any, Any]:
    """The concentration of the product, and kappa_q + kappa_x less it."""
    together = product_concentration(kappa_q, kappa_x, cosine)
    return together, 2 * kappa_q * kappa_x * (1 - cosine) / (kappa_q + kappa_x + together)


def _as_any(*numbers: object) -> tuple[Any, ...]:
    return numbers
