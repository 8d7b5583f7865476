"""The made-up collection that the benchmarks of scale share, and how they time and report.

A FOLDER that a benchmark is given is kept, and used again by the next one if it holds the items already.
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
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.study_profiles import profiles, source
from emoretrieve.emotion import EmotionProfile
from emoretrieve.emotion.vectors import Floats, query_vector, vectors
from emoretrieve.item import MODALITIES, Captions, Item, Location
from emoretrieve.store import EVERYTHING, Store, Where
from emoretrieve.store.collections import list_collections, open_collection

NAME = "scale"
BATCH = 4_000
BEST = 10
QUERIES = 40
WEIGHTS = (0.5, 0.125, 0.125, 0.125, 0.125)
_WORDS = (
    ("Quick", "Slow", "Loud", "Soft", "Bright", "Dark", "Broad"),
    ("hard attacks over a steady pulse", "long tones that fade", "a low murmur", "many short notes", "one held chord"),
    ("excited and hardly calm", "calm", "sad and longing", "restless, a little sad", "still", "joyful", "tense"),
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading took."""

    seconds: float
    processor_s: float
    peak_mb: float


def item(number: int, triples: Sequence[Sequence[int]]) -> Item:
    """One item of 20 artists (5 % each) and 1,000 albums (0.1 % each)."""
    whole, *parts = (_caption(5 * number + part) for part in range(5))
    first, second, third, fourth = parts
    return Item(
        sha256=hashlib.sha256(str(number).encode()).hexdigest(),
        modality=MODALITIES[number % 2],
        profile=EmotionProfile.of(triples),
        captions=Captions(whole, (first, second, third, fourth)),
        locations=(Location(f"/media/library/{number % 1000}/{number}.flac", 20_000_000 + number, 10**18 + number),),
        metadata={
            "title": f"Title {number}",
            "artist": f"Artist {number // 2 % 20}",
            "album": f"Album {number // 2 % 1000}",
            "year": 1900 + number % 120,
        },
    )


def items(count: int) -> Iterator[Item]:
    rows = chain.from_iterable(batch.tolist() for batch in profiles(count, BATCH))
    return (item(number, triples) for number, triples in enumerate(rows))


@contextmanager
def collection(count: int, folder: Path) -> Iterator[Store]:
    """The collection of so many items, filled by a process of its own if the folder has none."""
    if NAME not in list_collections(folder):
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            loaded = pool.apply(fill, (folder, count))
        print(f"loading: {count / loaded.seconds:,.0f} items/s, peak memory {loaded.peak_mb:,.0f} MB", flush=True)
    with open_collection(folder, NAME) as store:
        if store.count() != count:
            raise SystemExit(f"{folder} holds {store.count():,} items, not {count:,}; name another folder.")
        yield store


def fill(folder: Path, count: int) -> Loaded:
    """Write the collection; only the time spent in the store counts, closing included."""
    spent = Stopwatch()
    number = 0
    with open_collection(folder, NAME, create=True) as store:
        for rows in profiles(count, BATCH):
            batch = [item(number + row, triples) for row, triples in enumerate(rows.tolist())]
            number += len(batch)
            with spent:
                store.upsert(batch)
        with spent:
            store.close()
    return Loaded(spent.seconds, spent.processor_s, peak_mb())


def matrix(count: int) -> NDArray[np.float32]:
    """The vectors `aligned` of the items (count, 15) in their order: what the yardstick multiplies."""
    rows = np.empty((count, 15), dtype=np.float32)
    for number, batch in enumerate(profiles(count, BATCH)):
        rows[number * BATCH : number * BATCH + len(batch)] = vectors("aligned", batch)
    return rows


def queries(count: int = QUERIES) -> list[Floats]:
    """Of profiles from the same distribution that are not in the collection."""
    (rows,) = profiles(count, count, seed=99)
    return [query_vector("aligned", EmotionProfile.of(triples), WEIGHTS) for triples in rows.tolist()]


Search = Callable[[Floats], Sequence[float]]
"""Finds the best scores, best first."""


def nearest(store: Store, where: Where = EVERYTHING, *, exact: bool = True) -> Search:
    def search(query: Floats) -> list[float]:
        return [hit.score for hit in store.nearest("aligned", query, where=where, limit=BEST, exact=exact)]

    return search


def product(rows: NDArray[np.float32]) -> Search:
    """The yardstick: one product, and the selection of the ten best."""

    def search(query: Floats) -> list[float]:
        scores = rows @ query.astype(np.float32)
        best = np.argpartition(scores, -BEST)[-BEST:]
        return sorted(scores[best].tolist(), reverse=True)

    return search


def compare(name: str, ours: Search, yardstick: Search, *, goal: float | None = None, rounds: int = 3) -> None:
    """Time both on the same queries, in turns of several, so that other load on the machine falls on both."""
    asked = queries()
    mine: list[float] = []
    least: list[float] = []
    for search in (ours, yardstick):
        search(asked[0])
    for _ in range(rounds):
        for start in range(0, len(asked), 10):
            for search, kept in ((ours, mine), (yardstick, least)):
                kept += [timed(search, query) for query in asked[start : start + 10]]
    report(name, mine, least, goal)


def report(name: str, ours: list[float], yardstick: list[float], goal: float | None = None) -> None:
    p50, p95 = (np.percentile(ours, share) * 1e3 for share in (50, 95))
    ratio = statistics.median(ours) / statistics.median(yardstick)
    fastest = min(ours) / min(yardstick)
    wanted = "" if goal is None else f" (goal: at most {goal})"
    print(
        f"{name}: p50 {p50:.2f} ms, p95 {p95:.2f} ms / yardstick p50 {statistics.median(yardstick) * 1e3:.2f} ms"
        f" = {ratio:.2f}{wanted}; fastest {fastest:.2f}; load {os.getloadavg()[0]:.1f}",
        flush=True,
    )


def recall(found: Search, true: Search) -> float:
    """Share of the ten best that were found; one of equal score (within float32) is as good as another."""
    hits = 0
    for query in queries():
        worst = true(query)[-1]
        hits += sum(score >= worst - 1e-6 for score in found(query))
    return hits / (BEST * QUERIES)


def timed(search: Search, query: Floats) -> float:
    """Seconds."""
    start = time.perf_counter()
    search(query)
    return time.perf_counter() - start


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def own_mb() -> float:
    """Memory of this process that is not a mapped file."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("RssAnon"))


def run(main: Callable[[int, Path], None], count: int) -> None:
    """Call `main` with the arguments of the command line: [ITEMS] [FOLDER]."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else count
    print(f"{date.today()}, {count:,} items from {source()}, {os.cpu_count()} processors", flush=True)
    if len(sys.argv) > 2:
        main(count, Path(sys.argv[2]))
    else:
        with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as temporary:
            main(count, Path(temporary))


def _caption(number: int) -> str:
    first, second, third = (words[number % len(words)] for words in _WORDS)
    return f"{first}, with {second} (bar {number % 997}). It feels {third}, as the other parts do {number % 31} times."


class Stopwatch:
    """Adds up the wall and processor time of its blocks."""

    def __init__(self) -> None:
        self.seconds = self.processor_s = 0.0

    def __enter__(self) -> None:
        self._wall, self._processor = time.perf_counter(), time.process_time()

    def __exit__(self, *exc: object) -> None:
        self.seconds += time.perf_counter() - self._wall
        self.processor_s += time.process_time() - self._processor
