"""Where the items of one kind lie between the three emotions: a ternary plot of the shares of R, G and B.

A colour without brightness: (40, 80, 80) and (100, 200, 200) lie in one place. Sums of three shares are 1, so that a
triangle has room for all of them (Howarth 1996, "Sources for a history of the ternary diagram").
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from emoretrieve.emotion import AXES
from emoretrieve.emotion.vectors import Floats
from emoretrieve.item import Modality
from emoretrieve.pairing.side import Side
from emoretrieve.report.marks import Marks

CORNERS: Floats = np.array([[0.5, math.sqrt(3) / 2], [0.0, 0.0], [1.0, 0.0]])
"""(3, 2) of the triangle: excitement on top, calmness left, sadness right."""

_TOO_FEW = 3
"""Items of which none stands out."""


@dataclass(frozen=True, slots=True)
class Extreme:
    """The item with the largest share of an axis; of several the lowest id."""

    axis: str
    id: str
    share: float
    place: tuple[float, float]


@dataclass(frozen=True, slots=True)
class EmotionMap:
    """The colours of the wholes of at least one item."""

    modality: Modality
    items: int
    unfelt: int
    """Items whose whole is (0, 0, 0): they have no place."""
    shares: tuple[float, float, float] | None
    """The mean share of each axis; None where no item has a place."""
    leading: tuple[int, int, int]
    """Items of which each axis has the largest share alone."""
    marks: Marks
    ids: tuple[str, ...]
    """By mark: of its item or, of a hexagon's items, of the lowest."""
    extremes: tuple[Extreme, ...]
    """By axis; none where three items or fewer have a place."""

    @property
    def even(self) -> int:
        """Items of which two or three axes share the first place."""
        return self.items - self.unfelt - sum(self.leading)

    @classmethod
    def of(cls, modality: Modality, side: Side) -> Self:
        """Of the items of one modality."""
        wholes = side.profiles[:, 0]
        felt = wholes.max(axis=1, initial=0) > 0
        colours, ids = wholes[felt], [id for id, has in zip(side.ids, felt, strict=True) if has]
        shares = colours / colours.sum(axis=1, keepdims=True)
        excitement, calmness, sadness = _leaders(colours)
        marks = Marks.of(shares @ CORNERS, colours, 1.0)
        return cls(
            modality,
            len(side),
            len(side) - len(ids),
            _means(shares) if ids else None,
            (excitement, calmness, sadness),
            marks,
            tuple(ids[row] for row in marks.firsts.tolist()),
            _extremes(ids, shares) if len(ids) > _TOO_FEW else (),
        )


def _leaders(colours: NDArray[np.uint8]) -> list[int]:
    """How many of (n, 3) colours have each channel as their largest alone."""
    alone = (colours == colours.max(axis=1, keepdims=True, initial=0)).sum(axis=1) == 1
    counts: list[int] = np.bincount(colours[alone].argmax(axis=1), minlength=3).tolist()
    return counts


def _means(shares: Floats) -> tuple[float, float, float]:
    excitement, calmness, sadness = shares.mean(axis=0).tolist()
    return excitement, calmness, sadness


def _extremes(ids: list[str], shares: Floats) -> tuple[Extreme, ...]:
    found = shares.argmax(axis=0).tolist()
    places = shares[found] @ CORNERS
    return tuple(
        Extreme(axis, ids[row], float(shares[row, column]), (float(places[column, 0]), float(places[column, 1])))
        for column, (axis, row) in enumerate(zip(AXES, found, strict=True))
    )
