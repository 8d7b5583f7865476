"""Search where everything is tied: a list whose end only the ids can draw.

    python benchmarks/search_ties.py [ITEMS]

Prints the median wall and processor time of the ten best of 100,000 items of one and the same colour, and of as many
items of different colours in the same kind of collection, in turns, and the ratio.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from benchmarks.search_million import BATCH, item, nearest, profiles, random_queries, timed
from emoretrieve.emotion import EmotionProfile, Rgb
from emoretrieve.emotion.vectors import Floats, query_vector
from emoretrieve.item import Item
from emoretrieve.store import EVERYTHING, Store
from emoretrieve.store.collections import open_collection

GREY = EmotionProfile.uniform(Rgb(40, 40, 40))
WEIGHTS = (0.5, 0.125, 0.125, 0.125, 0.125)


def main(items: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        fill(Path(folder), "different", made_up(items))
        fill(Path(folder), "equal", (replace(one, profile=GREY) for one in made_up(items)))
        with open_collection(Path(folder), "different") as different, open_collection(Path(folder), "equal") as equal:
            compare(different, equal)


def made_up(items: int) -> Iterator[Item]:
    for number, triples in enumerate(row for rows in profiles(items) for row in rows.tolist()):
        yield item(number, triples)


def fill(folder: Path, name: str, items: Iterator[Item]) -> None:
    with open_collection(folder, name, create=True) as store:
        while batch := list(islice(items, BATCH)):
            store.upsert(batch)


def compare(different: Store, equal: Store) -> None:
    queries = [query_vector("aligned", GREY, WEIGHTS), *random_queries()]
    turns = [(search(equal, query), search(different, query)) for query in queries]
    for clock, kind in enumerate(("wall", "processor")):
        tied, free = (statistics.median(times[clock] for times in side) for side in zip(*turns, strict=True))
        print(f"{kind} time: tied {tied * 1e3:.1f} ms / not tied {free * 1e3:.1f} ms = {tied / free:.2f}")


def search(store: Store, query: Floats) -> tuple[float, float]:
    return timed(lambda asked: nearest(store, asked, EVERYTHING), query)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
