"""What a collection holds of an item, and whether two collections hold the same of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from emoretrieve.emotion.vectors import Floats
from emoretrieve.exchange.rows import to_row
from emoretrieve.item import Item
from emoretrieve.store import Numbers, Store

T = TypeVar("T")
_CHECKSUM_BYTES = 16
_SAME_DIRECTION = 1e-5
"""Unit vectors with a cosine this close to 1 are the same: kept as float16 they lose about 1e-7 each time."""


@dataclass(frozen=True)
class Content:
    """One item with all that does not follow from the rest."""

    item: Item
    embedded: Mapping[str, Floats] = field(default_factory=dict)
    """Its unit vectors of embedders, by name."""
    numbers: Mapping[str, Numbers] = field(default_factory=dict)
    """What stands beside those of them that have numbers, by the name of the vectors."""

    @property
    def id(self) -> str:
        return self.item.id

    @cached_property
    def digest(self) -> bytes:
        """Equal for equal items: SHA-256 of captions, colours, metadata, locations and all else but vectors."""
        return hashlib.sha256(json.dumps(to_row(self.item), sort_keys=True).encode()).digest()

    def is_in(self, other: Content | None) -> bool:
        """Whether another collection holds all of it; vectors of its own beside them do not matter."""
        if other is None or other.digest != self.digest:
            return False
        if any(other.numbers.get(name) != numbers for name, numbers in self.numbers.items()):
            return False
        return all(name in other.embedded and _same(row, other.embedded[name]) for name, row in self.embedded.items())


class Checksum:
    """Of any number of items in any order: the sum of their digests."""

    def __init__(self) -> None:
        self._sum = 0

    def add(self, contents: Iterable[Content]) -> None:
        self._sum += sum(int.from_bytes(content.digest[:_CHECKSUM_BYTES]) for content in contents)

    def __str__(self) -> str:
        """32 hex digits."""
        return f"{self._sum % 256**_CHECKSUM_BYTES:0{2 * _CHECKSUM_BYTES}x}"


def contents_of(store: Store, items: Sequence[Item]) -> list[Content]:
    """Items of a store with the vectors that it holds of them."""
    ids = [item.id for item in items]
    embedded, numbers = {}, {}
    for name, embedding in store.embeddings.items():
        embedded[name] = store.vectors(name, ids)
        if embedding.numbers:
            beside = store.numbers(name, list(embedded[name]))
            numbers[name] = {id: row for id, row in beside.items() if id in embedded[name]}
    return [Content(item, _of(item.id, embedded), _of(item.id, numbers)) for item in items]


def _of(id: str, rows: Mapping[str, Mapping[str, T]]) -> dict[str, T]:
    """What one item has, by name."""
    return {name: by_id[id] for name, by_id in rows.items() if id in by_id}


def read_contents(store: Store, ids: Sequence[str]) -> dict[str, Content]:
    """What a store holds of these items, by id; unknown ids are left out."""
    return {content.id: content for content in contents_of(store, store.get(ids))}


def write_contents(store: Store, contents: Sequence[Content]) -> None:
    """Write items with their vectors, replacing those of the same id; the store knows the embeddings."""
    store.upsert([content.item for content in contents])
    for name in store.embeddings:
        rows = {content.id: content.embedded[name] for content in contents if name in content.embedded}
        numbers = {content.id: content.numbers[name] for content in contents if name in content.numbers}
        if rows:
            store.set_vectors(name, rows, numbers)


def _same(one: Floats, other: Floats) -> bool:
    return one.shape == other.shape and float(one @ other) > 1 - _SAME_DIRECTION
