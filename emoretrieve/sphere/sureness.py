"""How sure a distribution on the hypersphere is, in a number that does not depend on the dimension, and in words."""

from __future__ import annotations

from emoretrieve.sphere.normaliser import resultant

_WORDS = ((0.5, "hardly sure"), (0.75, "not very sure"), (0.9, "fairly sure"), (1.0, "very sure"))
"""Up to this mean cosine: that of 60, 41 and 26 degrees."""


def mean_cosine(kappa: float, dimension: int) -> float:
    """A_d(kappa), 0..1: the mean cosine of a draw to the mean direction; a concentration of d gives about 0.62."""
    return float(resultant(kappa, dimension))


def in_words(kappa: float, dimension: int) -> str:
    """`hardly sure`, `not very sure`, `fairly sure` or `very sure`, by the mean cosine."""
    length = mean_cosine(kappa, dimension)
    return next(words for most, words in _WORDS if length <= most)
