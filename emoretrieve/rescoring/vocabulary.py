"""How rare the words of a collection's captions are, and what its captions have on average; kept beside it."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from emoretrieve.errors import QueryError
from emoretrieve.item import MODALITIES, Item, Modality
from emoretrieve.rescoring.words import Bag, count_words, weigh
from emoretrieve.search.population import READ_LIMIT
from emoretrieve.store import Store, Where

_NAME = "captions-vocabulary"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Of all captions of a collection."""

    rarity: Mapping[str, float]
    """`log(items / items with the word)`, so 0 for a word that all of them have."""
    counts: Mapping[Modality, int]
    totals: Mapping[Modality, Mapping[str, float]]
    """The sum of the bags of one modality: its product with a bag is the sum of the similarities to it."""

    def bag(self, item: Item) -> Bag:
        return weigh(count_words(item.captions), self.rarity)


def vocabulary(store: Store) -> Vocabulary:
    """As it is kept, else read from all captions, twice.

    Raises QueryError (`too_many_items`) where they are too many for that.
    """
    kept = _load(store)
    if kept is not None:
        return kept
    if store.count() > READ_LIMIT:
        raise QueryError(
            f"Captions are compared in collections of up to {READ_LIMIT:,} items, and this one has {store.count():,}; "
            "rescore by vectors, such as --rescore imagebind.",
            kind="too_many_items",
        )
    return _read(store)


def _items(store: Store) -> Iterator[Item]:
    return chain.from_iterable(store.scan(Where()))


def _read(store: Store) -> Vocabulary:
    version = store.version  # before the captions are read: another thread may write meanwhile
    spread: Counter[str] = Counter()
    counts: Counter[Modality] = Counter()
    for item in _items(store):
        spread.update(set(count_words(item.captions)))
        counts[item.modality] += 1
    items = sum(counts.values())
    found = Vocabulary({word: math.log(items / held) for word, held in spread.items()}, counts, _no_totals())
    totals: dict[Modality, dict[str, float]] = _no_totals()
    for item in _items(store):
        of_kind = totals[item.modality]
        for word, weight in found.bag(item).items():
            of_kind[word] = of_kind.get(word, 0.0) + weight
    whole = Vocabulary(found.rarity, counts, totals)
    stored = {"version": version, "rarity": whole.rarity, "counts": counts, "totals": totals}
    store.save_derived(_NAME, json.dumps(stored, ensure_ascii=False).encode())
    return whole


def _no_totals() -> dict[Modality, dict[str, float]]:
    return {modality: {} for modality in MODALITIES}


def _load(store: Store) -> Vocabulary | None:
    """What is kept, unless it is absent, stale or damaged."""
    try:
        stored = json.loads(store.load_derived(_NAME) or b"{}")
        if stored.get("version") != store.version:
            return None
        counts = {modality: int(stored["counts"].get(modality, 0)) for modality in MODALITIES}
        return Vocabulary(stored["rarity"], counts, {modality: stored["totals"][modality] for modality in MODALITIES})
    except (ValueError, LookupError, AttributeError):
        return None
