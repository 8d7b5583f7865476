"""The scores of all possible pairs, as a matrix where it fits and row by row where it does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from emoretrieve.emotion.vectors import Colours, Floats, vectors
from emoretrieve.search.match import Match

Indices: TypeAlias = NDArray[np.int64]
OnRows: TypeAlias = Callable[[int], object]
"""Is told how many rows are done."""

_CELLS_AT_ONCE = 65_536
"""Half a megabyte of scores: what is computed at once stays in the processor's cache."""


@dataclass(frozen=True)
class Scores:
    """Scores of n sources (rows) against m targets (columns).

    Summed column by column as `emoretrieve.emotion.vectors.exact_scores` does: a score is that of a query to the last
    bit, and equal profiles score equally, wherever they stand.
    """

    sources: Floats
    """(n, 15), weighted as queries are."""
    targets: Floats
    """(m, 15)"""

    @classmethod
    def of(cls, match: Match, sources: Colours, targets: Colours) -> Scores:
        """The scores of these profiles, (n, 5, 3) and (m, 5, 3), under a match."""
        return cls(match.query_vectors(sources), vectors(match.space, targets))

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.sources), len(self.targets)

    @property
    def cells(self) -> int:
        """Number of possible pairs."""
        return len(self.sources) * len(self.targets)

    def blocks(self, on_rows: OnRows = int) -> Iterator[tuple[slice, Floats]]:
        """All rows in order, some at a time; a block is overwritten when the next one is asked for."""
        rows, columns = self.shape
        height = max(1, min(rows, _CELLS_AT_ONCE // max(1, columns)))
        block, product = np.empty((2, height, columns))
        for start in range(0, rows, height):
            sources = self.sources[start : start + height]
            scores, one = block[: len(sources)], product[: len(sources)]
            np.multiply(sources[:, :1], self._columns[0], out=scores)
            for axis in range(1, sources.shape[1]):
                np.multiply(sources[:, axis, None], self._columns[axis], out=one)
                scores += one
            yield slice(start, start + len(sources)), scores
            on_rows(start + len(sources))

    def matrix(self, on_rows: OnRows = int) -> Floats:
        """All scores (n, m): 8 bytes a pair."""
        whole = np.empty(self.shape)
        for rows, block in self.blocks(on_rows):
            whole[rows] = block
        return whole

    def pairs(self, rows: Indices, columns: Indices) -> Floats:
        """The scores of these pairs, element by element."""
        scores = np.zeros(len(rows))
        for axis in range(self.sources.shape[1]):
            scores += self.sources[rows, axis] * self.targets[columns, axis]
        return scores

    @cached_property
    def _columns(self) -> Floats:
        """(15, m), each row in one piece."""
        return np.ascontiguousarray(self.targets.T)
