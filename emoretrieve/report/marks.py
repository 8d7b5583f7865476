"""Points in a plane as marks that can be drawn: one an item or, of many items, one a hexagon."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from emoretrieve.emotion.vectors import Floats

SINGLE = 1_000
"""Up to so many items each has a mark of its own."""
_ACROSS = 28
"""Hexagons side by side."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What is drawn of some points."""

    places: Floats
    """(m, 2): of the items or, of many, of the middles of the hexagons in which there are any."""
    counts: NDArray[np.int64]
    """(m,) how many items a mark stands for."""
    colours: NDArray[np.uint8]
    """(m, 3) the colour of the item, or the mean of those of a hexagon's items."""
    firsts: NDArray[np.int64]
    """(m,) the row of the item or, of a hexagon's items, of the first."""
    radius: float | None
    """From the middle of a hexagon to its corners; None where each mark is one item."""

    @classmethod
    def of(cls, points: Floats, colours: NDArray[np.uint8], width: float) -> Self:
        """Of points (n, 2) with colours (n, 3), in a plane that is drawn `width` wide."""
        if len(points) <= SINGLE:
            return cls(points, np.ones(len(points), dtype=np.int64), colours, np.arange(len(points)), None)
        radius = width / (_ACROSS * math.sqrt(3))
        centres, firsts, tile, counts = np.unique(
            _hexagons(points, radius), axis=0, return_index=True, return_inverse=True, return_counts=True
        )
        sums = np.zeros((len(centres), 3))
        np.add.at(sums, tile.reshape(-1), colours.astype(np.float64))
        means = np.rint(sums / counts[:, None]).astype(np.uint8)
        return cls(_middles(centres, radius), counts, means, firsts, radius)


def _hexagons(points: Floats, radius: float) -> NDArray[np.int64]:
    """(n, 2) axial coordinates of the hexagon, a corner on top, that holds each point: the nearest middle.

    Rounded as three coordinates that sum to 0; the one that was rounded furthest follows from the others.
    """
    x, y = points.T / radius
    exact = np.stack([x / math.sqrt(3) - y / 3, 2 * y / 3, -x / math.sqrt(3) - y / 3], axis=1)
    rounded = np.rint(exact)
    worst = np.abs(rounded - exact).argmax(axis=1)
    rows = np.arange(len(points))
    rounded[rows, worst] -= rounded.sum(axis=1)
    axial: NDArray[np.int64] = rounded[:, :2].astype(np.int64)
    return axial


def _middles(axial: NDArray[np.int64], radius: float) -> Floats:
    """(m, 2)"""
    column, row = axial.T.astype(np.float64)
    return np.stack([radius * math.sqrt(3) * (column + row / 2), radius * 1.5 * row], axis=1)
