"""Exact search of many items beside the least work that could find them.

    python benchmarks/scale_exact.py [ITEMS] [FOLDER]

The yardstick is one NumPy product of the (ITEMS, 15) float32 matrix of the same profiles with the query, and the
selection of the ten best (goal: at most 1.5 times as long). Once over all items, once over the pictures, which are
half of them, beside a matrix that holds nothing else.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.scale_collection import collection, compare, matrix, nearest, product, queries, run
from emoretrieve.store import Where


def main(count: int, folder: Path) -> None:
    with collection(count, folder) as store:
        rows = matrix(count)
        compare("all items", nearest(store), product(rows), goal=1.5)
        ours, theirs = nearest(store), product(rows)
        same = sum(np.allclose(ours(query), theirs(query), atol=2e-6) for query in queries(10))
        print(f"the same ten best scores: {same} of 10 queries")
        pictures = np.ascontiguousarray(rows[1::2])
        compare("pictures", nearest(store, Where("image")), product(pictures))


if __name__ == "__main__":
    run(main, 1_000_000)
