"""The best targets of each source, ties by id."""

from __future__ import annotations

import numpy as np

from emoretrieve.pairing.scores import Indices, Scores

NEAREST = 10


def nearest(scores: Scores, count: int = NEAREST) -> Indices:
    """The columns (n, count) of the highest scores of every row, ascending; of equal scores the lower columns.

    `count` is at most the number of columns.
    """
    columns = scores.shape[1]
    found = np.empty((scores.shape[0], count), dtype=np.int64)
    for rows, block in scores.blocks():
        last = np.partition(block, columns - count, axis=1)[:, columns - count, None]
        above = block > last
        tied = block == last
        room = count - above.sum(axis=1, keepdims=True)
        chosen = above | (tied & (tied.cumsum(axis=1) <= room))
        found[rows] = np.nonzero(chosen)[1].reshape(-1, count)
    return found
