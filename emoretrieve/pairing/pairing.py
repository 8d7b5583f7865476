"""From a collection to pairs: read both sides, score them, assign, hold the result against chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from emoretrieve.emotion.vectors import Floats
from emoretrieve.errors import QueryError
from emoretrieve.item import Item, Modality
from emoretrieve.pairing.assignment import Assignment
from emoretrieve.pairing.chance import RandomLevel, random_level
from emoretrieve.pairing.methods import OnProgress, assign, check_size
from emoretrieve.pairing.options import METHODS, Method, PairOptions
from emoretrieve.pairing.price import Price, price
from emoretrieve.pairing.scores import Indices, Scores
from emoretrieve.pairing.side import Side
from emoretrieve.search.answer import profile_json
from emoretrieve.search.filters import filter_text
from emoretrieve.store import Store

JsonObject: TypeAlias = dict[str, object]

COMPARED_CELLS = 1_000_000
"""Up to so many possible pairs (1,000 x 1,000) the other methods are tried as well, for comparison."""
_ITEMS_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Pair:
    """A source and its partner."""

    rank: int
    """From 1, the highest score first; equal scores by ascending ids."""
    source: Item
    target: Item
    score: float


@dataclass(frozen=True, slots=True)
class Pairing:
    """All pairs, and what they are worth."""

    options: PairOptions
    pairs: tuple[Pair, ...]
    sources: int
    targets: int
    unpaired_sources: tuple[str, ...]
    """Ids, ascending."""
    unpaired_targets: tuple[str, ...]
    random: RandomLevel
    price: Price
    """Of these pairs."""
    others: tuple[Price, ...]
    """Of other methods on the same items: all of them for up to `COMPARED_CELLS`, beyond that only `argmax`."""

    def to_json(self, limit: int | None = None) -> JsonObject:
        """As `pair --json` prints it, with at most `limit` pairs."""
        match = self.options.matching
        return {
            "from": self.options.source,
            "to": self.options.target,
            "method": self.options.method,
            "match": match.name,
            "weights": None if match.weights is None else list(match.weights),
            "capacity": self.options.capacity,
            "from_filters": [filter_text(one) for one in self.options.source_where],
            "to_filters": [filter_text(one) for one in self.options.target_where],
            "sources": self.sources,
            "targets": self.targets,
            "random": self.random.to_json(),
            "price": self.price.to_json(),
            "others": [other.to_json() for other in self.others],
            "pairs": [_pair_json(pair) for pair in self.pairs[:limit]],
            "unpaired": {"from": list(self.unpaired_sources), "to": list(self.unpaired_targets)},
        }


def pair(store: Store, options: PairOptions, on_progress: OnProgress = lambda *_: None) -> Pairing:
    """Pair the items of a collection.

    The same items make the same pairs, in whatever order they were stored: both sides stand by ascending id. Raises
    QueryError of kind `nothing_to_pair` for a side without items and `too_many_pairs` for sides too large.
    """
    sources, targets = Side.read(store, options.sources), Side.read(store, options.targets)
    _check(options, sources, targets)
    scores = Scores.of(options.matching, sources.profiles, targets.profiles)
    compared = scores.cells <= COMPARED_CELLS
    matrix = scores.matrix() if compared else None
    level = random_level(scores, options.capacity, options.draws)
    chosen, *others = _prices(scores, options, level, matrix, on_progress)
    pairs = _pairs(store, scores, chosen.assignment, sources.ids, targets.ids)
    return Pairing(
        options,
        pairs,
        len(sources.ids),
        len(targets.ids),
        _left(sources.ids, chosen.assignment.rows),
        _left(targets.ids, chosen.assignment.columns),
        level,
        chosen.price,
        tuple(other.price for other in others),
    )


@dataclass(frozen=True, slots=True)
class _Priced:
    assignment: Assignment
    price: Price


def _check(options: PairOptions, sources: Side, targets: Side) -> None:
    sides = ((options.source, options.source_where, sources), (options.target, options.target_where, targets))
    for modality, conditions, side in sides:
        if not side.ids:
            raise _nothing_to_pair(modality, filtered=bool(conditions))
    check_size(options.chosen, len(sources.ids), len(targets.ids), options.capacity)


def _nothing_to_pair(modality: Modality, *, filtered: bool) -> QueryError:
    noun = {"audio": "song", "image": "picture"}[modality]
    if filtered:
        message = f"No {noun} of the collection passes the filters, so there is nothing to pair; widen them."
    else:
        message = f"The collection holds no {noun}, so there is nothing to pair; index some."
    return QueryError(message, kind="nothing_to_pair")


def _prices(
    scores: Scores, options: PairOptions, level: RandomLevel, matrix: Floats | None, on_progress: OnProgress
) -> list[_Priced]:
    """The chosen method first, then those that it is compared with."""
    free = assign("argmax", scores, 1, matrix, on_progress).assignment
    best = scores.pairs(free.rows, free.columns)
    compared: tuple[Method, ...] = METHODS if matrix is not None else ("argmax",)
    priced = []
    for method in (options.chosen, *(method for method in compared if method != options.chosen)):
        solved = assign(method, scores, options.capacity, matrix, on_progress)
        found = solved.assignment
        value = price(method, solved, scores.pairs(found.rows, found.columns), best, level)
        priced.append(_Priced(found, value))
    return priced


def _pairs(
    store: Store, scores: Scores, found: Assignment, sources: Sequence[str], targets: Sequence[str]
) -> tuple[Pair, ...]:
    """The pairs by rank, save those of which an item has been deleted since."""
    values = scores.pairs(found.rows, found.columns)
    order = np.lexsort((found.columns, found.rows, -values))
    ids = [(sources[found.rows[place]], targets[found.columns[place]]) for place in order]
    items = _items(store, sorted({id for pair in ids for id in pair}))
    return tuple(
        Pair(rank, items[source], items[target], float(values[place]))
        for rank, (place, (source, target)) in enumerate(zip(order, ids, strict=True), start=1)
        if source in items and target in items
    )


def _items(store: Store, ids: Sequence[str]) -> dict[str, Item]:
    starts = range(0, len(ids), _ITEMS_AT_ONCE)
    return {item.id: item for start in starts for item in store.get(ids[start : start + _ITEMS_AT_ONCE])}


def _left(ids: Sequence[str], taken: Indices) -> tuple[str, ...]:
    used = set(taken.tolist())
    return tuple(id for place, id in enumerate(ids) if place not in used)


def _pair_json(pair: Pair) -> JsonObject:
    return {"rank": pair.rank, "score": pair.score, "from": _item_json(pair.source), "to": _item_json(pair.target)}


def _item_json(item: Item) -> JsonObject:
    return {
        "id": item.id,
        **({"name": item.name} if item.name else {}),
        "paths": list(item.paths),
        "profile": profile_json(item.profile),
        "metadata": dict(item.metadata),
    }
