"""Compositions of queries are what their formulas say, for many at once as for one."""

from __future__ import annotations

import numpy as np
import pytest

from emoretrieve.sphere.point import SpherePoint
from emoretrieve.sphere.point import product as product_of_points
from emoretrieve.sphere.points import Points, composed_scores, mean, product, scores
from emoretrieve.sphere.rescore import DISTANCES, closed_form


def drawn(seed: int, count: int, size: int = 16) -> Points:
    rng = np.random.default_rng(seed)
    mu = rng.normal(size=(count, size))
    return Points(mu / np.linalg.norm(mu, axis=1, keepdims=True), rng.uniform(5, 200, count))


def test_the_product_of_rows_is_the_product_of_points() -> None:
    parts = [drawn(seed, 4) for seed in (0, 1)]
    together = product(parts)
    for row in range(4):
        one = product_of_points([SpherePoint(part.mu[row].astype(np.float32), part.kappa[row]) for part in parts])
        assert together.mu[row] == pytest.approx(one.mu, abs=1e-6)
        assert together.kappa[row] == pytest.approx(one.kappa, rel=1e-6)


def test_the_mean_takes_no_notice_of_kappa() -> None:
    first, second = drawn(0, 3), drawn(1, 3)
    surer = Points(first.mu, 100 * first.kappa)
    assert mean([first, second]).mu == pytest.approx(mean([surer, second]).mu)
    assert mean([first, first]).mu == pytest.approx(first.mu)


@pytest.mark.parametrize("distance", [name for name in DISTANCES if name != "ssw"])
def test_scores_of_many_are_those_of_each_pair(distance: str) -> None:
    query, target = drawn(0, 3), drawn(1, 5)
    found = scores(distance, query, target)
    cosine = float(query.mu[2] @ target.mu[4])
    assert found.shape == (3, 5)
    by_itself = closed_form(distance)(query.kappa[2:], target.kappa[4:], np.array([cosine]), 16)
    assert found[2, 4] == pytest.approx(by_itself[0])


def test_the_likelihood_of_a_mixture_is_the_mean_of_those_of_its_parts() -> None:
    parts, target = [drawn(0, 3), drawn(1, 3)], drawn(2, 5)
    mixed = composed_scores("elk", "mixture", parts, target)
    assert mixed is not None
    by_hand = np.log(np.mean([np.exp(scores("elk", part, target)) for part in parts], axis=0))
    assert mixed == pytest.approx(by_hand)
    assert composed_scores("kl", "mixture", parts, target) is None


def test_a_query_of_exact_opposites_is_no_nan() -> None:
    one = drawn(0, 2)
    both = product([one, Points(-one.mu, one.kappa)])
    assert np.isfinite(both.mu).all()
    assert np.isfinite(both.kappa).all()
