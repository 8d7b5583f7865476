"""Who is paired with whom: the methods, on scores whose rows and columns stand by ascending id.

Ties go to the lower id of the source, then of the target, so the result does not depend on the order in which items
came. `stable` is `greedy`: both sides of a pair have one score between them, so the best pair left is the first choice
of both; the pairing that nobody can improve on together is the one that takes such pairs one after another.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emoretrieve.emotion.vectors import Floats
from emoretrieve.pairing.scores import Indices, OnRows, Scores

_BAND = 1_000_000
"""Pairs sorted at once by `greedy`, unless more are tied."""
_SAMPLE = 100_000
"""Scores that are looked at to find where a band ends."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """Pairs of row and column, by ascending row; no row is there twice."""

    rows: Indices
    columns: Indices

    @classmethod
    def of(cls, rows: Indices, columns: Indices) -> Assignment:
        order = np.argsort(rows, kind="stable")
        return cls(rows[order], columns[order])


def argmax(scores: Scores, on_rows: OnRows = int) -> Assignment:
    """To each row its best column."""
    best = np.zeros(scores.shape[0], dtype=np.int64)
    for rows, block in scores.blocks(on_rows):
        best[rows] = block.argmax(axis=1)
    return Assignment(np.arange(len(best)), best)


def hungarian(matrix: Floats, capacity: int = 1) -> Assignment:
    """The pairing with the highest sum of scores (n, m), by scipy's Jonker-Volgenant algorithm (Crouse 2016).

    The matrix is worked on in place and comes back as it was.
    """
    from scipy.optimize import linear_sum_assignment

    capacity = min(capacity, matrix.shape[0])
    costs = matrix if capacity == 1 else np.repeat(matrix, capacity, axis=1)
    np.negative(costs, out=costs)
    try:
        rows, slots = linear_sum_assignment(costs)
    finally:
        np.negative(costs, out=costs)
    return Assignment.of(rows, slots // capacity)


def greedy(matrix: Floats, capacity: int = 1) -> Assignment:
    """The best pair first, then the best of what is left, until one side is used up.

    Scores (n, m) are sorted band by band, the highest first, each among the rows and columns that are still free.
    """
    rows, columns = (np.arange(length) for length in matrix.shape)
    room = np.full(matrix.shape[1], capacity)
    chosen: list[tuple[int, int]] = []
    while len(rows) and len(columns):
        free = matrix if len(chosen) == 0 else matrix[np.ix_(rows, columns)]
        taken = _best_pairs(free, room[columns])
        chosen += [(int(rows[row]), int(columns[column])) for row, column in taken]
        for row, column in taken:
            room[columns[column]] -= 1
            rows[row] = -1
        rows, columns = rows[rows >= 0], columns[room[columns] > 0]
    found = np.array(chosen, dtype=np.int64).reshape(-1, 2)
    return Assignment.of(found[:, 0], found[:, 1])


def _best_pairs(scores: Floats, room: Indices) -> list[tuple[int, int]]:
    """What greedy takes of the highest scores; at least one pair. `room` is that of the columns."""
    end = _band_end(scores)
    band = np.flatnonzero(scores > end)
    if not len(band):
        return _tied_pairs(scores == end, room)
    order = np.argsort(-scores.reshape(-1)[band], kind="stable")
    rows, columns = np.divmod(band[order], scores.shape[1])
    left, free = room.tolist(), [True] * len(scores)
    taken = []
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        if free[row] and left[column]:
            free[row] = False
            left[column] -= 1
            taken.append((row, column))
    return taken


def _tied_pairs(best: NDArray[np.bool_], room: Indices) -> list[tuple[int, int]]:
    """The same where more pairs than a band holds share the highest score: each row in turn takes its first column."""
    left = room.copy()
    taken = []
    for row in np.flatnonzero(best.any(axis=1)).tolist():
        column = int(np.argmax(best[row] & (left > 0)))
        if best[row, column] and left[column]:
            left[column] -= 1
            taken.append((row, column))
    return taken


def _band_end(scores: Floats) -> float:
    """A score that at most about `_BAND` are above; the highest one where that many share it."""
    if scores.size <= _BAND:
        return -np.inf
    places = np.random.default_rng(0).integers(0, scores.size, _SAMPLE)
    sample = scores.reshape(-1)[places]
    return min(float(np.quantile(sample, 1 - _BAND / scores.size)), float(scores.max()))
