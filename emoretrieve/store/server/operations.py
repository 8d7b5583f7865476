"""What a collection on a server is asked: the store's operations as `Steps`, for connections of both kinds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, get_args

from qdrant_client import models

from emoretrieve.store.engine import Candidate, Page, Record
from emoretrieve.store.filter import Filter
from emoretrieve.store.schema import IndexKind, Point, number_at
from emoretrieve.store.server.calls import Call, Steps, only, write, write_all
from emoretrieve.store.server.layout import SCHEMA_VECTORS
from emoretrieve.store.server.settings import ServerSettings
from emoretrieve.store.translation import (
    added_vector,
    candidates,
    filter_model,
    point_structs,
    records,
    selector,
    vector_rows,
)

_NUMBER_BYTES = 20
"""Of one number in JSON."""
_MEGABYTE = 1_000_000


class Operations:
    """Those of one collection."""

    def __init__(self, collection: str, settings: ServerSettings) -> None:
        self._collection = collection
        self._settings = settings

    def upsert(self, points: Sequence[Point]) -> Steps[None]:
        for batch in self._batches(points):
            yield write("write", "upsert", collection_name=self._collection, points=point_structs(batch))

    def delete(self, ids: Sequence[str]) -> Steps[None]:
        for some in self._slices(ids, self._settings.batch_points):
            chosen = models.PointIdsList(points=list(some))
            yield write("delete", "delete", collection_name=self._collection, points_selector=chosen)

    def retrieve(self, ids: Sequence[str], fields: Sequence[str] | None = None) -> Steps[list[Record]]:
        found: list[Record] = []
        for some in self._slices(ids, self._settings.page_points):
            found += yield self._read(
                "read", "retrieve", records, ids=list(some), with_payload=selector(fields), with_vectors=False
            )
        return found

    def scroll(
        self, chosen: Filter, limit: int, *, start: str | None = None, fields: Sequence[str] | None = None
    ) -> Steps[Page]:
        """By ascending id, over all shards: so the server says of a scroll without `order_by`."""
        found: list[Record] = []
        while True:
            page: Page = yield self._page(chosen, limit - len(found), start, fields)
            found += page.records
            start = page.next_id
            if start is None or len(found) >= limit:
                return Page(found, start)

    def count(self, chosen: Filter) -> Steps[int]:
        return only(
            self._read(
                "count", "count", lambda answer: int(answer.count), count_filter=filter_model(chosen), exact=True
            )
        )

    def search(
        self, space: str, query: list[float], chosen: Filter, limit: int, fields: Sequence[str], exact: bool = True
    ) -> Steps[list[Candidate]]:
        """The best points. `exact` also keeps a server from asking each of several shards for fewer than `limit`."""
        return only(
            self._read(
                "search",
                "query_points",
                lambda answer: candidates(answer.points),
                query=query,
                using=space,
                query_filter=filter_model(chosen),
                search_params=models.SearchParams(exact=exact),
                limit=limit,
                with_payload=selector(fields),
                with_vectors=False,
            )
        )

    def facet(self, field: str, chosen: Filter, limit: int) -> Steps[list[tuple[str, int]]]:
        """Values of a field with a keyword index and how many points have them, the most frequent first."""
        return only(
            self._read(
                "count values",
                "facet",
                lambda answer: [(str(hit.value), int(hit.count)) for hit in answer.hits],
                key=field,
                facet_filter=filter_model(chosen),
                limit=limit,
                exact=True,
            )
        )

    def vector_sizes(self) -> Steps[Mapping[str, int]]:
        return only(self._read("read its vectors", "get_collection", _added_vectors))

    def add_vector(self, name: str, size: int, *, single: bool = False) -> Steps[None]:
        yield write(
            "add a vector",
            "create_vector_name",
            collection_name=self._collection,
            vector_name=name,
            vector_name_config=added_vector(size, single=single),
        )

    def drop_vector(self, name: str) -> Steps[None]:
        yield write("remove a vector", "delete_vector_name", collection_name=self._collection, vector_name=name)

    def set_vectors(self, name: str, rows: Mapping[str, list[float]]) -> Steps[None]:
        length = max(map(len, rows.values()), default=1)
        most = self._settings.batch_mb * _MEGABYTE // (_NUMBER_BYTES * length)
        for some in self._slices(list(rows), max(1, min(most, self._settings.batch_points))):
            points = [models.PointVectors(id=id, vector={name: rows[id]}) for id in some]
            yield write("write", "update_vectors", collection_name=self._collection, points=points)

    def vectors(self, name: str, ids: Sequence[str]) -> Steps[dict[str, list[float]]]:
        found: dict[str, list[float]] = {}
        for some in self._slices(ids, self._settings.page_points):
            found |= yield self._read(
                "read",
                "retrieve",
                lambda answer: vector_rows(answer, name),
                ids=list(some),
                with_payload=False,
                with_vectors=[name],
            )
        return found

    def set_field(self, field: str, values: Mapping[str, Mapping[str, float]]) -> Steps[None]:
        for some in self._slices(list(values), self._settings.batch_points):
            changes = [
                models.SetPayloadOperation(
                    set_payload=models.SetPayload(payload={field: dict(values[id])}, points=[id])
                )
                for id in some
            ]
            yield write_all("write", "batch_update_points", collection_name=self._collection, update_operations=changes)

    def drop_field(self, field: str) -> Steps[None]:
        everywhere = models.FilterSelector(filter=models.Filter())
        yield write("write", "delete_payload", collection_name=self._collection, keys=[field], points=everywhere)

    def extremes(self, field: str) -> Steps[tuple[float, float] | None]:
        ends = []
        for direction in (models.Direction.ASC, models.Direction.DESC):
            ends += yield self._read(
                "read",
                "scroll",
                lambda answer: [number_at(record.payload or {}, field) for record in answer[0]],
                limit=1,
                order_by=models.OrderBy(key=field, direction=direction),
                with_payload=[field],
                with_vectors=False,
            )
        return (ends[0], ends[1]) if len(ends) == len(models.Direction) else None

    def indexes(self) -> Steps[Mapping[str, IndexKind]]:
        """The kind of index of every field that has one."""
        return only(self._read("read its indexes", "get_collection", _indexes))

    def create_index(self, field: str, kind: IndexKind) -> Steps[None]:
        yield write(
            "make an index",
            "create_payload_index",
            collection_name=self._collection,
            field_name=field,
            field_schema=_index_of(kind),
        )

    def _page(self, chosen: Filter, limit: int, start: str | None, fields: Sequence[str] | None) -> Call[Page]:
        return self._read(
            "read",
            "scroll",
            _page,
            scroll_filter=filter_model(chosen),
            limit=min(limit, self._settings.page_points),
            offset=start,
            with_payload=selector(fields),
            with_vectors=False,
        )

    def _read(self, action: str, method: str, read: Any, **arguments: object) -> Call[Any]:
        return Call(action, method, {"collection_name": self._collection, **arguments}, read)

    def _batches(self, points: Iterable[Point]) -> Iterator[list[Point]]:
        """In order, each of bounded number and size."""
        batch: list[Point] = []
        size = 0
        for point in points:
            more = _json_bytes(point)
            if batch and (
                len(batch) == self._settings.batch_points or size + more > self._settings.batch_mb * _MEGABYTE
            ):
                yield batch
                batch, size = [], 0
            batch.append(point)
            size += more
        if batch:
            yield batch

    @staticmethod
    def _slices(values: Sequence[str], size: int) -> Iterator[Sequence[str]]:
        return (values[start : start + size] for start in range(0, len(values), size))


def _json_bytes(point: Point) -> int:
    """About what a point takes in a request; characters of other alphabets take up to three bytes each."""
    return _NUMBER_BYTES * sum(map(len, point.vectors.values())) + 3 * len(repr(point.payload))


def _page(answer: tuple[list[models.Record], Any]) -> Page:
    found, next_id = answer
    return Page(records(found), None if next_id is None else str(next_id))


def _added_vectors(info: models.CollectionInfo) -> Mapping[str, int]:
    vectors = info.config.params.vectors
    sizes = vectors if isinstance(vectors, dict) else {}
    return {name: of.size for name, of in sizes.items() if name not in SCHEMA_VECTORS}


def _indexes(info: models.CollectionInfo) -> Mapping[str, IndexKind]:
    known: Mapping[str, IndexKind] = {kind: kind for kind in get_args(IndexKind)}
    kinds = {field: known.get(index.data_type.value) for field, index in info.payload_schema.items()}
    return {field: kind for field, kind in kinds.items() if kind is not None}


def _index_of(kind: IndexKind) -> models.PayloadSchemaType | models.KeywordIndexParams:
    if kind == "prefix":
        return models.KeywordIndexParams(type=models.KeywordIndexType.KEYWORD, prefix=True)
    return models.PayloadSchemaType(kind)
