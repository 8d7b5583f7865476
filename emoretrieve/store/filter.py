"""Conditions on stored payloads in a form that every engine can translate."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from emoretrieve.item import MODALITIES
from emoretrieve.store.dates import first_moment, last_moment
from emoretrieve.store.protocol import Between, During, Equals, Where
from emoretrieve.store.protocol import Condition as Asked
from emoretrieve.store.schema import (
    COLOUR_KEY,
    LOCATION_PATH,
    MODALITY,
    MOODS,
    NAME,
    MetadataKind,
    lacks,
    metadata_field,
)


@dataclass(frozen=True, slots=True)
class Match:
    """The text at `field` is one of `values`."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Begins:
    """The text at `field` begins so."""

    field: str
    beginning: str


@dataclass(frozen=True, slots=True)
class Within:
    """The number at `field` lies in [low, high]."""

    field: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Dated:
    """The moment at `field` lies in [first, last], in UTC."""

    field: str
    first: datetime
    last: datetime


Condition: TypeAlias = Match | Begins | Within | Dated

OWN_FIELDS = {"mood": MOODS, "name": NAME, "path": LOCATION_PATH}
"""What a filter calls the fields of an item that are no metadata."""

_NOTHING = Match(MODALITY, ("",))
"""Holds for no item, and takes no time to find that."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Every group of `all_of` has a condition that holds, and no condition of `none_of` holds."""

    all_of: tuple[tuple[Condition, ...], ...] = ()
    none_of: tuple[Condition, ...] = ()

    def with_colours(self, key: str) -> Filter:
        """Only the items of exactly these colours."""
        return replace(self, all_of=(*self.all_of, (Match(COLOUR_KEY, (key,)),)))

    def without_colours(self, keys: Iterable[str]) -> Filter:
        """All but the items of these colours."""
        values = tuple(sorted(keys))
        return replace(self, none_of=(*self.none_of, Match(COLOUR_KEY, values))) if values else self

    def of_one_modality(self) -> list[Filter]:
        """The same, cut into filters that each name one modality."""
        if any(MODALITY in (condition.field for condition in group) for group in self.all_of):
            return [self]
        return [replace(self, all_of=((Match(MODALITY, (modality,)),), *self.all_of)) for modality in MODALITIES]


def filter_of(where: Where, indexes: Collection[str]) -> Filter:
    """The payload conditions that `where` means in a collection with these indexes.

    Metadata that no item has are left out: to look for them, an engine would look at every item.
    """
    groups: list[tuple[Condition, ...]] = []
    if where.modality is not None:
        groups.append((Match(MODALITY, (where.modality,)),))
    groups.extend(_conditions(condition, indexes) or (_NOTHING,) for condition in where.conditions)
    unwanted = (condition for equals in where.without for condition in _conditions(equals, indexes))
    return Filter(tuple(groups), tuple(unwanted))


def filter_of_paths(paths: Iterable[str]) -> Filter:
    """The items that lie at one of these paths."""
    return Filter(((Match(LOCATION_PATH, tuple(paths)),),))


def _conditions(asked: Asked, indexes: Collection[str]) -> tuple[Condition, ...]:
    """Those of which one has to hold; none where no item can meet what is asked."""

    def field(kind: MetadataKind) -> list[str]:
        return [] if lacks(indexes, kind, asked.key) else [metadata_field(kind, asked.key)]

    if isinstance(asked, Between):
        low = -math.inf if asked.low is None else asked.low
        high = math.inf if asked.high is None else asked.high
        return tuple(Within(number, low, high) for number in field("numbers") if low <= high)
    if isinstance(asked, During):
        first, last = first_moment(asked.first or "0001"), last_moment(asked.last or "9999")
        return tuple(Dated(date, first, last) for date in field("dates") if first is not None and last is not None)
    number = finite_number(asked.value)
    texts: list[Condition] = [Match(text, (asked.value,)) for text in field("text")]
    numbers = [] if number is None else [Within(place, number, number) for place in field("numbers")]
    return (*_own(asked, indexes), *texts, *numbers)


def _own(asked: Equals, indexes: Collection[str]) -> tuple[Condition, ...]:
    if asked.key == "path" and asked.value.endswith("/"):
        return (Begins(LOCATION_PATH, asked.value),)
    field = OWN_FIELDS.get(asked.key)
    return (Match(field, (asked.value,)),) if field is not None and field in indexes else ()


def finite_number(text: str) -> float | None:
    """The finite number that a text reads as."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
