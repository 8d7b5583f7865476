"""A collection in its colours: items side by side in the order of their feelings, as threads of a cloth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from emoretrieve.emotion.vectors import Colours
from emoretrieve.item import Modality
from emoretrieve.pairing.side import Side
from emoretrieve.report.emotion_map import CORNERS

THREADS = 240
"""Items that are shown, at most."""


@dataclass(frozen=True, slots=True)
class Weave:
    """Of the items of one modality."""

    modality: Modality
    items: int
    profiles: Colours
    """(t, 5, 3) of all items or, of more than `THREADS`, of some that stand evenly apart in their order."""

    @classmethod
    def of(cls, modality: Modality, side: Side) -> Self:
        """Around the middle of the emotion map from excitement by calmness to sadness; what was not felt last."""
        wholes = side.profiles[:, 0].astype(np.float64)
        sums = wholes.sum(axis=1, keepdims=True)
        away = wholes / np.where(sums > 0, sums, 1.0) @ CORNERS - CORNERS.mean(axis=0)
        turn = np.mod(np.arctan2(away[:, 1], away[:, 0]) - np.pi / 2, 2 * np.pi)
        order = np.argsort(np.where(sums[:, 0] > 0, turn, np.inf), kind="stable")
        chosen = np.linspace(0, len(order) - 1, min(THREADS, len(order))).round().astype(np.int64)
        return cls(modality, len(side), side.profiles[order[chosen]])
