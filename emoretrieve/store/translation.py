"""Points, filters and answers in the words of qdrant-client's models, for its local mode and for servers."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from qdrant_client import models

from emoretrieve.store.engine import Candidate, Record
from emoretrieve.store.filter import Begins, Condition, Dated, Filter, Match
from emoretrieve.store.schema import NO_PAYLOAD, Point

_NOTHING = models.Range(gt=0.0, lt=0.0)


def point_structs(points: Iterable[Point]) -> list[models.PointStruct]:
    return [
        models.PointStruct(id=point.id, vector=dict(point.vectors), payload=dict(point.payload)) for point in points
    ]


def selector(fields: Sequence[str] | None) -> bool | list[str]:
    """Which payload fields are wanted; None means all."""
    if fields is None:
        return True
    return list(fields) or False


def records(found: Iterable[models.Record]) -> list[Record]:
    return [Record(str(record.id), record.payload or NO_PAYLOAD) for record in found]


def candidates(found: Iterable[models.ScoredPoint]) -> list[Candidate]:
    return [Candidate(str(point.id), point.score, point.payload or NO_PAYLOAD) for point in found]


def vector_rows(found: Iterable[models.Record], name: str) -> dict[str, list[float]]:
    """One named vector of the points that have it, by id."""
    rows: dict[str, list[float]] = {}
    for record in found:
        vectors: Any = record.vector
        if isinstance(vectors, dict) and vectors.get(name) is not None:
            rows[str(record.id)] = vectors[name]
    return rows


def added_vector(size: int, *, single: bool) -> models.DenseVectorNameConfig:
    """A named vector to be added: dot product, float16 or `single` float32."""
    kinds = models.VectorStorageDatatype
    dense = models.DenseVectorConfig(
        size=size, distance=models.Distance.DOT, datatype=kinds.FLOAT32 if single else kinds.FLOAT16
    )
    return models.DenseVectorNameConfig(dense=dense)


def filter_model(chosen: Filter) -> models.Filter | None:
    if not chosen.all_of and not chosen.none_of:
        return None
    must: list[models.Condition] = [_any_of(group) for group in chosen.all_of]
    must_not: list[models.Condition] = [_condition(condition) for condition in chosen.none_of]
    return models.Filter(must=must or None, must_not=must_not or None)


def _any_of(group: Sequence[Condition]) -> models.Condition:
    options: list[models.Condition] = [_condition(option) for option in group]
    return options[0] if len(options) == 1 else models.Filter(should=options)


def _condition(condition: Condition) -> models.FieldCondition:
    if isinstance(condition, Match):
        return models.FieldCondition(key=condition.field, match=models.MatchAny(any=list(condition.values)))
    if isinstance(condition, Begins):
        return models.FieldCondition(key=condition.field, match=models.MatchPrefix(prefix=condition.beginning))
    if isinstance(condition, Dated):
        dates = models.DatetimeRange(gte=condition.first, lte=condition.last)
        return models.FieldCondition(key=condition.field, range=dates)
    return models.FieldCondition(key=condition.field, range=_range(condition.low, condition.high))


def _range(low: float, high: float) -> models.Range:
    """JSON has neither infinities nor NaN: the largest numbers stand for the first, and NaN holds for no number."""
    if math.isnan(low) or math.isnan(high):
        return _NOTHING
    largest = sys.float_info.max
    return models.Range(gte=max(low, -largest), lte=min(high, largest))
