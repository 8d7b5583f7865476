"""Search under conditions on metadata, beside search of all items.

    python benchmarks/scale_filtered.py [ITEMS] [FOLDER]

One artist of twenty has 5 % of the items, one album of a thousand 0.1 %, a range of six years 5 %. The yardstick is the
exact search of the same store without a condition (goal: at most twice as long); beside it, the NumPy product and
selection over the 5 % alone.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.scale_collection import collection, compare, matrix, nearest, product, queries, run
from emoretrieve.store import Between, Equals, Where

CONDITIONS = {
    "5 %, one artist": Equals("artist", "Artist 7"),
    "0.1 %, one album": Equals("album", "Album 77"),
    "5 %, six years": Between("year", 1960, 1965),
}


def main(count: int, folder: Path) -> None:
    with collection(count, folder) as store:
        everything = nearest(store)
        for name, condition in CONDITIONS.items():
            where = Where(conditions=(condition,))
            print(f"{name}: {store.count(where):,} items")
            compare(f"{name} / all items", nearest(store, where), everything, goal=2.0)
        numbers = np.arange(count)
        chosen = matrix(count)[numbers // 2 % 20 == 7]
        where = Where(conditions=(CONDITIONS["5 %, one artist"],))
        compare("5 %, one artist / NumPy over them", nearest(store, where), product(chosen))
        ours, theirs = nearest(store, where), product(chosen)
        same = sum(np.allclose(ours(query), theirs(query), atol=2e-6) for query in queries(10))
        print(f"the same ten best scores: {same} of 10 queries")


if __name__ == "__main__":
    run(main, 1_000_000)
