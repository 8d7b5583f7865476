"""Search where everything is tied: a list whose end only the ids can draw.

    python benchmarks/search_ties.py [ITEMS]

The ten best of 100,000 items of one and the same colour (goal: under 10 ms), in turns with a search of as many items of
different colours in the same kind of collection. Checks that they are the ten first ids, each time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from benchmarks.scale_collection import BATCH, BEST, WEIGHTS, compare, items, nearest, run
from emoretrieve.emotion import EmotionProfile, Rgb
from emoretrieve.emotion.vectors import query_vector
from emoretrieve.item import Item
from emoretrieve.store import Store
from emoretrieve.store.collections import open_collection

GREY = EmotionProfile.uniform(Rgb(40, 40, 40))


def main(count: int, folder: Path) -> None:
    fill(folder, "different", items(count))
    fill(folder, "equal", (replace(one, profile=GREY) for one in items(count)))
    with open_collection(folder, "different") as different, open_collection(folder, "equal") as equal:
        compare("all tied / none tied", nearest(equal), nearest(different))
        print(f"the first ids in order: {is_stable(equal)}")


def fill(folder: Path, name: str, made_up: Iterator[Item]) -> None:
    with open_collection(folder, name, create=True) as store:
        while batch := list(islice(made_up, BATCH)):
            store.upsert(batch)


def is_stable(equal: Store) -> bool:
    query = query_vector("aligned", GREY, WEIGHTS)
    first = sorted(id for ids, _ in equal.profiles() for id in ids)[:BEST]
    return all([hit.id for hit in equal.nearest("aligned", query, limit=BEST)] == first for _ in range(5))


if __name__ == "__main__":
    run(main, 100_000)
