"""Conditions on stored payloads in a form that every engine can translate."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias

from emoretrieve.item import MODALITIES
from emoretrieve.store.protocol import Between, Equals, Where
from emoretrieve.store.schema import COLOUR_KEY, LOCATION_PATH, MODALITY, metadata_field


@dataclass(frozen=True, slots=True)
class Match:
    """The text at `field` is one of `values`."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Within:
    """The number at `field` lies in [low, high]."""

    field: str
    low: float
    high: float


Condition: TypeAlias = Match | Within


@dataclass(frozen=True, slots=True)
class Filter:
    """Every group of `all_of` has a condition that holds, and no condition of `none_of` holds."""

    all_of: tuple[tuple[Condition, ...], ...] = ()
    none_of: tuple[Match, ...] = ()

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


def filter_of(where: Where) -> Filter:
    """The payload conditions that `where` means."""
    groups: list[tuple[Condition, ...]] = []
    if where.modality is not None:
        groups.append((Match(MODALITY, (where.modality,)),))
    groups.extend(_condition(condition) for condition in where.conditions)
    return Filter(tuple(groups))


def filter_of_paths(paths: Iterable[str]) -> Filter:
    """The items that lie at one of these paths."""
    return Filter(((Match(LOCATION_PATH, tuple(paths)),),))


def _condition(condition: Equals | Between) -> tuple[Condition, ...]:
    field = metadata_field(condition.key)
    if isinstance(condition, Between):
        low = -math.inf if condition.low is None else condition.low
        high = math.inf if condition.high is None else condition.high
        return (Within(field, low, high),)
    number = finite_number(condition.value)
    text = Match(field, (condition.value,))
    return (text,) if number is None else (text, Within(field, number, number))


def finite_number(text: str) -> float | None:
    """The finite number that a text reads as."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
