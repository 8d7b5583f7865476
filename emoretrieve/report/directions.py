"""The two directions in which the profiles of a collection differ most: principal components of the 15 raw numbers.

Pearson 1901, "On lines and planes of closest fit"; Hotelling 1933. All numbers have one unit (0..255), so they are
centred and not scaled. How much a direction would hold if nothing hung together is found by shuffling every number
among the items (parallel analysis, Horn 1965, by permutation as in Buja and Eyuboglu 1992).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from emoretrieve.emotion.vectors import Floats
from emoretrieve.item import MODALITIES, Modality
from emoretrieve.pairing.side import Side
from emoretrieve.report.marks import Marks

_SEED = 20_240_607
_SHUFFLES = 100
_SHUFFLED_ROWS = 1_000_000
"""Rows that are shuffled, at most: fewer shuffles of more than 10,000 items, at least ten."""
_FEWEST = 3
"""Items: two differ in one direction only."""


@dataclass(frozen=True, slots=True)
class Direction:
    """One of them."""

    loadings: Floats
    """(5, 3): a unit vector over parts and axes; the largest in size is positive."""
    share: float
    """Of the variance of the 15 numbers, 0..1."""
    chance: float
    """The same where every number is shuffled among the items."""


@dataclass(frozen=True, slots=True)
class Directions:
    """Of at least three items that are not all alike."""

    items: int
    first: Direction
    second: Direction
    marks: Mapping[Modality, Marks]
    """Coordinates in units of a colour channel, from the mean of all items; of the modalities that have items."""

    @classmethod
    def of(cls, sides: Mapping[Modality, Side]) -> Self | None:
        """Of songs and pictures together; None for fewer than three items, or where all lie on one line or point."""
        used = [modality for modality in MODALITIES if len(sides[modality])]
        profiles = [sides[modality].profiles.reshape(-1, 15) for modality in used]
        rows = np.concatenate([np.zeros((0, 15), dtype=np.uint8), *profiles]).astype(np.float64)
        if len(rows) < _FEWEST:
            return None
        variances, axes = _components(rows)
        if variances[1] <= 1e-9 * variances.sum() or variances.sum() == 0:
            return None
        chance, shares = _chance(rows), variances / variances.sum()
        first, second = (
            Direction(axes[place].reshape(5, 3), float(shares[place]), float(chance[place])) for place in (0, 1)
        )
        places = (rows - rows.mean(axis=0)) @ axes[:2].T
        return cls(len(rows), first, second, _marks(used, [sides[one].profiles[:, 0] for one in used], places))


def _components(rows: Floats) -> tuple[Floats, Floats]:
    """Variances (15,), the largest first, and axes (15, 15) as rows."""
    variances, columns = np.linalg.eigh(np.cov(rows, rowvar=False))
    axes = columns.T[::-1]
    largest = np.abs(axes).argmax(axis=1)
    signs = np.sign(axes[np.arange(len(axes)), largest])
    return np.maximum(variances[::-1], 0.0), axes * signs[:, None]


def _chance(rows: Floats) -> Floats:
    """(15,) the mean shares after shuffling."""
    random = np.random.default_rng(_SEED)
    shuffles = max(10, min(_SHUFFLES, _SHUFFLED_ROWS // len(rows)))
    total = np.zeros(rows.shape[1])
    for _ in range(shuffles):
        variances = np.linalg.eigvalsh(np.cov(random.permuted(rows, axis=0), rowvar=False))[::-1]
        total += np.maximum(variances, 0.0) / variances.sum()
    return total / shuffles


def _marks(used: Sequence[Modality], colours: Sequence[NDArray[np.uint8]], places: Floats) -> dict[Modality, Marks]:
    """Of the coordinates of all items, the modalities one after another."""
    width = float(np.ptp(places[:, 0]))
    ends = np.cumsum([len(some) for some in colours])[:-1]
    split = np.split(places, ends)
    return {one: Marks.of(points, some, width) for one, points, some in zip(used, split, colours, strict=True)}
