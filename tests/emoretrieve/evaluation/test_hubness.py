"""Nearest targets and hubs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from scipy.stats import binom, skew

from emoretrieve.evaluation.hubness import Hubness
from emoretrieve.evaluation.nearest import nearest
from emoretrieve.pairing.scores import Scores
from tests.emoretrieve.pairing.profiles import scores, sides


@given(sides)
def test_of_equal_scores_the_lower_columns_are_nearest(of: Scores) -> None:
    matrix = of.matrix()
    for k in {1, of.shape[1]}:
        expected = np.sort(np.argsort(-matrix, axis=1, kind="stable")[:, :k], axis=1)
        assert (nearest(of, k) == expected).all()


def test_skewness_and_anti_hubs_are_those_of_the_neighbours_that_scikit_learn_finds() -> None:
    from sklearn.neighbors import NearestNeighbors

    of = scores(60, 45, 3, match="concat")
    found = NearestNeighbors(n_neighbors=10, metric="cosine").fit(of.targets).kneighbors(of.sources)[1]
    counts = np.bincount(found.reshape(-1), minlength=45)
    hubness = Hubness.of(of)
    assert hubness.skewness == pytest.approx(skew(counts))
    assert hubness.never == (counts == 0).mean()
    assert hubness.most == counts.max()


def test_chance_is_binomial() -> None:
    hubness = Hubness.of(scores(60, 45, 3))
    assert hubness.chance_skewness == pytest.approx(float(binom(60, 10 / 45).stats("s")))
    assert hubness.chance_never == pytest.approx(float(binom(60, 10 / 45).pmf(0)))


def test_where_there_are_fewer_than_ten_targets_all_are_found() -> None:
    hubness = Hubness.of(scores(6, 3, 1))
    assert (hubness.k, hubness.skewness, hubness.never, hubness.most) == (3, 0, 0, 6)
    assert hubness.chance_skewness == 0
