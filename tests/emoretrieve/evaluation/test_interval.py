"""Bootstrap intervals of means."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import bootstrap, norm

from emoretrieve.evaluation.interval import Interval, class_interval, mean_interval


def bca_by_hand(values: list[float]) -> tuple[float, float]:
    """Efron's interval, written out step by step with draws of its own."""
    sample = np.array(values)
    draws = np.random.default_rng(99).choice(sample, (60_000, len(sample))).mean(axis=1)
    bias = norm.ppf((draws < sample.mean()).mean())
    without = np.array([np.delete(sample, place).mean() for place in range(len(sample))])
    apart = without.mean() - without
    acceleration = (apart**3).sum() / (6 * (apart**2).sum() ** 1.5)
    ends = norm.ppf([0.025, 0.975]) + bias
    low, high = np.quantile(draws, norm.cdf(bias + ends / (1 - acceleration * ends)))
    return float(low), float(high)


def test_the_interval_is_efrons() -> None:
    values = np.random.default_rng(3).exponential(size=40)
    found = mean_interval(values)
    assert found is not None
    assert (found.low, found.high) == pytest.approx(bca_by_hand(values.tolist()), abs=0.02)


def test_of_many_values_it_is_that_of_the_normal_distribution() -> None:
    values = np.random.default_rng(4).normal(size=5_000)
    found = mean_interval(values)
    assert found is not None
    half = 1.96 * values.std() / len(values) ** 0.5
    assert (found.low, found.high) == pytest.approx((values.mean() - half, values.mean() + half), abs=0.003)


def test_the_same_values_have_the_same_interval() -> None:
    values = np.random.default_rng(5).normal(size=30)
    assert mean_interval(values) == mean_interval(values.copy())


def test_equal_values_have_a_point_and_one_value_has_none() -> None:
    assert mean_interval(np.full(9, 0.25)) == Interval(0.25, 0.25)
    assert mean_interval(np.array([1.0, 1.0, 1.0 - 1e-16, 1.0 + 3e-16])) == Interval(1.0, 1.0)
    assert mean_interval(np.array([0.25])) is None


def test_the_interval_of_classes_is_that_of_the_mean_of_their_means() -> None:
    """Their variances add up, each divided by its own number of values, and by the number of classes squared."""
    random = np.random.default_rng(6)
    classes = [random.normal(1, 1, 60), random.normal(3, 2, 90)]
    found = class_interval(classes)
    assert found is not None
    half = 1.96 * np.sqrt(sum(values.var() / len(values) for values in classes)) / 2
    middle = np.mean([values.mean() for values in classes])
    assert (found.low, found.high) == pytest.approx((middle - half, middle + half), abs=0.02)


def test_of_one_class_it_is_that_of_plain_percentiles() -> None:
    values = np.random.default_rng(7).exponential(size=50)
    other = bootstrap((values,), np.mean, method="percentile", random_state=np.random.default_rng(1))
    found = class_interval([values])
    assert found is not None
    assert (found.low, found.high) == pytest.approx(tuple(other.confidence_interval), abs=0.02)


def test_classes_of_one_value_each_have_no_interval() -> None:
    assert class_interval([np.array([1.0]), np.array([0.0])]) is None
