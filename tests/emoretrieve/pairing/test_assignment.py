"""The methods against slow and plain ones."""

from __future__ import annotations

from collections import Counter
from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emoretrieve.emotion.vectors import Floats
from emoretrieve.pairing import assignment
from emoretrieve.pairing.assignment import Assignment, argmax, greedy, hungarian
from emoretrieve.pairing.scores import Scores
from tests.emoretrieve.pairing.profiles import scores, sides

capacities = st.integers(1, 3)


def pairs(found: Assignment) -> list[tuple[int, int]]:
    return list(zip(found.rows.tolist(), found.columns.tolist(), strict=True))


def total(matrix: Floats, found: Assignment) -> float:
    return float(matrix[found.rows, found.columns].sum())


def brute_best(matrix: Floats, capacity: int) -> float:
    """The highest sum of any pairing, by trying all of them."""
    slots = np.repeat(matrix, capacity, axis=1)
    if slots.shape[0] > slots.shape[1]:
        slots = slots.T
    places = range(slots.shape[0])
    return max(float(slots[places, chosen].sum()) for chosen in permutations(range(slots.shape[1]), len(places)))


def plain_greedy(matrix: Floats, capacity: int) -> set[tuple[int, int]]:
    """All pairs in order, ties by row and column; each is taken if both are free."""
    order = sorted(product(*map(range, matrix.shape)), key=lambda pair: (-matrix[pair], *pair))
    free, left, taken = set(range(matrix.shape[0])), Counter(dict.fromkeys(range(matrix.shape[1]), capacity)), set()
    for row, column in order:
        if row in free and left[column]:
            taken.add((row, column))
            free.remove(row)
            left[column] -= 1
    return taken


def gale_shapley(matrix: Floats, capacity: int) -> set[tuple[int, int]]:
    """Deferred acceptance (Gale and Shapley 1962): rows propose, columns keep the best of those that asked."""
    rows, columns = matrix.shape
    wishes = {row: sorted(range(columns), key=lambda column: (-matrix[row, column], column)) for row in range(rows)}
    kept: dict[int, list[int]] = {column: [] for column in range(columns)}
    asking = list(range(rows))
    while asking:
        row = asking.pop()
        if not wishes[row]:
            continue
        column = wishes[row].pop(0)
        kept[column] = sorted([*kept[column], row], key=lambda one: (-matrix[one, column], one))
        asking += kept[column][capacity:]
        kept[column] = kept[column][:capacity]
    return {(row, column) for column, some in kept.items() for row in some}


@settings(deadline=None)
@given(sides, capacities)
def test_nobody_is_paired_beyond_the_capacity_and_one_side_is_used_up(of: Scores, capacity: int) -> None:
    matrix = of.matrix()
    for method in (hungarian, greedy):
        found = method(matrix, capacity)
        assert len(found.rows) == min(matrix.shape[0], matrix.shape[1] * capacity)
        assert max(Counter(found.rows.tolist()).values()) == 1
        assert max(Counter(found.columns.tolist()).values()) <= capacity
        assert found.rows.tolist() == sorted(found.rows.tolist())


@settings(deadline=None)
@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 1_000), st.sampled_from([0, 2]), st.integers(1, 2))
def test_hungarian_finds_the_highest_sum_of_all_pairings(
    rows: int, columns: int, seed: int, palette: int, capacity: int
) -> None:
    matrix = scores(rows, min(columns, 6 // capacity), seed, palette=palette).matrix()
    assert total(matrix, hungarian(matrix, capacity)) == pytest.approx(brute_best(matrix, capacity), abs=1e-12)


def test_hungarian_leaves_the_matrix_as_it_was() -> None:
    matrix = scores(7, 9, 0).matrix()
    before = matrix.copy()
    hungarian(matrix)
    assert (matrix == before).all()


@settings(deadline=None)
@given(sides, capacities)
def test_greedy_takes_the_best_pair_that_is_left(of: Scores, capacity: int) -> None:
    matrix = of.matrix()
    assert set(pairs(greedy(matrix, capacity))) == plain_greedy(matrix, capacity)


@pytest.mark.parametrize("palette", [0, 1, 3])
@pytest.mark.parametrize("capacity", [1, 2])
def test_greedy_is_the_same_in_narrow_bands(monkeypatch: pytest.MonkeyPatch, palette: int, capacity: int) -> None:
    matrix = scores(60, 45, 5, palette=palette).matrix()
    monkeypatch.setattr(assignment, "_BAND", 50)
    assert set(pairs(greedy(matrix, capacity))) == plain_greedy(matrix, capacity)


@settings(deadline=None)
@given(sides, capacities)
def test_greedy_is_the_stable_pairing_of_deferred_acceptance(of: Scores, capacity: int) -> None:
    matrix = of.matrix()
    assert set(pairs(greedy(matrix, capacity))) == gale_shapley(matrix, capacity)


@settings(deadline=None)
@given(sides, capacities)
def test_no_two_would_rather_have_each_other(of: Scores, capacity: int) -> None:
    """No blocking pair: a row and a column that both rank each other above what they have, ties by place."""
    matrix = of.matrix()
    found = greedy(matrix, capacity)
    partner = dict(pairs(found))
    guests = {column: [row for row, other in partner.items() if other == column] for column in range(matrix.shape[1])}
    for row, column in product(*map(range, matrix.shape)):
        mine = partner.get(row)
        rather = mine is None or (-matrix[row, column], column) < (-matrix[row, mine], mine)
        room = len(guests[column]) < capacity
        welcome = room or any((-matrix[row, column], row) < (-matrix[one, column], one) for one in guests[column])
        assert not (rather and welcome)


@settings(deadline=None)
@given(sides)
def test_argmax_gives_each_its_best_and_of_equals_the_first(of: Scores) -> None:
    matrix = of.matrix()
    found = argmax(of)
    assert pairs(found) == [
        (row, int(np.flatnonzero(matrix[row] == matrix[row].max())[0])) for row in range(len(matrix))
    ]


def test_all_equal_items_are_paired_in_order() -> None:
    matrix = np.full((4, 3), 0.5)
    assert pairs(greedy(matrix)) == [(0, 0), (1, 1), (2, 2)]
    assert pairs(greedy(matrix, 2)) == [(0, 0), (1, 0), (2, 1), (3, 1)]
