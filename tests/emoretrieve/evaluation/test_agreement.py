"""Agreement of two runs."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import pearsonr

from emoretrieve.evaluation.agreement import Agreement, icc_2_1, icc_3_1

SHROUT_AND_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=float
)
"""Their table 2: six targets, four judges."""


def test_the_intraclass_correlations_are_those_that_shrout_and_fleiss_print() -> None:
    assert icc_2_1(SHROUT_AND_FLEISS) == pytest.approx(0.29, abs=0.005)
    assert icc_3_1(SHROUT_AND_FLEISS) == pytest.approx(0.71, abs=0.005)


def test_a_shift_lowers_absolute_agreement_alone() -> None:
    first = np.random.default_rng(0).normal(100, 20, 50)
    shifted = Agreement.of(first, first + 30)
    assert shifted.pearson == pytest.approx(1)
    assert shifted.icc_3_1 == pytest.approx(1)
    assert shifted.icc_2_1 is not None
    assert shifted.icc_2_1 < 0.6
    assert shifted.difference == pytest.approx(30)


def test_of_two_runs_consistency_is_covariance_over_mean_variance() -> None:
    random = np.random.default_rng(1)
    first = random.normal(size=40)
    second = first + random.normal(size=40)
    found = Agreement.of(first, second)
    covariance = np.cov(first, second)
    assert found.icc_3_1 == pytest.approx(2 * covariance[0, 1] / (covariance[0, 0] + covariance[1, 1]))
    assert found.pearson == pytest.approx(pearsonr(first, second).statistic)


def test_ratings_that_do_not_vary_have_no_correlation() -> None:
    found = Agreement.of(np.full(5, 70.0), np.full(5, 70.0))
    assert (found.pearson, found.icc_2_1, found.icc_3_1, found.difference) == (None, None, None, 0)
    assert icc_2_1(np.array([[1.0, 2.0]])) is None
