"""Search through the graph: how long it takes to build, how quickly it finds, how much it misses.

    python benchmarks/scale_graph.py [ITEMS] [FOLDER]

Goals at two million items: p50 under 2 ms, recall@10 of 1.0 within ties. The yardsticks are the exact search of the
same store, and the NumPy product and selection.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np

from benchmarks.scale_collection import NAME, collection, compare, matrix, nearest, product, recall, run
from emoretrieve.store import EVERYTHING, Where
from emoretrieve.store.space import bytes_on_disk


def main(count: int, folder: Path) -> None:
    with collection(count, folder) as store:
        if not store.has_graph:
            start, processor = time.perf_counter(), time.process_time()
            store.optimise()
            seconds, processor_s = time.perf_counter() - start, time.process_time() - processor
            print(
                f"optimising: {seconds:,.0f} s, {processor_s:,.0f} s of processor time; load {os.getloadavg()[0]:.1f}"
            )
        print(f"on disk: {bytes_on_disk(folder / 'collections' / NAME) / count:,.0f} bytes an item", flush=True)
        rows = matrix(count)
        pictures = np.ascontiguousarray(rows[1::2])
        for name, where, chosen in (("pictures", Where("image"), pictures), ("all items", EVERYTHING, rows)):
            graph, scan = nearest(store, where, exact=False), nearest(store, where)
            compare(f"{name}, graph / exact", graph, scan)
            compare(f"{name}, graph / NumPy", graph, product(chosen))
            compare(f"{name}, exact / NumPy", scan, product(chosen))
            print(f"{name}, recall@10 within ties: {recall(graph, scan):.4f} (goal: 1.0)", flush=True)


if __name__ == "__main__":
    run(main, 2_000_000)
