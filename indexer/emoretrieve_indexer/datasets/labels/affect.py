"""Valence and arousal, and what follows from them by rule: a quadrant and an emotion colour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from emoretrieve.emotion import Rgb

Quadrant: TypeAlias = Literal["excited", "angry", "sad", "calm"]
"""Of Russell's plane (1980): pleasant and roused, unpleasant and roused, unpleasant and quiet, pleasant and quiet."""


@dataclass(frozen=True, slots=True)
class Affect:
    """A point of Russell's plane."""

    valence: float
    """-1 unpleasant .. 1 pleasant"""
    arousal: float
    """-1 quiet .. 1 roused"""

    @property
    def quadrant(self) -> Quadrant:
        """The middle of an axis counts as pleasant, and as roused."""
        if self.arousal >= 0:
            return "excited" if self.valence >= 0 else "angry"
        return "calm" if self.valence >= 0 else "sad"

    @property
    def colour(self) -> Rgb:
        """R (excitement) is the share of arousal; the rest goes to G (calmness) by pleasure, else to B (sadness)."""
        roused, pleasant = (1 + self.arousal) / 2, (1 + self.valence) / 2
        quiet = 1 - roused
        return Rgb(*(round(255 * share) for share in (roused, quiet * pleasant, quiet * (1 - pleasant))))


QUADRANTS: Mapping[Quadrant, Affect] = {
    "excited": Affect(0.5, 0.5),
    "angry": Affect(-0.5, 0.5),
    "sad": Affect(-0.5, -0.5),
    "calm": Affect(0.5, -0.5),
}
"""Where a category stands of which only the quadrant is known: in its middle."""


def scaled(value: float, lowest: float, highest: float) -> float:
    """A rating between two ends of a scale as -1..1; ValueError for one beyond them, or NaN."""
    if not lowest <= value <= highest:
        raise ValueError(f"{value:g} does not lie between {lowest:g} and {highest:g}")
    return 2 * (value - lowest) / (highest - lowest) - 1
