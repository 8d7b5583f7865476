"""What the second stage of a query costs.

    python benchmarks/rescoring.py [ITEMS]

A collection of made-up items with vectors of 1024 random numbers: how fast vectors are written, what they take on disk,
how long a query takes that scores 200 of its matches again, in turns with the same query without, and how long the
statistics behind the chance level take when they are counted.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.scale_collection import BATCH, items, run
from emoretrieve.library import Library
from emoretrieve.rescoring.vector_moments import refresh_vector_moments
from emoretrieve.search.options import QueryOptions
from emoretrieve.search.rescoring import Rescoring
from emoretrieve.store import Embedding, Store
from emoretrieve.store.collections import open_collection

SIZE = 1_024
ROUNDS = 30


def main(count: int, folder: Path) -> None:
    with open_collection(folder, "rescored", create=True) as store:
        made_up = list(items(count))
        for start in range(0, count, BATCH):
            store.upsert(made_up[start : start + BATCH])
        store.flush()
        before = size_of(folder)
        ids = [item.id for item in made_up]
        print(f"vectors written: {count / timed(lambda: write(store, ids)):,.0f} items/s")
        print(f"on disk: {(size_of(folder) - before) / count:,.0f} bytes a vector")
        print(
            f"statistics of {count:,} vectors counted: {timed(lambda: refresh_vector_moments(store, 'made-up')):.2f} s"
        )
        ask(Library(store), ids[:ROUNDS])


def write(store: Store, ids: list[str]) -> None:
    random = np.random.default_rng(0)
    store.add_embedding(Embedding("made-up", SIZE, {"embedder": "made up"}))
    for start in range(0, len(ids), 1_000):
        rows = random.normal(size=(len(ids[start : start + 1_000]), SIZE))
        store.set_vectors("made-up", dict(zip(ids[start : start + 1_000], rows, strict=True)))
    store.flush()


def ask(library: Library, ids: list[str]) -> None:
    """Medians over queries by indexed items, in turns."""
    plain, again = QueryOptions(), QueryOptions(rescoring=Rescoring("made-up"))
    spent: dict[str, list[float]] = {"plain": [], "again": []}
    for id in ids:
        spent["plain"].append(timed(lambda id=id: library.query(id, plain)))  # type: ignore[misc]  # bound now
        spent["again"].append(timed(lambda id=id: library.query(id, again)))  # type: ignore[misc]  # bound now
    ours, theirs = (1_000 * median(spent[name]) for name in ("again", "plain"))
    print(f"a query: {theirs:.1f} ms, with 200 matches scored again {ours:.1f} ms")


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def size_of(folder: Path) -> int:
    return sum(512 * file.stat().st_blocks for file in folder.rglob("*") if file.is_file())


if __name__ == "__main__":
    run(main, 20_000)
