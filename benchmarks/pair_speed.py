"""Pairing the songs of a collection with its pictures, beside scipy's bare solver on a prepared matrix.

    python benchmarks/pair_speed.py [ITEMS_OF_EACH] [MULTIPLES_OF]

Fills an embedded collection with made-up songs and pictures, 10,000 of each, whose parts have like colours as those of
real items have (all channels multiples of 5 where that is the second argument, as language models write them). Prints
the wall and processor time that `pair` takes from the open collection to the pairs, all statistics included, and that
`scipy.optimize.linear_sum_assignment` takes on the matrix of the scores, the ratios, both means, and the peak memory of
each (each runs in a process of its own). Where the matrix would not fit, of ours only, with the gap to the best.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from benchmarks.scale_collection import BATCH, item
from emoretrieve.emotion.vectors import Colours
from emoretrieve.item import Item
from emoretrieve.pairing.methods import MATRIX_CELLS
from emoretrieve.store.collections import open_collection

NAME = "pairs"


@dataclass(frozen=True, slots=True)
class Measured:
    """One way to pair."""

    wall_s: float
    processor_s: float
    mean: float
    gap: float
    """How much higher a mean could be at most."""

    def line(self, who: str, peak_mb: float) -> str:
        times = f"{self.wall_s:.1f} s, {self.processor_s:.1f} s of processor"
        return f"{who}: {times}, mean {self.mean:.6f}, gap {self.gap:.1e}, {peak_mb:.0f} MB at most"


def main(each: int, step: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        fill(Path(folder), each, step)
        ours, peak_mb = in_a_process(pairing, Path(folder))
        print(ours.line("pair", peak_mb), flush=True)
        if each * each > MATRIX_CELLS:
            return
        yardstick, peak_mb = in_a_process(bare, Path(folder))
        print(yardstick.line("scipy on the matrix", peak_mb))
        wall, processor = ours.wall_s / yardstick.wall_s, ours.processor_s / yardstick.processor_s
        apart = yardstick.mean - ours.mean
        print(f"{each} x {each}: {wall:.2f}, processor {processor:.2f}; the means differ by {apart:.1e}")


def fill(folder: Path, each: int, step: int) -> None:
    items = made_up(2 * each, step)
    with open_collection(folder, NAME, create=True) as store:
        while batch := list(islice(items, BATCH)):
            store.upsert(batch)


def made_up(items: int, step: int) -> Iterator[Item]:
    random = np.random.default_rng(7)
    own = random.beta(0.8, 1.2, (items, 1, 3)) * 0.8 + random.normal(0, 0.08, (items, 5, 3))
    profiles: Colours = (np.clip(own, 0, 1) * 255).astype(np.uint8) // step * step
    for number, triples in enumerate(profiles.tolist()):
        yield item(number, triples)


def pairing(folder: Path) -> Measured:
    """Of our pairing."""
    from emoretrieve.pairing.options import PairOptions
    from emoretrieve.pairing.pairing import pair

    with open_collection(folder, NAME) as store:
        wall, processor = time.perf_counter(), time.process_time()
        price = pair(store, PairOptions()).price
        return Measured(time.perf_counter() - wall, time.process_time() - processor, price.mean, price.gap)


def bare(folder: Path) -> Measured:
    """Of scipy's solver, once the matrix is there."""
    from scipy.optimize import linear_sum_assignment

    from emoretrieve.pairing.scores import Scores
    from emoretrieve.search.match import DEFAULT_MATCH
    from emoretrieve.store import Where

    with open_collection(folder, NAME) as store:
        songs, pictures = (
            np.concatenate([batch for _, batch in store.profiles(Where(modality))]) for modality in ("audio", "image")
        )
    costs = Scores.of(DEFAULT_MATCH, songs, pictures).matrix()
    np.negative(costs, out=costs)
    wall, processor = time.perf_counter(), time.process_time()
    rows, columns = linear_sum_assignment(costs)
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    return Measured(wall, processor, -float(costs[rows, columns].mean()), 0.0)


def in_a_process(measure: Callable[[Path], Measured], folder: Path) -> tuple[Measured, float]:
    """What it measures, and the peak memory of the process that does it, in MB."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_with_memory, (measure, folder))


def _with_memory(measure: Callable[[Path], Measured], folder: Path) -> tuple[Measured, float]:
    return measure(folder), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000, int(sys.argv[2]) if len(sys.argv) > 2 else 1)
