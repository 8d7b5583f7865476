"""Ranks and their measures, held against scikit-learn and against the random rankings of the evaluation."""

from __future__ import annotations

import numpy as np
import pytest

from emoretrieve.evaluation.truth import random_ranking
from emoretrieve.sphere.ranks import DEPTHS, chance, measured, ranks


@pytest.fixture(scope="module")
def scores() -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Of 200 queries, whose answers score somewhat higher than other targets."""
    return np.random.default_rng(0).normal(size=(200, 200)) + 1.5 * np.eye(200)


def test_the_measures_are_those_of_scikit_learn(scores: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> None:
    metrics = pytest.importorskip("sklearn.metrics", reason="needs the extra 'evaluation'")
    found = measured(ranks(scores, np.arange(200)))
    mrr = metrics.label_ranking_average_precision_score(np.eye(200), scores)
    recalls = [metrics.top_k_accuracy_score(np.arange(200), scores, k=depth) for depth in DEPTHS]
    assert found.mrr == pytest.approx(mrr)
    assert found.recall == pytest.approx(recalls)


def test_the_median_rank_is_that_of_a_sorted_list(scores: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> None:
    by_sorting = [int(np.flatnonzero(np.argsort(-row) == place)[0]) + 1 for place, row in enumerate(scores)]
    assert measured(ranks(scores, np.arange(200))).median_rank == np.median(by_sorting)


def test_a_model_that_cannot_tell_items_apart_ranks_at_the_median_of_chance() -> None:
    found = measured(ranks(np.zeros((50, 50)), np.arange(50)))
    assert found.median_rank == chance(50).median_rank == 25.5
    assert found.recall == (0.0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize("gallery", [1, 7, 2000])
def test_chance_is_that_of_the_random_rankings_of_the_evaluation(gallery: int) -> None:
    level = chance(gallery)
    assert level.mrr == pytest.approx(random_ranking.expected_reciprocal_rank(gallery, 1))
    assert level.recall == pytest.approx([random_ranking.expected_recall(gallery, depth) for depth in DEPTHS])


def test_chance_of_two_thousand_is_that_of_the_paper() -> None:
    level = chance(2000)
    assert level.recall == pytest.approx((0.0005, 0.0025, 0.005, 0.0075))
    assert level.mrr == pytest.approx(0.00409, abs=5e-6)
    assert level.median_rank == 1000.5
