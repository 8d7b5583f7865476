"""Made-up profiles that lie as the study's do: in clusters, on round numbers, many of them more than once.

The clusters are the profiles of the study's 100 songs and 100 pictures, read from `../shared/seed_study` when a
benchmark runs; nothing of them is copied. Where that folder is absent, the clusters are 200 profiles of 12 colours
each drawn at random, which is said. An item is one of the clusters' profiles moved a little, the whole and each
fragment by itself, with 98 of 100 values on multiples of 5 as in the study, or (one in 20) exactly that profile.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Colours = NDArray[np.uint8]

STUDY = Path(__file__).parents[2] / "shared" / "seed_study"
TABLES = ("audio_rgb.csv", "image_rgb_used_for_pairs.csv")
_TOGETHER, _APART = 12.0, 10.0
"""Standard deviations of how far a profile, and each of its parts and channels, is moved."""
_EXACT = 0.05
_OFF_ROUND = 0.02


def profiles(items: int, batch: int, seed: int = 20) -> Iterator[Colours]:
    """Colours (n, 5, 3) in batches; the same for the same arguments."""
    random = np.random.default_rng(seed)
    centres = clusters()
    for start in range(0, items, batch):
        yield _moved(centres[random.integers(0, len(centres), min(batch, items - start))], random)


def source() -> str:
    """Where the clusters come from, for the report."""
    return "the study's profiles" if _tables_are_there() else "random palettes (the study's tables are absent)"


def clusters() -> Colours:
    """(200, 5, 3)."""
    if _tables_are_there():
        return np.concatenate([_read(STUDY / name) for name in TABLES])
    random = np.random.default_rng(1)
    palette = random.integers(0, 52, (12, 3)) * 5
    return palette[random.integers(0, len(palette), (200, 5))].astype(np.uint8)


def _tables_are_there() -> bool:
    return all((STUDY / name).exists() for name in TABLES)


def _read(table: Path) -> Colours:
    """The colours of a table: the whole is its last column."""
    with table.open(newline="", encoding="utf-8") as file:
        rows = [[_numbers(cell) for cell in (row[5], *row[1:5])] for row in list(csv.reader(file))[1:]]
    return np.array(rows, dtype=np.uint8)


def _numbers(cell: str) -> list[int]:
    return [min(int(number), 255) for number in re.findall(r"\d+", cell)]


def _moved(chosen: Colours, random: np.random.Generator) -> Colours:
    shape = chosen.shape
    step = random.normal(0, _TOGETHER, (len(chosen), 1, 3)) + random.normal(0, _APART, shape)
    moved = chosen + step
    rounded = np.where(random.random(shape) < _OFF_ROUND, moved, np.round(moved / 5) * 5)
    exact = random.random((len(chosen), 1, 1)) < _EXACT
    return np.where(exact, chosen, np.clip(rounded, 0, 255)).astype(np.uint8)
