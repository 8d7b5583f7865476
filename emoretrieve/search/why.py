"""Why an item was found, in one line: the axis and the part that agree most, and the words behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from emoretrieve.emotion import AXES, PARTS, EmotionProfile
from emoretrieve.emotion.vectors import Floats, colours, vectors
from emoretrieve.item import Captions, Item
from emoretrieve.search.match import Match

FEW_WORDS = 3


@dataclass(frozen=True, slots=True)
class Why:
    """The strongest agreement of a query and an item; all None and empty where nothing agrees (score 0)."""

    axis: str | None
    """One of `AXES`."""
    fragment: str | None
    """One of `PARTS`."""
    words: tuple[str, ...] = ()
    """Words of the item's caption of that part that speak of the axis, strongest first."""

    def to_json(self) -> dict[str, object]:
        return {"axis": self.axis, "fragment": self.fragment, "words": list(self.words)}


def why(match: Match, direction: Floats, item: Item) -> Why:
    """The part and axis with the largest product of the unit colours of query (15,) and item.

    Among the parts that the match counts, whatever their weights: a weight says how much a part matters, not how
    much it agrees. The first part and axis wins a tie.
    """
    return whys(match, direction, [item])[0]


def whys(match: Match, direction: Floats, items: Sequence[Item]) -> list[Why]:
    """The same for several items."""
    products = agreement(match, direction, [item.profile for item in items])
    return [_strongest(rows, item) for rows, item in zip(products, items, strict=True)]


def agreement(match: Match, direction: Floats, items: Sequence[EmotionProfile]) -> Floats:
    """Products of the unit colours, (n, 5 parts, 3 axes), zero where the match does not count the part."""
    theirs = vectors(match.space, colours(items)).reshape(-1, 5, 3)
    counted = np.ones(5) if match.weights is None else np.sign(match.weights)
    products: Floats = theirs * (direction.reshape(5, 3) * counted[:, None])
    return products


def _strongest(products: Floats, item: Item) -> Why:
    part, axis = divmod(int(products.argmax()), len(AXES))
    if products[part, axis] <= 0:
        return Why(None, None)
    return Why(AXES[axis], PARTS[part], _evidence(item.captions.parts[part], AXES[axis]))


def query_words(captions: Captions, reason: Why) -> tuple[str, ...]:
    """The words of the query that speak of the axis of a reason, in the part that it names."""
    if reason.axis is None or reason.fragment is None:
        return ()
    return _evidence(captions.parts[PARTS.index(reason.fragment)], reason.axis)


@lru_cache(maxsize=16_384)
def _evidence(caption: str, axis: str) -> tuple[str, ...]:
    from emoretrieve.perception.lexicon import evidence

    return tuple(evidence(caption, axis)[:FEW_WORDS])
