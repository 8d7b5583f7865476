"""A method by its name, on sides of any size that it can take."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from emoretrieve.emotion.vectors import Floats
from emoretrieve.errors import QueryError
from emoretrieve.pairing.assignment import argmax, greedy, hungarian
from emoretrieve.pairing.options import Method
from emoretrieve.pairing.scores import Scores
from emoretrieve.pairing.sparse import NearOptimum, near_optimum

OnProgress: TypeAlias = Callable[[str, int, int | None], object]
"""Is told what is being done, how much of it is done, and of how much; None where that is not known."""

QUICK_CELLS = 4_000_000
"""Up to so many possible pairs (2,000 x 2,000) scipy's dense solver is asked at once."""
MATRIX_CELLS = 121_000_000
"""Up to so many (11,000 x 11,000, 1 GB) all scores are held in memory."""
ALL_CELLS = 2_500_000_000
"""Up to so many (50,000 x 50,000) all scores are computed, row by row."""
_CANDIDATES = 50_000_000
"""Candidates of the sparse solver, those of every copy of a target counted."""


def assign(
    method: Method, scores: Scores, capacity: int, matrix: Floats | None, on_progress: OnProgress
) -> NearOptimum:
    """Pair by this method; only `hungarian` can leave a gap. The matrix of the scores is used where it is given.

    Raises QueryError of kind `too_many_pairs` as `check_size` does.
    """
    rows = scores.shape[0]
    if method == "argmax":
        return NearOptimum(argmax(scores, lambda done: on_progress("scoring", done, rows)), 0.0)
    if method == "hungarian":
        return _highest_sum(scores, capacity, matrix, on_progress)
    matrix = _matrix(scores, on_progress) if matrix is None else matrix
    on_progress("pairing", 0, None)
    return NearOptimum(greedy(matrix, capacity), 0.0)


def check_size(method: Method, sources: int, targets: int, capacity: int) -> None:
    """Raise QueryError of kind `too_many_pairs` where the method would need more memory or time than is sane."""
    cells, copies = sources * targets, min(capacity, sources)
    if cells > ALL_CELLS:
        raise _too_many(f"{sources:,} x {targets:,} items make more than {ALL_CELLS:,} possible pairs")
    if method in ("greedy", "stable") and cells > MATRIX_CELLS:
        raise _too_many(
            f"The method '{method}' sorts all scores of {sources:,} x {targets:,} items, and holds at most "
            f"{MATRIX_CELLS:,}",
            "use the method hungarian, or ",
        )
    near = 64 * max(sources, targets) * copies
    if method == "hungarian" and cells * copies > MATRIX_CELLS and near > _CANDIDATES:
        raise _too_many(
            f"A capacity of {capacity:,} for {sources:,} x {targets:,} items is more than can be solved",
            "lower the capacity, or ",
        )


def _too_many(fault: str, advice: str = "") -> QueryError:
    return QueryError(f"{fault}; {advice}narrow the sides with filters.", kind="too_many_pairs")


def _highest_sum(scores: Scores, capacity: int, matrix: Floats | None, on_progress: OnProgress) -> NearOptimum:
    """Proven to be the highest, except where that would take a matrix that is too large."""
    rows = scores.shape[0]
    cells = scores.cells * min(capacity, rows)
    if cells > MATRIX_CELLS or (cells > QUICK_CELLS and _mostly_distinct(scores)):
        near = near_optimum(scores, capacity, lambda done: on_progress("scoring", done, rows))
        if near.gap == 0 or cells > MATRIX_CELLS:
            return near
    matrix = _matrix(scores, on_progress) if matrix is None else matrix
    on_progress("pairing", 0, None)
    return NearOptimum(hungarian(matrix, capacity), 0.0)


def _mostly_distinct(scores: Scores) -> bool:
    """Whether most sources, and most targets, have a vector of their own: else too much is tied for candidates."""
    return all(2 * len(np.unique(side, axis=0)) > len(side) for side in (scores.sources, scores.targets))


def _matrix(scores: Scores, on_progress: OnProgress) -> Floats:
    rows = scores.shape[0]
    return scores.matrix(lambda done: on_progress("scoring", done, rows))
