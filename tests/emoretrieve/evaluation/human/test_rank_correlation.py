"""Whether higher scores go with higher ratings."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from emoretrieve.evaluation.human.design import KINDS
from emoretrieve.evaluation.human.rank_correlation import rank_correlation
from emoretrieve.evaluation.human.resampling import Resamples
from tests.emoretrieve.evaluation.human.samples import ratings

NAN = float("nan")


def test_it_is_spearmans_rho_of_the_mean_ratings() -> None:
    values = np.random.default_rng(1).integers(1, 8, (5, 12)).astype(np.float64)
    values[0, :4] = NAN
    of = ratings(values)
    one = rank_correlation(of, "all", KINDS, Resamples.of(of, 299))
    other = spearmanr(of.scores, np.nanmean(values, axis=0))
    assert one.value == pytest.approx(other.statistic)
    assert one.interval is not None
    assert one.interval.low < other.statistic < one.interval.high


def test_its_p_is_that_of_scipys_permutations() -> None:
    values = np.random.default_rng(6).integers(1, 8, (3, 9)).astype(np.float64)
    of = ratings(values)
    one = rank_correlation(of, "all", KINDS, Resamples.of(of, 9_999))
    assert one.p == pytest.approx(spearmanr(of.scores, values.mean(axis=0), alternative="greater").pvalue, abs=0.05)


def test_ratings_that_rise_with_the_score_are_found() -> None:
    of = ratings([[1, 2, 3, 4, 5, 6, 7]] * 3)
    one = rank_correlation(of, "all", KINDS, Resamples.of(of, 999))
    assert one.value == pytest.approx(1)
    assert one.p is not None
    assert one.p < 0.01


@pytest.mark.parametrize("values", [[[4, 4, 4, 4]], [[1, 2, NAN, NAN]], [[NAN, NAN, NAN, NAN]]])
def test_where_nothing_varies_there_is_no_rho(values: list[list[float]]) -> None:
    of = ratings(values)
    one = rank_correlation(of, "all", KINDS, Resamples.of(of, 9))
    assert (one.value, one.interval, one.p) == (None, None, None)
