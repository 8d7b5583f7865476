"""Exact search of a million items beside the least work that could find them.

    python benchmarks/search_million.py [ITEMS] [FOLDER]

Fills an embedded collection with made-up items (all vectors, captions and metadata; made here, in a process of its
own) and searches it for the ten best of the match `aligned`. The yardstick is one NumPy product of the (ITEMS, 15)
float32 matrix of the same profiles with the query, and the selection of the ten best. Both take turns in one run, so
other load on the machine falls on both. Prints the rate of loading, the bytes per item on disk, the peak memory, and
the ratio of the medians of wall time (goal: at most 1.5), with that of the fastest searches for what an idle machine
would say: for all items, and for the pictures alone, which are half of them, beside a matrix that holds nothing else.
A FOLDER is kept, and used again if it is filled already.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from emoretrieve.emotion import EmotionProfile
from emoretrieve.emotion.vectors import Floats, query_vector, vectors
from emoretrieve.item import MODALITIES, Captions, Item, Location
from emoretrieve.store import EVERYTHING, Store, Where
from emoretrieve.store.collections import list_collections, open_collection

NAME = "million"
BATCH = 4_000
QUERIES = 10
ROUNDS = 6
BEST = 10
WEIGHTS = (0.5, 0.125, 0.125, 0.125, 0.125)
PART = "Quick and loud, with many hard attacks over a steady pulse. It feels excited and hardly calm."


def main(items: int, folder: Path) -> None:
    if NAME not in list_collections(folder):
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            seconds, peak = pool.apply(fill, (folder, items))
        print(f"loading: {items / seconds:,.0f} items/s, peak memory {peak:,.0f} MB")
    print(f"on disk: {bytes_on_disk(folder) / items:,.0f} bytes an item")
    start = time.perf_counter()
    with open_collection(folder, NAME) as store:
        print(f"opening: {time.perf_counter() - start:.1f} s, peak memory {peak_mb():,.0f} MB")
        compare(store, np.concatenate(list(profiles(items))))
        print(f"after searching (with the yardstick's matrices): peak memory {peak_mb():,.0f} MB")


def profiles(items: int) -> Iterator[NDArray[np.uint8]]:
    """The made-up colours in batches (n, 5, 3)."""
    random = np.random.default_rng(20)
    for start in range(0, items, BATCH):
        yield random.integers(0, 256, (min(BATCH, items - start), 5, 3), dtype=np.uint8)


def fill(folder: Path, items: int) -> tuple[float, float]:
    """Write the collection; the seconds spent in the store, and the peak memory in MB."""
    seconds, number = 0.0, 0
    with open_collection(folder, NAME, create=True) as store:
        for rows in profiles(items):
            batch = [item(number + row, triples) for row, triples in enumerate(rows.tolist())]
            number += len(batch)
            start = time.perf_counter()
            store.upsert(batch)
            seconds += time.perf_counter() - start
        start = time.perf_counter()
    return seconds + time.perf_counter() - start, peak_mb()


def item(number: int, triples: list[list[int]]) -> Item:
    sha256 = hashlib.sha256(str(number).encode()).hexdigest()
    return Item(
        sha256=sha256,
        modality=MODALITIES[number % 2],
        profile=EmotionProfile.of(triples),
        captions=Captions(PART, (PART, PART, PART, PART)),
        locations=(Location(f"/media/library/{number % 1000}/{number}.flac", 20_000_000 + number, 10**18 + number),),
        metadata={"title": f"Title {number}", "artist": f"Artist {number % 5000}", "year": 1900 + number % 120},
    )


def compare(store: Store, colours: NDArray[np.uint8]) -> None:
    """Time both sides, with and without the condition, on the same queries."""
    matrix = vectors("aligned", colours).astype(np.float32)
    pictures = np.ascontiguousarray(matrix[1::2])
    queries = random_queries()
    report("all items", queries, lambda query: nearest(store, query, EVERYTHING), lambda query: top(matrix, query))
    images = Where(modality="image")
    report("pictures", queries, lambda query: nearest(store, query, images), lambda query: top(pictures, query))


def random_queries() -> list[Floats]:
    random = np.random.default_rng(7)
    drawn = (random.integers(0, 256, (5, 3)).tolist() for _ in range(QUERIES))
    return [query_vector("aligned", EmotionProfile.of(triples), WEIGHTS) for triples in drawn]


def nearest(store: Store, query: Floats, where: Where) -> list[float]:
    return [hit.score for hit in store.nearest("aligned", query, where=where, limit=BEST)]


def top(matrix: NDArray[np.float32], query: Floats) -> list[float]:
    """The best scores of the yardstick, best first."""
    scores = matrix @ query.astype(np.float32)
    best = np.argpartition(scores, -BEST)[-BEST:]
    return sorted(scores[best].tolist(), reverse=True)


Search = Callable[[Floats], list[float]]


def report(chosen: str, queries: list[Floats], ours: Search, yardstick: Search) -> None:
    mine: list[float] = []
    least: list[float] = []
    for _ in range(ROUNDS):  # in turns of several, because NumPy's threads spin for a while after each product
        mine += [timed(ours, query)[0] for query in queries]
        least += [timed(yardstick, query)[0] for query in queries]
    same = all(np.allclose(ours(query), yardstick(query), atol=1e-6) for query in queries[:3])
    print(f"search, {chosen} ({'the same' if same else 'OTHER'} scores):")
    for name, summary in (("median", statistics.median), ("fastest", min)):
        print(f"  {name}: {summary(mine) * 1e3:.1f} ms / {summary(least) * 1e3:.1f} ms", end=" = ")
        print(f"{summary(mine) / summary(least):.2f}", flush=True)


def timed(search: Search, query: Floats) -> tuple[float, float]:
    """Seconds of wall and of processor time."""
    wall, processor = time.perf_counter(), time.process_time()
    search(query)
    return time.perf_counter() - wall, time.process_time() - processor


def bytes_on_disk(folder: Path) -> int:
    """Blocks that the files take; the engine's files are sparse."""
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("*") if path.is_file())


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    if len(sys.argv) > 2:
        main(count, Path(sys.argv[2]))
    else:
        with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as temporary:
            main(count, Path(temporary))
