"""Which pieces are of one work, and the split that keeps every work on one side.

Rule: pieces are of one work where their files say so (movements of a mass, chorales and movements of one BWV number,
movements of a quartet, tunes of the same title), and where their melodies are: at least `SHARED` of the marks (eight
intervals in a row, in any key) of the one with fewer, and `LEAST` of them, are in the other too. Both relations are
followed through chains. Marks that more than `COMMON` pieces have are figures of everybody's and are not counted.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

SHARED = 0.25
LEAST = 4
COMMON = 30
LARGEST = 60
"""Larger groups are all for training: one of them would be a large share of a test."""
SPLIT_SEED = 7


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many pieces are for testing and validation; the rest is for training."""

    test: int
    validation: int


def groups(works: Sequence[str], marks: Sequence[Sequence[int]]) -> list[list[int]]:
    """The places of the pieces of each group, in the order of their first pieces."""
    parent = list(range(len(works)))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = place = parent[parent[place]]
        return place

    for first, second in [*_of_one_work(works), *near_duplicates(marks)]:
        parent[max(root(first), root(second))] = min(root(first), root(second))
    found: defaultdict[int, list[int]] = defaultdict(list)
    for place in range(len(works)):
        found[root(place)].append(place)
    return list(found.values())


def near_duplicates(marks: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """Pairs of pieces whose melodies are the same in good part."""
    owners: defaultdict[int, list[int]] = defaultdict(list)
    for place, own in enumerate(marks):
        for mark in own:
            owners[mark].append(place)
    shared = Counter(pair for of_it in owners.values() if len(of_it) <= COMMON for pair in combinations(of_it, 2))
    return sorted(
        (first, second)
        for (first, second), count in shared.items()
        if count >= max(LEAST, SHARED * min(len(marks[first]), len(marks[second])))
    )


def split(of_pieces: Sequence[Sequence[int]], sizes: Sizes) -> Mapping[str, list[int]]:
    """Whole groups, drawn in a random order that is always the same, to `test`, `validation` and `train`.

    A group that no longer fits into a side goes on to the next, so that both sides are exactly as large as wanted.
    """
    sides: dict[str, list[int]] = {"test": [], "validation": [], "train": []}
    room = {"test": sizes.test, "validation": sizes.validation}
    for group in random.Random(SPLIT_SEED).sample(list(of_pieces), len(of_pieces)):
        fits = [side for side, left in room.items() if len(group) <= min(left - len(sides[side]), LARGEST)]
        sides[fits[0] if fits else "train"] += group
    return {side: sorted(places) for side, places in sides.items()}


def _of_one_work(works: Sequence[str]) -> Iterable[tuple[int, int]]:
    first: dict[str, int] = {}
    return [(first.setdefault(work, place), place) for place, work in enumerate(works)]
