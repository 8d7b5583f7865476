"""qdrant-client's local mode: the same schema in pure Python, for tests and comparisons.

It needs the development dependency qdrant-client, looks at every item for every search and is not thread-safe by
itself, so every call goes through one lock.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from qdrant_client import QdrantClient, models

from emoretrieve.emotion import PARTS
from emoretrieve.emotion.vectors import Space
from emoretrieve.store.engine import Candidate, Page, Record
from emoretrieve.store.failures import translated
from emoretrieve.store.filter import Condition, Filter, Match
from emoretrieve.store.qdrant import QdrantStore
from emoretrieve.store.schema import SPACES, Point
from emoretrieve.store.sidecar import FolderSidecar, MemorySidecar, Sidecar

_COLLECTION = "items"


class LocalEngine:
    """A collection in memory or in a folder (see the protocol `Engine`)."""

    def __init__(self, client: QdrantClient) -> None:
        self._client = client
        self._lock = threading.RLock()
        if not client.collection_exists(_COLLECTION):
            client.create_collection(_COLLECTION, vectors_config=_vectors())

    def upsert(self, points: Sequence[Point]) -> None:
        rows = [
            models.PointStruct(id=point.id, vector=dict(point.vectors), payload=dict(point.payload)) for point in points
        ]
        with self._lock, translated("write"):
            self._client.upsert(_COLLECTION, rows)

    def delete(self, ids: Sequence[str]) -> None:
        with self._lock, translated("delete"):
            self._client.delete(_COLLECTION, list(ids))

    def retrieve(self, ids: Sequence[str], fields: Sequence[str] | None = None) -> list[Record]:
        with self._lock, translated("read"):
            return _records(self._client.retrieve(_COLLECTION, list(ids), with_payload=_selector(fields)))

    def scroll(
        self, chosen: Filter, limit: int, *, start: str | None = None, fields: Sequence[str] | None = None
    ) -> Page:
        with self._lock, translated("read"):
            records, next_id = self._client.scroll(
                _COLLECTION, _filter(chosen), limit, offset=start, with_payload=_selector(fields)
            )
        return Page(_records(records), None if next_id is None else str(next_id))

    def count(self, chosen: Filter) -> int:
        with self._lock, translated("count"):
            return self._client.count(_COLLECTION, _filter(chosen)).count

    def search(
        self, space: Space, query: list[float], chosen: Filter, limit: int, fields: Sequence[str]
    ) -> list[Candidate]:
        with self._lock, translated("search"):
            points = self._client.query_points(
                _COLLECTION, query, using=space, query_filter=_filter(chosen), limit=limit, with_payload=list(fields)
            ).points
        return [Candidate(str(point.id), point.score, point.payload or {}) for point in points]

    def vector_sizes(self) -> Mapping[str, int]:
        with self._lock:
            sizes = self._client.get_collection(_COLLECTION).config.params.vectors
        assert isinstance(sizes, dict)  # named vectors, as `_vectors` makes them
        return {name: of.size for name, of in sizes.items() if name not in (*PARTS, *SPACES)}

    def add_vector(self, name: str, size: int) -> None:
        dense = models.DenseVectorConfig(
            size=size, distance=models.Distance.DOT, datatype=models.VectorStorageDatatype.FLOAT16
        )
        with self._lock, translated("add a vector"):
            self._client.create_vector_name(_COLLECTION, name, models.DenseVectorNameConfig(dense=dense))

    def drop_vector(self, name: str) -> None:
        with self._lock, translated("remove a vector"):
            self._client.delete_vector_name(_COLLECTION, name)

    def set_vectors(self, name: str, rows: Mapping[str, list[float]]) -> None:
        vectors = [models.PointVectors(id=id, vector={name: row}) for id, row in rows.items()]
        with self._lock, translated("write"):
            self._client.update_vectors(_COLLECTION, vectors)

    def vectors(self, name: str, ids: Sequence[str]) -> dict[str, list[float]]:
        with self._lock, translated("read"):
            records = self._client.retrieve(_COLLECTION, list(ids), with_payload=False, with_vectors=[name])
        return {str(record.id): row for record in records if (row := _row(record.vector, name)) is not None}

    def flush(self) -> None:
        """Nothing to do: every write is a transaction of its own."""

    def close(self) -> None:
        with self._lock:
            self._client.close()


class LocalStore(QdrantStore):
    """A store for tests."""

    def __init__(self, client: QdrantClient, sidecar: Sidecar, signature: Mapping[str, str]) -> None:
        super().__init__(LocalEngine(client), sidecar, signature)

    @classmethod
    def in_memory(cls, signature: Mapping[str, str] | None = None) -> LocalStore:
        return cls(QdrantClient(":memory:"), MemorySidecar(), signature or {})

    @classmethod
    def in_folder(cls, folder: Path, signature: Mapping[str, str] | None = None) -> LocalStore:
        return cls(QdrantClient(path=str(folder / "local")), FolderSidecar(folder), signature or {})


def _vectors() -> dict[str, models.VectorParams]:
    vectors = {name: models.VectorParams(size=3, distance=models.Distance.COSINE) for name in PARTS}
    vectors |= {space: models.VectorParams(size=15, distance=models.Distance.DOT) for space in SPACES}
    return vectors


def _selector(fields: Sequence[str] | None) -> bool | list[str]:
    if fields is None:
        return True
    return list(fields) or False


def _records(records: Sequence[models.Record]) -> list[Record]:
    return [Record(str(record.id), record.payload or {}) for record in records]


def _row(vectors: object, name: str) -> list[float] | None:
    """One of the vectors that came with a point; None where it has none of this name."""
    return vectors.get(name) if isinstance(vectors, dict) else None


def _filter(chosen: Filter) -> models.Filter | None:
    if not chosen.all_of and not chosen.none_of:
        return None
    must: list[models.Condition] = [
        models.Filter(should=[_condition(option) for option in group]) for group in chosen.all_of
    ]
    return models.Filter(must=must, must_not=[_condition(condition) for condition in chosen.none_of])


def _condition(condition: Condition) -> models.FieldCondition:
    if isinstance(condition, Match):
        return models.FieldCondition(key=condition.field, match=models.MatchAny(any=list(condition.values)))
    return models.FieldCondition(key=condition.field, range=models.Range(gte=condition.low, lte=condition.high))
