"""Krippendorff's alpha of the ratings of a study."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest

from emoretrieve.emotion.vectors import Floats
from emoretrieve.evaluation.human.ratings import Ratings
from emoretrieve.evaluation.human.reliability import Alpha, alpha
from emoretrieve.evaluation.human.resampling import Resamples
from emoretrieve.evaluation.human.simulation import Crowd
from tests.emoretrieve.evaluation.human.samples import ratings

NAN = float("nan")
PUBLISHED = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
    [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
]
"""The four observers of Krippendorff 2011, part C."""

Level = Literal["ordinal", "interval"]


def found(of: Ratings, level: Level, draws: int = 50) -> Alpha:
    return alpha(of, level, Resamples.of(of, draws))


def by_hand(values: Floats, level: Level) -> float:
    """Krippendorff 2011 step by step: the coincidence matrix, its margins, the differences, and their quotient."""
    points = sorted(set(values[~np.isnan(values)].tolist()))
    coincidences = np.zeros((len(points), len(points)))
    for unit in values.T:
        said = unit[~np.isnan(unit)].tolist()
        for one, first in enumerate(said):
            for other, second in enumerate(said):
                if one != other:
                    coincidences[points.index(first), points.index(second)] += 1 / (len(said) - 1)
    margins = coincidences.sum(axis=0)
    observed = expected = 0.0
    for one in range(len(points)):
        for other in range(len(points)):
            low, high = sorted((one, other))
            ranks = margins[low : high + 1].sum() - (margins[low] + margins[high]) / 2
            difference = (ranks if level == "ordinal" else points[one] - points[other]) ** 2
            observed += coincidences[one, other] * difference
            expected += margins[one] * margins[other] * difference
    return float(1 - (margins.sum() - 1) * observed / expected)


@pytest.mark.parametrize(("level", "published"), [("ordinal", 0.815), ("interval", 0.849)])
def test_the_published_example_comes_out(level: Level, published: float) -> None:
    value = found(ratings(PUBLISHED), level).value
    assert value is not None
    assert round(value, 3) == published


@pytest.mark.parametrize("level", ["ordinal", "interval"])
def test_alpha_is_that_of_the_coincidence_matrix(level: Level) -> None:
    random = np.random.default_rng(3)
    values = random.integers(1, 8, (6, 15)).astype(np.float64)
    values[random.random(values.shape) < 0.3] = NAN
    assert found(ratings(values), level).value == pytest.approx(by_hand(values, level), abs=1e-12)


def test_participants_who_agree_reach_one() -> None:
    assert found(ratings([[1, 3, 5, 7]] * 3), "ordinal").value == 1


def test_participants_who_rate_at_random_are_about_zero() -> None:
    values = np.random.default_rng(8).integers(1, 8, (30, 60)).astype(np.float64)
    one = found(ratings(values), "interval", 200)
    assert one.value == pytest.approx(0, abs=0.02)
    assert one.interval is not None
    assert (one.interval.low, one.interval.high) == pytest.approx((0, 0), abs=0.05)


def test_the_interval_holds_alpha_and_narrows_with_more_pairs() -> None:
    crowd = Crowd(10, 1.0)
    few, many = (found(crowd.rate(each, 7, np.random.default_rng(1)), "interval", 300) for each in (4, 40))
    for one in (few, many):
        assert one.value is not None
        assert one.interval is not None
        assert one.interval.low < one.value < one.interval.high
    assert few.interval is not None
    assert many.interval is not None
    assert many.interval.high - many.interval.low < few.interval.high - few.interval.low


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([[1, 2, 3]], "one participant cannot agree with anybody"),
        ([[1, NAN, 3], [NAN, 2, NAN]], "no pair was rated by two participants"),
        ([[4, 4, 1], [4, 4, NAN]], "all ratings are the same"),
    ],
)
def test_where_alpha_is_not_defined_it_is_not_made_up(values: list[list[float]], said: str) -> None:
    one = found(ratings(values), "ordinal")
    assert (one.value, one.interval, one.undefined) == (None, None, said)
