"""What every store must answer, computed the plain way: float64 NumPy over all items."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date

import numpy as np

from emoretrieve.emotion.vectors import Floats, Space, colours, exact_scores, vectors
from emoretrieve.item import Item, Modality
from emoretrieve.lexicon.moods import mood_words
from emoretrieve.store import Condition, During, Equals, Moments, Where


def nearest(
    items: Iterable[Item], space: Space, query: Floats, where: Where, limit: int, exclude: Collection[str] = ()
) -> list[tuple[str, float]]:
    """Ids and scores, best first, equal scores by id."""
    chosen = [item for item in items if matches(item, where) and item.id not in exclude]
    scores = exact_scores(query, vectors(space, colours(item.profile for item in chosen)))
    found = sorted((-float(score), item.id) for score, item in zip(scores, chosen, strict=True))
    return [(id, -score) for score, id in found[:limit]]


def moments(items: Iterable[Item], space: Space, modality: Modality) -> Moments:
    rows = vectors(space, colours(item.profile for item in items if item.modality == modality))
    if not len(rows):
        return Moments(0, np.zeros(15), np.zeros((15, 15)))
    centred = rows - rows.mean(axis=0)
    return Moments(len(rows), rows.mean(axis=0), centred.T @ centred / len(rows))


def matches(item: Item, where: Where) -> bool:
    if where.modality not in (None, item.modality):
        return False
    if any(_holds(item, condition) for condition in where.without):
        return False
    return all(_holds(item, condition) for condition in where.conditions)


def _holds(item: Item, condition: Condition) -> bool:
    return _own_holds(item, condition) or _metadata_holds(item.metadata, condition)


def _own_holds(item: Item, condition: Condition) -> bool:
    if not isinstance(condition, Equals):
        return False
    if condition.key == "path" and condition.value.endswith("/"):
        return any(path.startswith(condition.value) for path in item.paths)
    own = {"mood": mood_words(item.captions.whole), "name": [item.name] if item.name else [], "path": item.paths}
    return condition.value in own.get(condition.key, ())


def _metadata_holds(metadata: Mapping[str, object], condition: Condition) -> bool:
    value = metadata.get(condition.key)
    if isinstance(condition, During):
        return isinstance(value, str) and _is_during(value, condition)
    if isinstance(condition, Equals):
        if isinstance(value, str):
            return value == condition.value
        return isinstance(value, int | float) and float(value) == _number(condition.value)
    if not isinstance(value, int | float):
        return False
    low = -np.inf if condition.low is None else condition.low
    high = np.inf if condition.high is None else condition.high
    return bool(low <= value <= high)


def _is_during(value: str, condition: During) -> bool:
    """Dates without a time only: texts of years, months and days are ordered as the dates are."""
    day = f"{value}-01" if len(value) == len("2001-06") else value
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    first, last = condition.first or "0000", condition.last or "9999"
    return first <= day and day[: len(last)] <= last


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
