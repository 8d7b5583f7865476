"""The level of random pairings against all pairings there are."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from emoretrieve.emotion.vectors import Floats
from emoretrieve.pairing.chance import RandomLevel, random_level
from tests.emoretrieve.pairing.profiles import scores


def all_means(matrix: Floats, capacity: int) -> Floats:
    """The mean of every pairing."""
    slots = np.repeat(matrix, capacity, axis=1)
    slots = slots if slots.shape[0] <= slots.shape[1] else slots.T
    rows = range(slots.shape[0])
    return np.array([slots[rows, chosen].mean() for chosen in permutations(range(slots.shape[1]), len(rows))])


@pytest.mark.parametrize(
    ("rows", "columns", "capacity"),
    [(1, 1, 1), (2, 2, 1), (5, 5, 1), (3, 6, 1), (6, 3, 1), (1, 4, 1), (4, 3, 2), (7, 3, 2)],
)
def test_mean_and_deviation_are_those_of_all_pairings(rows: int, columns: int, capacity: int) -> None:
    of = scores(rows, columns, 11)
    means = all_means(of.matrix(), capacity)
    level = random_level(of, capacity, 10)
    assert level.mean == pytest.approx(means.mean(), abs=1e-12)
    assert level.deviation == pytest.approx(means.std(), abs=1e-9)


def test_the_draws_are_spread_as_they_should_be() -> None:
    level = random_level(scores(40, 50, 2), 1, 5_000)
    assert len(level.drawn) == 5_000
    assert level.drawn.mean() == pytest.approx(level.mean, abs=4 * level.deviation / 5_000**0.5)
    assert level.drawn.std() == pytest.approx(level.deviation, rel=0.05)


@pytest.mark.parametrize(("rows", "columns", "capacity"), [(4, 5, 1), (5, 4, 1), (5, 2, 2), (3, 2, 2)])
def test_every_draw_is_a_pairing_that_there_is(rows: int, columns: int, capacity: int) -> None:
    of = scores(rows, columns, 4)
    possible = all_means(of.matrix(), capacity)
    drawn = random_level(of, capacity, 2_000).drawn
    assert np.abs(drawn[:, None] - possible).min(axis=1).max() < 1e-12
    assert len(np.unique(drawn.round(9))) == len(np.unique(possible.round(9)))


def test_p_counts_the_pairing_itself_and_the_draws_that_reach_it() -> None:
    level = RandomLevel(0.5, 0.1, np.array([0.3, 0.5, 0.7]))
    assert [level.p(mean) for mean in (0.2, 0.5, 0.6, 0.8)] == [1.0, 0.75, 0.5, 0.25]
    assert level.z(0.7) == pytest.approx(2)


def test_where_all_pairings_score_the_same_there_is_no_z() -> None:
    level = random_level(scores(4, 4, 0, palette=1), 1, 20)
    assert level.z(level.mean) is None
    assert level.p(level.mean) == 1
