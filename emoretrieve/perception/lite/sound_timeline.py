"""Sums over time in bounded memory, from which the sums of any stretch can be read afterwards.

Where the fragments of a sound end is known only when it has been heard to the end, for headers lie. So the frames are
kept summed in cells of equal length, and whenever the cells fill up, neighbours are merged: a timeline never holds more
than `_CELLS` cells, and a boundary is never off by more than 1/_CELLS of the sound.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_CELLS = 2048

Sums = NDArray[np.float64]


class Timeline:
    """Rows of additive measures, a row a frame, summed in at most `_CELLS` cells."""

    def __init__(self, columns: int) -> None:
        self._cells = np.zeros((_CELLS, columns))
        self._frames_per_cell = 1
        self.frames = 0

    def add(self, rows: NDArray[np.floating]) -> None:
        """Append rows (frames, columns)."""
        while -(-(self.frames + len(rows)) // self._frames_per_cell) > _CELLS:
            self._halve()
        cells = (self.frames + np.arange(len(rows))) // self._frames_per_cell
        starts = np.flatnonzero(np.diff(cells, prepend=-1))
        if len(rows):
            self._cells[cells[starts]] += np.add.reduceat(rows.astype(np.float64), starts, axis=0)
        self.frames += len(rows)

    def _halve(self) -> None:
        merged = self._cells[0::2] + self._cells[1::2]
        self._cells[: _CELLS // 2] = merged
        self._cells[_CELLS // 2 :] = 0
        self._frames_per_cell *= 2

    def total(self, start: float, stop: float) -> Sums:
        """Sums (columns,) from one share of the length to another, 0..1, to the nearest cell."""
        used = self.frames / self._frames_per_cell
        totals: Sums = self._cells[round(start * used) : _upper(stop, used)].sum(axis=0)
        return totals


def _upper(stop: float, used: float) -> int:
    """The last stretch takes the last, perhaps unfinished cell along."""
    return _CELLS if stop >= 1 else round(stop * used)
