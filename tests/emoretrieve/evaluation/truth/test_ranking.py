"""Measures of rankings against scikit-learn, and of random ones against all orders there are."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emoretrieve.emotion.vectors import Floats
from emoretrieve.evaluation.truth import random_ranking, ranking
from emoretrieve.evaluation.truth.measures import MEASURES, Judged, Levels


@st.composite
def rankings(draw: st.DrawFn) -> Floats:
    """Grades from the first rank on, one of them above 0."""
    grades = draw(st.lists(st.sampled_from([0.0, 0.0, 0.5, 1.0, 3.0]), min_size=2, max_size=12))
    grades[draw(st.integers(0, len(grades) - 1))] = 2.0
    return np.array(grades)


@settings(deadline=None)  # the first call imports scikit-learn
@given(rankings())
def test_average_precision_and_ndcg_are_those_of_scikit_learn(grades: Floats) -> None:
    from sklearn.metrics import average_precision_score, ndcg_score

    scores = -np.arange(len(grades), dtype=float)
    assert ranking.average_precision(grades > 0) == pytest.approx(average_precision_score(grades > 0, scores))
    assert ranking.ndcg(grades) == pytest.approx(ndcg_score([grades], [scores]))


def test_what_stands_on_top_is_counted() -> None:
    relevant = np.array([False, True, False, True, True])
    assert [ranking.precision(relevant, k) for k in (1, 5, 10)] == [0, 3 / 5, 3 / 10]
    assert [ranking.recall(relevant, k) for k in (1, 2, 10)] == [0, 1 / 3, 1]
    assert (ranking.first_rank(relevant), ranking.reciprocal_rank(relevant)) == (2, 0.5)


@pytest.mark.parametrize("grades", [[1.0], [1.0, 0, 0, 0], [1.0, 1, 0, 0, 0], [3.0, 1, 1, 0, 0, 0], [2.0, 1, 1]])
@pytest.mark.parametrize("place", range(len(MEASURES)))
def test_the_random_level_is_the_mean_over_all_orders_and_the_oracle_the_best_of_them(
    grades: list[float], place: int
) -> None:
    orders = [np.array(order) for order in set(permutations(grades))]
    times = [sum(order.tolist() == list(one) for one in permutations(grades)) for order in orders]
    levels = [levels_of(place, order) for order in orders]
    values = [one.value for one in levels]
    assert levels[0].random == pytest.approx(np.average(values, weights=times))
    assert levels[0].oracle == pytest.approx(max(values))


def levels_of(place: int, grades: Floats) -> Levels:
    return MEASURES[place].levels(Judged(grades, grades > 0))


@pytest.mark.parametrize(("count", "relevant"), [(1, 1), (6, 1), (6, 2), (5, 5)])
def test_the_first_rank_of_random_orders_is_that_of_all_orders(count: int, relevant: int) -> None:
    marks = [True] * relevant + [False] * (count - relevant)
    firsts = [order.index(True) + 1 for order in permutations(marks)]
    shares = np.bincount(firsts, minlength=count + 1)[1:] / len(firsts)
    assert random_ranking.first_rank_probabilities(count, relevant) == pytest.approx(shares)
    assert random_ranking.median_first_rank([(count, relevant)] * 3) == int(np.quantile(firsts, 0.5, method="lower"))


def test_the_median_of_different_queries_is_that_of_all_of_them() -> None:
    """Half of the queries find at once what they seek."""
    assert random_ranking.median_first_rank([(4, 4), (4, 4), (100, 1)]) == 1
    assert random_ranking.median_first_rank([(4, 4), (100, 1), (100, 1)]) == 25
