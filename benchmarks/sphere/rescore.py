"""What the exact re-score of a shortlist costs beyond the search that finds it, on the hypersphere.

    python benchmarks/sphere/rescore.py [ITEMS] [FOLDER]

A collection of made-up items with points of 128 numbers on the embedded engine. In turns: the store's search for the
200 items of the best cosines, which brings the numbers beside their vectors along, and the same with everything that
makes an answer of it: bounds of kappa, scores in float64, their order, the certificate of exactness. Goal: 1 ms beyond
the search. The engine's search for bare ids and cosines stands beside it: what is more than that is the reading of 200
payloads. Processor time, all threads: wall time means little on a machine that others work on.

Then how the shortlists do: the share of queries whose answer of ten is certified at the first shortlist of 200, how
many items are scored until it is, and how long the whole takes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from statistics import mean, median

import numpy as np

from benchmarks.scale_collection import BATCH, items, run
from emoretrieve.sphere.point import SpherePoint
from emoretrieve.sphere.stored import NUMBERS, SPHERE, set_points
from emoretrieve.sphere_search.nearest import Search, best_of_shortlist, nearest
from emoretrieve.store import Embedding, Store, Where
from emoretrieve.store.collections import open_collection
from emoretrieve.store.filter import filter_of
from emoretrieve.store.qdrant import QdrantStore

SIZE = 128
WANTED = 10
SHORTLIST = 200
QUERIES = 100
GOAL_MS = 1.0
DISTANCES = ("elk", "expected_cos", "cos", "kl", "kl_xq")
WHOLE = ("elk", "expected_cos", "cos")
IMAGES = Where("image")


def main(count: int, folder: Path) -> None:
    with open_collection(folder, "sphere", create=True) as store:
        if store.count() < count:
            fill(store, count)
        queries = points(QUERIES, seed=1)
        print(
            f"{count:,} items, half of them searched, {SIZE} numbers a point; medians of {QUERIES} queries in turns, "
            "processor time"
        )
        for distance in DISTANCES:
            step(store, distance, queries)
        for distance in WHOLE:
            answers(store, distance, queries)


def fill(store: Store, count: int) -> None:
    store.add_embedding(Embedding(SPHERE, SIZE, {"model": "made up"}, numbers=NUMBERS))
    started = time.perf_counter()
    made_up = zip(items(count), points(count, seed=0), strict=True)
    while batch := list(islice(made_up, BATCH)):
        store.upsert([item for item, _ in batch])
        set_points(store, {item.id: point for item, point in batch})
    store.flush()
    print(f"{count / (time.perf_counter() - started):,.0f} items and points a second written")


def points(count: int, seed: int) -> list[SpherePoint]:
    """Fifty clusters with a cosine of about .6 to their centres; kappa lognormal around 130, uninformative."""
    random = np.random.default_rng(seed)
    centres = np.random.default_rng(99).normal(size=(50, SIZE))
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    noise = random.normal(size=(count, SIZE))
    rows = 0.75 * centres[random.integers(0, 50, count)] + noise / np.linalg.norm(noise, axis=1, keepdims=True)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    kappas = random.lognormal(4.9, 0.3, count)
    return [SpherePoint(row.astype(np.float32), float(kappa)) for row, kappa in zip(rows, kappas, strict=True)]


def step(store: QdrantStore, distance: str, queries: Sequence[SpherePoint]) -> None:
    """One shortlist, with and without the re-score."""
    spent: dict[str, list[float]] = {"bare": [], "search": [], "answer": []}
    for point in queries:
        search = Search(point, distance, IMAGES)
        spent["bare"].append(timed(lambda one=point: bare(store, one)))  # type: ignore[misc]  # bound now
        spent["search"].append(timed(lambda one=point: found(store, one)))  # type: ignore[misc]  # bound now
        spent["answer"].append(timed(lambda one=search: best_of_shortlist(store, one, WANTED, SHORTLIST)))  # type: ignore[misc]  # bound now
    ours, theirs = median(spent["answer"]), median(spent["search"])
    beyond = median(one - other for one, other in zip(spent["answer"], spent["search"], strict=True))
    verdict = "met" if beyond < GOAL_MS else "MISSED"
    print(
        f"{distance}: search {theirs:.2f} ms, with the re-score {ours:.2f} ms (ratio {ours / theirs:.2f}); "
        f"beyond the search {beyond:.2f} ms (goal {GOAL_MS:g}: {verdict}); "
        f"without payloads {median(spent['bare']):.2f} ms"
    )


def answers(store: Store, distance: str, queries: Sequence[SpherePoint]) -> None:
    """Whole answers, with shortlists that are doubled until they are certain."""
    started = time.process_time()
    whole = [nearest(store, Search(point, distance, IMAGES), WANTED, SHORTLIST) for point in queries]
    spent = 1_000 * (time.process_time() - started) / len(queries)
    first = mean(one.shortlist == SHORTLIST for one in whole)
    scored, certain = median(one.shortlist for one in whole), mean(one.exact for one in whole)
    print(
        f"{distance}: {first:.0%} of answers certified at {SHORTLIST}, {certain:.0%} in the end; "
        f"median of {scored:,.0f} items scored; {spent:.1f} ms an answer on average"
    )


def found(store: Store, point: SpherePoint) -> object:
    return store.nearest_vectors(SPHERE, point.direction, where=IMAGES, limit=SHORTLIST)


def bare(store: QdrantStore, point: SpherePoint) -> object:
    """Ids and cosines only, as the engine finds them."""
    only_images = filter_of(IMAGES, ())
    return store._engine.search(SPHERE, point.direction.tolist(), only_images, SHORTLIST, [])


def timed(work: Callable[[], object]) -> float:
    """In ms of processor time."""
    started = time.process_time()
    work()
    return 1_000 * (time.process_time() - started)


if __name__ == "__main__":
    run(main, 10_000)
