"""How often one kind of pair is rated above another one."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import bootstrap, mannwhitneyu

from emoretrieve.emotion.vectors import Floats
from emoretrieve.evaluation.human.design import Kind
from emoretrieve.evaluation.human.preference import Preference, preference
from emoretrieve.evaluation.human.ratings import Ratings
from emoretrieve.evaluation.human.resampling import Resamples
from emoretrieve.evaluation.human.simulation import Crowd
from tests.emoretrieve.evaluation.human.samples import ratings

NAN = float("nan")


def found(of: Ratings, draws: int = 999) -> Preference:
    one = preference(of, "best", "random", Resamples.of(of, draws))
    assert one is not None
    return one


def crowd(lift: float, seed: int, raters: int = 12, each: int = 8) -> Ratings:
    return Crowd(raters, lift).rate(each, 7, np.random.default_rng(seed))


def kinds(best: int, random: int) -> list[Kind]:
    return [*["best"] * best, *["random"] * random]  # type: ignore[list-item]  # both are kinds


def test_comparisons_are_within_a_participant_and_ties_count_half() -> None:
    """The first one: 7 > 5, 7 > 7 half, 6 > 5, 6 < 7; the second one rates one pair of each kind: 2 > 1."""
    one = found(ratings([[7, 6, 5, 7], [2, NAN, 1, NAN]], kinds(2, 2)))
    assert (one.comparisons, one.value, one.ties) == (5, 3.5 / 5, 1 / 5)


def test_of_one_participant_it_is_the_statistic_of_mann_and_whitney() -> None:
    random = np.random.default_rng(2)
    values = random.integers(1, 8, 20).astype(np.float64)
    statistic = mannwhitneyu(values[:9], values[9:]).statistic
    assert found(ratings(values[None], kinds(9, 11))).value == pytest.approx(statistic / 99)


def test_people_who_prefer_the_best_are_found() -> None:
    one = found(crowd(1.0, seed=1))
    assert one.value > 0.7
    assert one.interval is not None
    assert one.interval.low > 0.5
    assert one.p < 0.01


def test_people_who_rate_at_random_are_at_chance() -> None:
    """The mean over many studies is 0.5, and at most about one interval in twenty lies away from it."""
    studies = [found(crowd(0.0, seed, raters=6, each=5), 199) for seed in range(60)]
    assert np.mean([one.value for one in studies]) == pytest.approx(0.5, abs=0.04)
    assert sum(one.interval is not None and not one.interval.low <= 0.5 <= one.interval.high for one in studies) <= 8
    assert sum(one.p <= 0.05 for one in studies) <= 8


def test_the_p_of_all_divisions_is_reached() -> None:
    """Of the 20 divisions of six pairs into three and three, one does as well as the real one."""
    one = found(ratings([[7, 6, 5, 3, 2, 1]] * 2, kinds(3, 3)), draws=9_999)
    assert one.p == pytest.approx(1 / 20, abs=0.006)


def test_with_one_participant_the_interval_is_that_of_both_kinds_drawn_again() -> None:
    random = np.random.default_rng(4)
    first, second = random.integers(2, 8, 30).astype(np.float64), random.integers(1, 7, 25).astype(np.float64)

    def share(first: Floats, second: Floats, axis: int) -> Floats:  # noqa: ARG001  scipy names the last axis
        apart = np.expand_dims(first, -1) - np.expand_dims(second, -2)
        shares: Floats = ((np.sign(apart) + 1) / 2).mean(axis=(-1, -2))
        return shares

    other = bootstrap(
        (first, second), share, vectorized=True, method="percentile", random_state=np.random.default_rng(1)
    ).confidence_interval
    one = found(ratings([[*first, *second]], kinds(30, 25)), draws=9_999).interval
    assert one is not None
    assert (one.low, one.high) == pytest.approx((other.low, other.high), abs=0.01)


def test_few_participants_make_a_wider_interval_than_many_ratings_would() -> None:
    """Ratings of one participant belong together: two who differ are not forty independent opinions."""
    fan, other = [7.0] * 20 + [1.0] * 20, [1.0] * 20 + [7.0] * 20
    one = found(ratings([fan, other], kinds(20, 20)))
    assert one.interval is not None
    assert (one.value, one.interval.low, one.interval.high) == (0.5, 0, 1)


def test_a_kind_that_nobody_rated_is_not_compared() -> None:
    of = ratings([[NAN, 3]], kinds(1, 1))
    assert preference(of, "best", "random", Resamples.of(of, 9)) is None
