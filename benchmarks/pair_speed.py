"""Pairing the songs of a collection with its pictures, beside scipy's bare solver on a prepared matrix.

    python benchmarks/pair_speed.py [ITEMS_OF_EACH] [MULTIPLES_OF]

Fills an embedded collection with made-up songs and pictures, 10,000 of each, whose parts have like colours as those of
real items have (all channels multiples of 5 where that is the second argument, as language models write them). Prints
how long `pair` takes from the open collection to the pairs, all statistics included, how long
`scipy.optimize.linear_sum_assignment` takes on the matrix of the scores, the ratio, both means, and the peak memory of
each (each runs in a process of its own). Where the matrix would not fit, of ours only, with the gap to the best.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import numpy as np

from benchmarks.scale_collection import BATCH, item
from emoretrieve.emotion.vectors import Colours
from emoretrieve.item import Item
from emoretrieve.pairing.methods import MATRIX_CELLS
from emoretrieve.store.collections import open_collection

NAME = "pairs"

Measured = tuple[float, float, float]
"""Seconds, mean, and how much higher a mean could be at most."""


def main(each: int, step: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        fill(Path(folder), each, step)
        (ours_s, mean, gap), ours_mb = in_a_process(pairing, Path(folder))
        print(f"pair: {ours_s:.1f} s, mean {mean:.6f}, gap {gap:.1e}, {ours_mb:.0f} MB at most", flush=True)
        if each * each > MATRIX_CELLS:
            return
        (bare_s, best, _), bare_mb = in_a_process(bare, Path(folder))
        print(f"scipy on the matrix: {bare_s:.1f} s, mean {best:.6f}, {bare_mb:.0f} MB at most")
        print(f"{each} x {each}: ratio {ours_s / bare_s:.2f}; the means differ by {best - mean:.1e}")


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
        begin = time.perf_counter()
        found = pair(store, PairOptions())
        return time.perf_counter() - begin, found.price.mean, found.price.gap


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
    begin = time.perf_counter()
    rows, columns = linear_sum_assignment(costs)
    return time.perf_counter() - begin, -float(costs[rows, columns].mean()), 0.0


def in_a_process(measure: Callable[[Path], Measured], folder: Path) -> tuple[Measured, float]:
    """What it measures, and the peak memory of the process that does it, in MB."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_with_memory, (measure, folder))


def _with_memory(measure: Callable[[Path], Measured], folder: Path) -> tuple[Measured, float]:
    return measure(folder), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000, int(sys.argv[2]) if len(sys.argv) > 2 else 1)
