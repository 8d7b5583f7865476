"""How sure a distribution is, in words that mean the same in every dimension."""

from __future__ import annotations

import pytest

from emoretrieve.sphere.normaliser import concentration
from emoretrieve.sphere.sureness import in_words, mean_cosine


@pytest.mark.parametrize("dimension", [3, 32, 512])
@pytest.mark.parametrize(
    ("length", "words"),
    [(0.1, "hardly sure"), (0.6, "not very sure"), (0.85, "fairly sure"), (0.95, "very sure")],
)
def test_words_follow_the_mean_cosine_of_a_draw_in_every_dimension(dimension: int, length: float, words: str) -> None:
    kappa = float(concentration(length, dimension))
    assert mean_cosine(kappa, dimension) == pytest.approx(length, abs=1e-6)
    assert in_words(kappa, dimension) == words


def test_the_surest_has_words_too() -> None:
    assert in_words(1e9, 3) == "very sure"
