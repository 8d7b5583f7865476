"""The embedded engine beside qdrant-client's local mode, which is Python and NumPy: the same store over both.

    python benchmarks/scale_local_mode.py [ITEMS]

The local mode works in memory here: on disk it writes some hundred items a second. It has no payload indexes, so it
looks at every item in Python where there is a condition.
"""

from __future__ import annotations

import time
from itertools import islice
from pathlib import Path

from benchmarks.scale_collection import BATCH, collection, compare, items, nearest, run
from emoretrieve.store import Equals, Store, Where
from emoretrieve.store.local import LocalStore


def main(count: int, folder: Path) -> None:
    with collection(count, folder) as store, LocalStore.in_memory() as local:
        print(f"loading the local mode: {count / load(local, count):,.0f} items/s", flush=True)
        compare("all items, embedded / local mode", nearest(store), nearest(local), rounds=1)
        artist = Where(conditions=(Equals("artist", "Artist 7"),))
        compare("one artist, embedded / local mode", nearest(store, artist), nearest(local, artist), rounds=1)


def load(store: Store, count: int) -> float:
    """Seconds spent in the store."""
    waiting, seconds = items(count), 0.0
    while batch := list(islice(waiting, BATCH)):
        start = time.perf_counter()
        store.upsert(batch)
        seconds += time.perf_counter() - start
    return seconds


if __name__ == "__main__":
    run(main, 20_000)
