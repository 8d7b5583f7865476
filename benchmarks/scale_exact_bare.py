"""Exact search of ten million points that hold only what the search touches, beside the least work.

    python benchmarks/scale_exact_bare.py [ITEMS] [FOLDER]

For sizes that are too much to load whole in a sitting: each point has the vector `aligned`, its modality and its colour
key, and is put into the engine without the store. The search is the store's own (`rank_nearest`), the yardstick that of
`scale_exact.py`: goal at most 1.5 times as long. What loading takes and what whole items weigh, `scale_load.py` says.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.scale_collection import BATCH, BEST, Search, compare, matrix, own_mb, product, queries, run
from benchmarks.study_profiles import profiles
from emoretrieve.emotion.vectors import Floats, vectors
from emoretrieve.item import MODALITIES
from emoretrieve.store.edge import EdgeEngine
from emoretrieve.store.filter import Filter
from emoretrieve.store.ranking import Request, rank_nearest
from emoretrieve.store.schema import COLOUR_KEY, MODALITY, Point, colour_keys
from emoretrieve.store.space import bytes_on_disk


def main(count: int, folder: Path) -> None:
    shard = folder / "bare"
    if not shard.exists():
        start, processor = time.perf_counter(), time.process_time()
        fill(shard, count)
        print(
            f"loading: {time.perf_counter() - start:,.0f} s, {time.process_time() - processor:,.0f} s of processor time"
        )
    print(f"on disk: {bytes_on_disk(shard) / count:,.0f} bytes a point")
    before, start = own_mb(), time.perf_counter()
    engine = EdgeEngine.load(shard)
    print(f"opening: {time.perf_counter() - start:.2f} s, {own_mb() - before:,.0f} MB of memory of its own", flush=True)
    rows = matrix(count)
    ours, theirs = nearest(engine), product(rows)
    compare("all points", ours, theirs, goal=1.5)
    same = sum(np.allclose(ours(query), theirs(query), atol=2e-6) for query in queries(10))
    print(f"the same ten best scores: {same} of 10 queries")
    engine.close()


def fill(shard: Path, count: int) -> None:
    engine = EdgeEngine.create(shard)
    number = 0
    for rows in profiles(count, BATCH):
        aligned = vectors("aligned", rows).tolist()
        engine.upsert(list(points(number, colour_keys(rows), aligned)))
        number += len(rows)
    engine.close()


def points(number: int, keys: list[str], aligned: list[list[float]]) -> Iterator[Point]:
    for row, (key, vector) in enumerate(zip(keys, aligned, strict=True), start=number):
        payload = {MODALITY: MODALITIES[row % 2], COLOUR_KEY: key}
        yield Point(str(uuid.UUID(int=row)), {"aligned": vector}, payload)


def nearest(engine: EdgeEngine) -> Search:
    def search(query: Floats) -> list[float]:
        return [hit.score for hit in rank_nearest(engine, Request("aligned", query, Filter(), BEST, frozenset()))]

    return search


if __name__ == "__main__":
    run(main, 10_000_000)
