"""Each measure against another way to compute it."""

from __future__ import annotations

import statistics

import numpy as np
import pytest
from scipy import stats
from scipy.spatial import distance

from emoretrieve.evaluation.centred import centred
from emoretrieve.evaluation.collapse import Collapse
from emoretrieve.evaluation.correlation import pearson, spearman
from emoretrieve.evaluation.distribution import Distribution
from emoretrieve.evaluation.lengths import Lengths, is_complete
from emoretrieve.evaluation.study.cell import Cell
from tests.emoretrieve.pairing.profiles import profiles


def test_a_distribution_is_that_of_the_standard_library() -> None:
    scores = np.random.default_rng(0).normal(size=11)
    values = scores.tolist()
    expected = (len(values), statistics.fmean(values), statistics.median(values), statistics.pstdev(values))
    found = Distribution.of(scores)
    assert (found.count, found.mean, found.median, found.deviation) == pytest.approx(expected)
    assert (found.lowest, found.highest) == (min(values), max(values))


def test_lengths_are_counted_and_compared_with_their_mean() -> None:
    texts = ["one two three.", "one two", "one", "Done!"]
    assert Lengths.of(texts) == Lengths(3, 1, 1.75, 2, 2, 0, 4, 2)
    assert Lengths.of(["a b", "c d"]).equal == 2


@pytest.mark.parametrize(
    ("text", "complete"), [("So.", True), ("So! ", True), ("so", False), ("", False), ('"So."', False)]
)
def test_a_complete_description_ends_as_a_sentence(text: str, complete: bool) -> None:
    assert is_complete(text) is complete


def test_collapse_counts_what_it_says() -> None:
    rows = profiles(40, 3)
    channels = rows.reshape(-1).tolist()
    found = Collapse.of(rows)
    assert found.multiples_of_five == pytest.approx(sum(c % 5 == 0 for c in channels) / len(channels))
    assert found.distinct_wholes == len({tuple(row[0].tolist()) for row in rows})


def test_correlations_are_those_of_scipy() -> None:
    random = np.random.default_rng(1)
    first, second = random.normal(size=30), random.integers(0, 5, 30).astype(float)
    assert pearson(first, second) == pytest.approx(stats.pearsonr(first, second).statistic)
    assert spearman(first, second) == pytest.approx(stats.spearmanr(first, second).statistic)


def test_what_is_constant_has_no_correlation() -> None:
    assert pearson(np.ones(5), np.arange(5.0)) is None
    assert spearman(np.arange(5.0), np.ones(5)) is None
    assert pearson(np.ones(1), np.ones(1)) is None


def test_centred_cosine_is_the_cosine_of_what_is_left_without_the_mean() -> None:
    rows = profiles(9, 5)
    flat = rows.reshape(9, 15).astype(float)
    apart = flat - flat.mean(axis=0)
    found = centred(rows)
    assert found[2] @ found[7] == pytest.approx(1 - distance.cosine(apart[2], apart[7]))


def test_items_that_are_all_alike_are_centred_to_nothing() -> None:
    assert (centred(profiles(3, 0, palette=1)) == 0).all()


@pytest.mark.parametrize(
    ("stated", "ours", "within", "verdict"),
    [
        ("0.92", 0.9249, 0.0, "same"),
        ("0.92", 0.9251, 0.0, "differs"),
        ("0.92", 0.9251, 0.01, "near"),
        ("100", 100.0, 0.0, "same"),
        ("0.92", None, 0.0, "no data"),
        (None, 1.0, 0.0, "not stated"),
    ],
)
def test_a_verdict_is_by_the_last_digit_stated(
    stated: str | None, ours: float | None, within: float, verdict: str
) -> None:
    assert Cell("", "", stated, None, ours, within=within).verdict == verdict
