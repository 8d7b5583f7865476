"""The best and the worst pairs of a collection, to be looked at and listened to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from emoretrieve.evaluation.measured_pairs import PricedPairs
from emoretrieve.pairing.pairing import Pair
from emoretrieve.pairing.scores import Scores
from emoretrieve.pairing.side import Side
from emoretrieve.report.score_spread import share_below
from emoretrieve.store import Store


@dataclass(frozen=True, slots=True)
class ShownPair:
    """A pair by its rank among all pairs, and how many of all possible pairs score less."""

    pair: Pair
    below: float
    """Share of all possible pairs, 0..1."""


@dataclass(frozen=True, slots=True)
class ShownPairs:
    """Of one pairing."""

    best: tuple[ShownPair, ...]
    """The highest score first; equal scores by ascending ids."""
    worst: tuple[ShownPair, ...]
    """The lowest score first; none of them is among the best."""

    @classmethod
    def of(cls, store: Store, sides: tuple[Side, Side], scores: Scores, pairs: PricedPairs, wanted: int) -> Self:
        """The `wanted` best and worst, fewer where there are not twice as many; without items deleted since.

        `sides` are songs (the sources of the pairs) and pictures (their targets).
        """
        rows, columns = pairs.assignment.rows, pairs.assignment.columns
        values = scores.pairs(rows, columns)
        order = np.lexsort((columns, rows, -values))
        best = min(wanted, -(-len(order) // 2))
        worst = min(wanted, len(order) - best)
        ranks = np.r_[0:best, len(order) - worst : len(order)]
        chosen = order[ranks]
        below = share_below(scores, values[chosen])
        ids = [(sides[0].ids[rows[place]], sides[1].ids[columns[place]]) for place in chosen]
        items = {item.id: item for item in store.get([id for pair in ids for id in pair])}
        found = [
            ShownPair(Pair(int(rank) + 1, items[song], items[picture], float(values[place])), float(share))
            for rank, place, (song, picture), share in zip(ranks, chosen, ids, below, strict=True)
            if song in items and picture in items
        ]
        return cls(
            tuple(one for one in found if one.pair.rank <= best),
            tuple(reversed([one for one in found if one.pair.rank > best])),
        )
