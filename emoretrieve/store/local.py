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
from emoretrieve.store.engine import Candidate, Page, Record
from emoretrieve.store.failures import translated
from emoretrieve.store.filter import Filter
from emoretrieve.store.qdrant import QdrantStore
from emoretrieve.store.schema import INDEXED_FIELDS, MOODS, NAME, SPACES, IndexKind, Point, fields_to_index, number_at
from emoretrieve.store.sidecar import FolderSidecar, MemorySidecar, Sidecar
from emoretrieve.store.translation import (
    added_vector,
    candidates,
    filter_model,
    point_structs,
    records,
    selector,
    vector_rows,
)

_COLLECTION = "items"


class LocalEngine:
    """A collection in memory or in a folder (see the protocol `Engine`)."""

    def __init__(self, client: QdrantClient) -> None:
        self._client = client
        self._lock = threading.RLock()
        self._indexes: dict[str, IndexKind] = dict(INDEXED_FIELDS)
        if client.collection_exists(_COLLECTION):
            self._indexes.update(_indexed_before(client))
        else:
            client.create_collection(_COLLECTION, vectors_config=_vectors())

    def upsert(self, points: Sequence[Point]) -> None:
        rows = point_structs(points)
        with self._lock, translated("write"):
            self._client.upsert(_COLLECTION, rows)

    def delete(self, ids: Sequence[str]) -> None:
        with self._lock, translated("delete"):
            self._client.delete(_COLLECTION, list(ids))

    def retrieve(self, ids: Sequence[str], fields: Sequence[str] | None = None) -> list[Record]:
        with self._lock, translated("read"):
            return records(self._client.retrieve(_COLLECTION, list(ids), with_payload=selector(fields)))

    def scroll(
        self, chosen: Filter, limit: int, *, start: str | None = None, fields: Sequence[str] | None = None
    ) -> Page:
        with self._lock, translated("read"):
            found, next_id = self._client.scroll(
                _COLLECTION, filter_model(chosen), limit, offset=start, with_payload=selector(fields)
            )
        return Page(records(found), None if next_id is None else str(next_id))

    def count(self, chosen: Filter) -> int:
        with self._lock, translated("count"):
            return self._client.count(_COLLECTION, filter_model(chosen)).count

    def search(
        self,
        space: str,
        query: list[float],
        chosen: Filter,
        limit: int,
        fields: Sequence[str],
        *,
        exact: bool = True,  # noqa: ARG002  it always is
    ) -> list[Candidate]:
        with self._lock, translated("search"):
            points = self._client.query_points(
                _COLLECTION,
                query,
                using=space,
                query_filter=filter_model(chosen),
                limit=limit,
                with_payload=list(fields),
            ).points
        return candidates(points)

    def vector_sizes(self) -> Mapping[str, int]:
        with self._lock:
            sizes = self._client.get_collection(_COLLECTION).config.params.vectors
        assert isinstance(sizes, dict)  # named vectors, as `_vectors` makes them
        return {name: of.size for name, of in sizes.items() if name not in (*PARTS, *SPACES)}

    def add_vector(self, name: str, size: int, *, single: bool = False) -> None:
        with self._lock, translated("add a vector"):
            self._client.create_vector_name(_COLLECTION, name, added_vector(size, single=single))

    def drop_vector(self, name: str) -> None:
        with self._lock, translated("remove a vector"):
            self._client.delete_vector_name(_COLLECTION, name)

    def set_vectors(self, name: str, rows: Mapping[str, list[float]]) -> None:
        vectors = [models.PointVectors(id=id, vector={name: row}) for id, row in rows.items()]
        with self._lock, translated("write"):
            self._client.update_vectors(_COLLECTION, vectors)

    def vectors(self, name: str, ids: Sequence[str]) -> dict[str, list[float]]:
        with self._lock, translated("read"):
            found = self._client.retrieve(_COLLECTION, list(ids), with_payload=False, with_vectors=[name])
        return vector_rows(found, name)

    def set_field(self, field: str, values: Mapping[str, Mapping[str, float]]) -> None:
        with self._lock, translated("write"):
            for id, numbers in values.items():
                self._client.set_payload(_COLLECTION, {field: dict(numbers)}, [id])

    def drop_field(self, field: str) -> None:
        with self._lock, translated("write"):
            self._client.delete_payload(_COLLECTION, [field], models.Filter())

    def extremes(self, field: str) -> tuple[float, float] | None:
        with self._lock, translated("read"):
            found, _ = self._client.scroll(_COLLECTION, limit=self.count(Filter()) or 1, with_payload=[field])
        numbers = [number for one in found if (number := number_at(one.payload or {}, field)) is not None]
        return (min(numbers), max(numbers)) if numbers else None

    def has_graph(self) -> bool:
        return False

    def optimise(self) -> None:
        """Nothing to do: there is one form only."""

    def indexes(self) -> Mapping[str, IndexKind]:
        return dict(self._indexes)

    def create_index(self, field: str, kind: IndexKind) -> None:
        """Only to be told by `indexes`: every filter looks at every point."""
        self._indexes.setdefault(field, kind)

    def facet(self, field: str, chosen: Filter, limit: int) -> list[tuple[str, int]]:
        with self._lock, translated("count"):
            found = self._client.facet(_COLLECTION, field, filter_model(chosen), limit, exact=True)
        return [(str(hit.value), hit.count) for hit in found.hits]

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


def _indexed_before(client: QdrantClient) -> dict[str, IndexKind]:
    """The indexes that the points of an earlier process asked for."""
    records, _ = client.scroll(
        _COLLECTION, limit=client.count(_COLLECTION).count + 1, with_payload=["metadata", MOODS, NAME]
    )
    return fields_to_index((record.payload or {} for record in records), ())
