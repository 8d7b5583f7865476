"""Points of the hypersphere and their product, held to the formulas of von Mises-Fisher distributions."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from emoretrieve.errors import PerceptionError, QueryError
from emoretrieve.sphere.point import SpherePoint, product

Floats = NDArray[np.float64]


def directions(seed: int, count: int, size: int) -> Floats:
    """Random unit rows."""
    rows = np.random.default_rng(seed).normal(size=(count, size))
    unit: Floats = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


def points(seed: int, count: int, size: int = 16) -> list[SpherePoint]:
    random = np.random.default_rng(seed)
    return [
        SpherePoint(mu.astype(np.float32), float(kappa))
        for mu, kappa in zip(directions(seed, count, size), random.uniform(1, 500, count), strict=True)
    ]


def at_cosine(cosine: float, size: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Two unit vectors with this cosine."""
    first, second = np.zeros(size, np.float32), np.zeros(size, np.float32)
    first[0] = 1
    second[:2] = cosine, math.sqrt(1 - cosine**2)
    return first, second


@pytest.mark.parametrize(
    ("kappas", "cosine", "expected"),
    [((100, 200), 0.6, 272.02941017), ((50, 400), 0.2, 412.91645644), ((300, 300), 0.9, 584.80766069)],
)
def test_the_product_has_the_concentration_of_the_cosine_rule(
    kappas: tuple[float, float], cosine: float, expected: float
) -> None:
    first, second = at_cosine(cosine, 128)
    both = product([SpherePoint(first, kappas[0]), SpherePoint(second, kappas[1])])
    assert both.kappa == pytest.approx(expected, rel=1e-7)


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_the_density_of_the_product_is_proportional_to_the_product_of_the_densities(count: int) -> None:
    factors = points(count, count)
    whole = product(factors)
    places = directions(5, 200, 16)
    logs = sum((places @ factor.eta for factor in factors), np.zeros(len(places)))
    difference = logs - places @ whole.eta
    assert np.ptp(difference) < 1e-3  # of exponents up to 500, from directions in float32


def test_the_order_of_the_factors_and_their_grouping_do_not_matter() -> None:
    first, second, third = points(3, 3)
    at_once = product([first, second, third])
    in_steps = product([third, product([second, first])])
    assert in_steps.kappa == pytest.approx(at_once.kappa, rel=1e-6)
    assert in_steps.mu == pytest.approx(at_once.mu, abs=1e-6)


def test_a_point_times_itself_keeps_its_direction_and_doubles_its_concentration() -> None:
    (point,) = points(9, 1)
    twice = product([point, point])
    assert twice.kappa == pytest.approx(2 * point.kappa)
    assert twice.mu == pytest.approx(point.mu, abs=1e-7)


def test_opposite_points_of_equal_concentration_leave_nothing() -> None:
    (point,) = points(4, 1)
    with pytest.raises(QueryError, match="opposite") as caught:
        product([point, SpherePoint(-point.mu, point.kappa)])
    assert caught.value.kind == "opposite_queries"


def test_points_of_two_spheres_cannot_be_multiplied() -> None:
    with pytest.raises(QueryError, match="8, 16") as caught:
        product([*points(1, 1, 8), *points(1, 1, 16)])
    assert caught.value.kind == "bad_combination"


def test_the_product_of_nothing_is_refused() -> None:
    with pytest.raises(QueryError, match="none"):
        product([])


def test_a_point_keeps_a_copy_of_length_1_that_cannot_be_written() -> None:
    given = np.array([0.6003, 0.8], np.float32)
    point = SpherePoint(given, 2)
    given[0] = 5
    assert float(np.linalg.norm(point.mu.astype(np.float64))) == pytest.approx(1, abs=1e-7)
    with pytest.raises(ValueError, match="read-only"):
        point.mu[0] = 0


@pytest.mark.parametrize(
    "mu", [[], [1.0], [0.0, 0.0], [2.0, 0.0], [math.nan, 1.0], [math.inf, 0.0], [[1.0, 0.0]]], ids=str
)
def test_what_is_no_direction_is_refused(mu: list[float]) -> None:
    with pytest.raises(PerceptionError, match="mean direction") as caught:
        SpherePoint(np.array(mu, np.float32), 1.0)
    assert caught.value.kind == "bad_point"


@pytest.mark.parametrize("kappa", [0.0, -1.0, math.nan, math.inf])
def test_what_is_no_concentration_is_refused(kappa: float) -> None:
    with pytest.raises(PerceptionError, match="concentration") as caught:
        SpherePoint(np.array([1, 0], np.float32), kappa)
    assert caught.value.kind == "bad_point"
