"""Answers made by hand, for the tests of what is printed of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from emoretrieve.emotion import EmotionProfile
from emoretrieve.item import Captions, Item, Location, Modality, Value
from emoretrieve.search.answer import Answer, Result
from emoretrieve.search.options import QueryOptions
from emoretrieve.search.query import Query
from emoretrieve.search.why import Why

CALM = EmotionProfile.of([(20, 200, 60), (30, 190, 50), (10, 210, 70), (25, 180, 65), (15, 205, 55)])


def item(
    path: str | Path,
    *,
    modality: Modality = "image",
    metadata: Mapping[str, Value] | None = None,
    caption: str = "Still water under a pale sky.",
    profile: EmotionProfile = CALM,
) -> Item:
    """One item at this path."""
    captions = Captions(caption, (caption, caption, caption, caption))
    sha256 = hashlib.sha256(str(path).encode("utf-8", "surrogateescape")).hexdigest()
    return Item(sha256, modality, profile, captions, locations=(Location(str(path), 1, 1),), metadata=metadata or {})


def answer(query: Item, *found: Item) -> Answer:
    """The answer with these items, ten thousandths of score between them."""
    why = Why("calmness", "fragment_2", ("still", "pale"))
    results = tuple(
        Result(rank, one, 0.98 - rank / 1000, 0.91, 2.0 - rank / 10, rank / 100, why)
        for rank, one in enumerate(found, 1)
    )
    return Answer(Query.of_item(query, indexed=True), QueryOptions(to="any"), len(found), results)
