"""Whether the parts of an item belong together: how alike its whole and its fragments are, beside those of others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from emoretrieve.emotion.vectors import Colours, Floats, vectors
from emoretrieve.evaluation.interval import Interval, mean_interval


@dataclass(frozen=True, slots=True)
class Likeness:
    """A mean cosine of colours, 0..1, of the same item and of two different ones."""

    mean: float
    interval: Interval | None
    """Items are drawn again; None for one item."""
    chance: float | None
    """The mean over all pairs of two different items, exact; None where there is only one."""

    def to_json(self) -> dict[str, object]:
        return {
            "mean": self.mean,
            "interval": None if self.interval is None else self.interval.to_json(),
            "chance": self.chance,
        }


@dataclass(frozen=True, slots=True)
class Consistency:
    """Of the colours of some items. A part without a colour (0, 0, 0) counts as unlike all others."""

    whole_and_fragments: Likeness
    """The whole against each of the four fragments."""
    among_fragments: Likeness
    """Each fragment against each of the other three."""

    def to_json(self) -> dict[str, object]:
        return {
            "whole_and_fragments": self.whole_and_fragments.to_json(),
            "among_fragments": self.among_fragments.to_json(),
        }

    @classmethod
    def of(cls, profiles: Colours) -> Self:
        """Of (n, 5, 3) colours of at least one item."""
        units = vectors("aligned", profiles).reshape(-1, 5, 3)
        wholes, fragments = units[:, :1], units[:, 1:]
        return cls(_likeness(wholes, fragments, same=0), _likeness(fragments, fragments, same=4))


def _likeness(first: Floats, second: Floats, same: int) -> Likeness:
    """Of (n, p, 3) and (n, q, 3) unit colours; `same`: how many of the p q pairs are a part and itself.

    Left out are these, and between items the pairs in the same place, so that both means are over like pairs.
    """
    pairs = first.shape[1] * second.shape[1] - same
    own = np.einsum("npc,nqc->n", first, second) - (np.einsum("npc,npc->n", first, first) if same else 0)
    everything = float(first.sum(axis=(0, 1)) @ second.sum(axis=(0, 1)))
    in_place = float((first.sum(axis=0) ** 2).sum()) if same else 0.0
    items = len(first)
    between = everything - in_place - float(own.sum())
    chance = between / (items * (items - 1) * pairs) if items > 1 else None
    return Likeness(float(own.mean()) / pairs, mean_interval(own / pairs), chance)
