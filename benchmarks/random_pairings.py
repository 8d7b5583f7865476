"""The permutation test of pairings beside NumPy's own permutations and look-ups.

    python benchmarks/random_pairings.py [ITEMS_OF_EACH] [DRAWS]

Prints how long it takes to draw 10,000 random pairings of 1,000 songs and 1,000 pictures with their means, how long
NumPy takes to make as many permutations and to look the scores up in the same matrix, and the ratio: medians of five
turns.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import numpy as np

from emoretrieve.emotion.vectors import Floats
from emoretrieve.pairing.chance import random_level
from emoretrieve.pairing.scores import Scores
from emoretrieve.search.match import DEFAULT_MATCH

TURNS = 5


def main(each: int, draws: int) -> None:
    random = np.random.default_rng(1)
    songs, pictures = random.integers(0, 256, (2, each, 5, 3), dtype=np.uint8)
    scores = Scores.of(DEFAULT_MATCH, songs, pictures)
    matrix = scores.matrix()
    turns = [
        (seconds(lambda: random_level(scores, 1, draws)), seconds(lambda: by_numpy(matrix, draws)))
        for _ in range(TURNS)
    ]
    ours, numpy = (statistics.median(side) for side in zip(*turns, strict=True))
    print(f"{draws} random pairings of {each} x {each}: {ours:.2f} s / NumPy {numpy:.2f} s = {ours / numpy:.2f}")


def by_numpy(matrix: Floats, draws: int) -> Floats:
    """The scores of as many permutations, one after another."""
    random, rows = np.random.default_rng(1), np.arange(len(matrix))
    for _ in range(draws):
        found = matrix[rows, random.permutation(len(matrix))]
    return found


def seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000, int(sys.argv[2]) if len(sys.argv) > 2 else 10_000)
