"""The sparse solver against the dense one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emoretrieve.pairing import sparse
from emoretrieve.pairing.assignment import hungarian
from emoretrieve.pairing.scores import Scores
from emoretrieve.pairing.sparse import near_optimum
from tests.emoretrieve.pairing.profiles import scores, sides


def reached(of: Scores, found: sparse.NearOptimum) -> float:
    return float(of.pairs(found.assignment.rows, found.assignment.columns).mean())


def highest(of: Scores, capacity: int) -> float:
    best = hungarian(of.matrix(), capacity)
    return float(of.pairs(best.rows, best.columns).mean())


@settings(deadline=None)
@given(sides, st.integers(1, 3))
def test_small_sides_are_solved_and_proven(of: Scores, capacity: int) -> None:
    found = near_optimum(of, capacity)
    assert found.gap == 0
    assert reached(of, found) == pytest.approx(highest(of, capacity), abs=1e-12)


@pytest.mark.parametrize(
    ("rows", "columns", "capacity", "palette"),
    [(400, 400, 1, 0), (300, 200, 2, 0), (500, 200, 1, 0), (300, 300, 1, 30)],
)
def test_larger_sides_are_solved_and_proven(rows: int, columns: int, capacity: int, palette: int) -> None:
    of = scores(rows, columns, 3, match="concat", palette=palette)
    found = near_optimum(of, capacity)
    assert found.gap == 0
    assert reached(of, found) == pytest.approx(highest(of, capacity), abs=1e-12)


@pytest.mark.parametrize(("rows", "columns", "capacity"), [(200, 200, 1), (150, 100, 2), (250, 100, 1)])
def test_the_gap_of_a_search_that_was_cut_short_holds_the_best(
    rows: int, columns: int, capacity: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sparse, "NEAREST", 2)
    of = scores(rows, columns, 8)
    found = near_optimum(of, capacity, rounds=1)
    missing = highest(of, capacity) - reached(of, found)
    assert 0 < missing <= found.gap < 0.5


def test_the_same_sides_give_the_same_pairs() -> None:
    of = scores(120, 120, 1, palette=10)
    first, second = near_optimum(of), near_optimum(of)
    assert first.assignment.columns.tolist() == second.assignment.columns.tolist()
