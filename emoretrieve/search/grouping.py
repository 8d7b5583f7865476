"""The best items of each value of a key: of every artist, say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from emoretrieve.search.facets import shown
from emoretrieve.store import Equals, Hit, Store, Where

Nearest = Callable[[Where, int], list[Hit]]
"""The nearest items under a condition, at most so many, exact."""

_GROWTH = 4


def best_of_groups(store: Store, nearest: Nearest, where: Where, key: str, count: int, size: int) -> list[Hit]:
    """The best `size` items of each of the `count` values of `key` whose best items are nearest, value by value.

    Exact: the search goes on without the values found, until there are enough of them or no item is left.
    """
    hits: list[Hit] = []
    for value in _best_values(store, nearest, where, key, count):
        hits += nearest(replace(where, conditions=(*where.conditions, Equals(key, value))), size)
    return hits


def group_of(metadata_value: str | float | None) -> str | None:
    """What a group is called; the text 1980 and the number 1980 are one, as for a filter."""
    if metadata_value is None:
        return None
    return metadata_value if isinstance(metadata_value, str) else shown(metadata_value)


def _best_values(store: Store, nearest: Nearest, where: Where, key: str, count: int) -> list[str]:
    """In the order of their best items."""
    there = {group_of(value) for value in store.values(key, where)}
    values: list[str] = []
    wanted = _GROWTH * count
    while len(values) < min(count, len(there)):
        without = tuple(Equals(key, value) for value in values)
        hits = nearest(replace(where, without=(*where.without, *without)), wanted)
        items = {item.id: item for item in store.get([hit.id for hit in hits])}
        found = (group_of(items[hit.id].metadata.get(key)) for hit in hits if hit.id in items)
        values += [value for value in dict.fromkeys(found) if value is not None and value not in values]
        if len(hits) < wanted:
            break
        wanted *= _GROWTH
    return values[:count]
