"""Similarity by the words of the captions: the cosine of TF-IDF weights over all five. No model, no download."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import chain

from emoretrieve.item import MODALITIES, Item
from emoretrieve.rescoring.similarity import UNKNOWN, Background
from emoretrieve.rescoring.sums import Sums
from emoretrieve.rescoring.vocabulary import Vocabulary, vocabulary
from emoretrieve.rescoring.words import Bag, count_words, product, weigh
from emoretrieve.search.population import READ_LIMIT
from emoretrieve.search.query import Query
from emoretrieve.store import Store, Where


class CaptionSimilarity:
    """Compares captions by their words, of which rare ones count most."""

    caution: str | None = None

    def __init__(self, store: Store) -> None:
        self._store = store

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return vocabulary(self._store)

    def of(self, query: Query, items: Sequence[Item]) -> list[float | None]:
        asked = self._bag(query)
        return [product(asked, self._vocabulary.bag(item)) for item in items]

    def background(self, query: Query, where: Where) -> Background:
        asked = self._bag(query)
        if where != Where(where.modality):
            return self._read(query, asked, where)
        sums = Sums(0, 0.0, None)
        for modality in MODALITIES if where.modality is None else (where.modality,):
            total = product(asked, self._vocabulary.totals[modality])
            sums += Sums(self._vocabulary.counts[modality], total, None)
        searched = query.indexed and where.modality in (None, query.modality)
        return (sums.without(product(asked, asked)) if searched else sums).background

    def _read(self, query: Query, asked: Bag, where: Where) -> Background:
        """From the captions of the items that meet conditions, one by one."""
        if self._store.count(where) > READ_LIMIT:
            return UNKNOWN
        sums = Sums(0, 0.0, 0.0)
        for item in chain.from_iterable(self._store.scan(where)):
            if item.id not in query.left_out:
                similarity = product(asked, self._vocabulary.bag(item))
                sums += Sums(1, similarity, similarity**2)
        return sums.background

    def _bag(self, query: Query) -> Bag:
        return weigh(count_words(query.captions), self._vocabulary.rarity)
