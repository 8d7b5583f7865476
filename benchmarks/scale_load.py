"""How quickly a large collection fills and opens, and how much disk and memory it takes.

    python benchmarks/scale_load.py [ITEMS] [FOLDER]

Fills an embedded collection in a process of its own: all vectors, captions, metadata and indexes, folding included.
The yardstick beside the rate (goal: at least 10,000 items/s) is the engine alone: up to 100,000 of the same points,
made before, put into a shard of the same settings without anything of ours around it. Then prints bytes per item on
disk, and what opening takes in a new process: seconds and memory.
"""

from __future__ import annotations

import multiprocessing
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import TypeVar

from benchmarks.scale_collection import BATCH, NAME, Stopwatch, fill, items, own_mb, run
from emoretrieve.store.collections import list_collections, open_collection
from emoretrieve.store.edge import EdgeEngine
from emoretrieve.store.schema import points_of
from emoretrieve.store.space import bytes_on_disk

_ALONE = 100_000

Result = TypeVar("Result")


def main(count: int, folder: Path) -> None:
    if NAME not in list_collections(folder):
        loaded = in_a_process(fill, folder, count)
        wall, processor = count / loaded.seconds, count / loaded.processor_s
        print(f"loading: {wall:,.0f} items/s (goal: at least 10,000); {processor:,.0f} a second of processor time")
        print(f"peak memory while loading: {loaded.peak_mb:,.0f} MB", flush=True)
        seconds, processor_s = in_a_process(engine_alone, folder, min(count, _ALONE))
        print(
            f"the engine alone: {1e6 * seconds:.0f} us an item, {1e6 * processor_s:.0f} us of processor time; ours / "
            f"engine = {loaded.processor_s / count / processor_s:.2f} in processor time"
        )
    print(f"on disk: {bytes_on_disk(folder / 'collections' / NAME) / count:,.0f} bytes an item")
    seconds, megabytes = in_a_process(opening, folder, count)
    each = megabytes * 2**20 / count
    print(f"opening: {seconds:.2f} s, {megabytes:,.0f} MB of memory of its own, {each:,.0f} bytes an item")


def in_a_process(function: Callable[..., Result], *arguments: object) -> Result:
    """So that one measurement leaves no memory to the next."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(function, arguments)


def engine_alone(folder: Path, count: int) -> tuple[float, float]:
    """Seconds and seconds of processor time an item."""
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        engine = EdgeEngine.create(Path(temporary) / "shard")
        waiting, spent = items(count), Stopwatch()
        while batch := list(islice(waiting, BATCH)):
            points = points_of(batch)
            with spent:
                engine.upsert(points)
        with spent:
            engine.close()
    return spent.seconds / count, spent.processor_s / count


def opening(folder: Path, count: int) -> tuple[float, float]:
    """Seconds, and megabytes more than before."""
    before = own_mb()
    start = time.perf_counter()
    with open_collection(folder, NAME) as store:
        seconds = time.perf_counter() - start
        assert store.count() == count
        return seconds, own_mb() - before


if __name__ == "__main__":
    run(main, 1_000_000)
