"""A split of items that nobody split: always the same, and nothing that was learnt from is tested on."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Literal

from emoretrieve.sphere.modality import Modality

_SHARE = 0.1
"""Of the items for validation, and of them for testing."""
_FEWEST = 10
"""Items that are split at all; of fewer, all are learnt from."""


def assigned(
    ids: Sequence[str], parts: Sequence[Mapping[Modality, Hashable]]
) -> list[Literal["train", "validation", "test"]]:
    """The split of each item: groups that share a part stay together, in an order that their ids alone decide."""
    groups = sorted(_groups(parts), key=lambda group: _drawn(min(ids[place] for place in group)))
    wanted = 0 if len(ids) < _FEWEST else max(2, round(_SHARE * len(ids)))
    splits: list[Literal["train", "validation", "test"]] = ["train"] * len(ids)
    names: tuple[Literal["test", "validation"], ...] = ("test", "validation")
    for name in names:
        taken = 0
        for group in list(groups):
            if taken < wanted and len(group) <= wanted:
                groups.remove(group)
                taken += len(group)
                for place in group:
                    splits[place] = name
    return splits


def _groups(parts: Sequence[Mapping[Modality, Hashable]]) -> Iterable[list[int]]:
    """Places of items that are connected by a shared part, directly or over others."""
    leaders = list(range(len(parts)))

    def leader(place: int) -> int:
        while leaders[place] != place:
            leaders[place] = leaders[leaders[place]]
            place = leaders[place]
        return place

    first: dict[Hashable, int] = {}
    for place, one in enumerate(parts):
        for part in one.items():
            leaders[leader(place)] = leader(first.setdefault(part, place))
    groups: dict[int, list[int]] = {}
    for place in range(len(parts)):
        groups.setdefault(leader(place), []).append(place)
    return groups.values()


def _drawn(name: str) -> bytes:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()
