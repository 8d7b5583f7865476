"""The embedded engine: Qdrant's own Rust code in this process (qdrant-edge-py)."""

from __future__ import annotations

import json
import marshal
import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import qdrant_edge as qe

from emoretrieve.emotion import PARTS
from emoretrieve.errors import StoreError
from emoretrieve.store.collection import Collection
from emoretrieve.store.dates import written
from emoretrieve.store.description import Description, write_description
from emoretrieve.store.engine import Candidate, Page, Record
from emoretrieve.store.failures import full_disk, translated
from emoretrieve.store.filter import Begins, Condition, Dated, Filter, Match
from emoretrieve.store.lock import FileLock
from emoretrieve.store.rewriting import rewriting, undo_rewriting
from emoretrieve.store.schema import INDEXED_FIELDS, MODALITY, NO_PAYLOAD, SPACES, IndexKind, Point, number_at
from emoretrieve.store.segments import (
    GRAPH_EFFORT,
    GRAPH_FROM,
    Added,
    at_once,
    growing,
    grows,
    has_graph,
    index_params,
    mark_graph,
    return_memory,
    settled,
)
from emoretrieve.store.sidecar import FolderSidecar
from emoretrieve.store.space import OPENING_BYTES, bytes_on_disk, missing_bytes

_SCHEMA_VECTORS = (*PARTS, *SPACES)
_HALF = "float16"
"""As the engine writes it."""
_LOOKED_AFTER = 65_536
"""Points written after which the engine is asked to fold what has grown large."""
_GENEROUSLY = 8
"""How many times the size of a payload a write may take: log, payload, indexes."""
_WITHOUT_REFERENCES = 2
"""The version of the marshal format in which the same text counts as often as it stands there."""


class EdgeEngine:
    """One open shard (see the protocol `Engine`)."""

    def __init__(self, folder: Path, shard: qe.EdgeShard) -> None:
        self._folder = folder
        self._open_shard: qe.EdgeShard | None = shard
        self._reopening = threading.RLock()
        self._added = _added_vectors(folder)
        self._graph = has_graph(folder)
        self._written = 0

    @classmethod
    def create(cls, folder: Path) -> EdgeEngine:
        """Make an empty shard in a folder that does not exist yet."""
        second = folder.with_name(f"{folder.name}-second")
        with translated("create the collection"):
            for place in (folder, second):
                place.mkdir(parents=True)
                _require_space(place, 0)
                _make_shard(place)
            _move_segments(second, folder)
        return cls.load(folder)

    @classmethod
    def load(cls, folder: Path) -> EdgeEngine:
        with translated("open the collection", "corrupt"):
            missing = missing_bytes(folder, reserve=OPENING_BYTES)
            if missing:
                raise full_disk("open the collection", missing)
            twice = undo_rewriting(folder)
            engine = cls(folder, qe.EdgeShard.load(str(folder), _settings(folder)))
        if twice:
            engine._optimise(graph=False, segments=1)  # which keeps one of each
        return engine

    @property
    def _shard(self) -> qe.EdgeShard:
        with self._reopening:
            if self._open_shard is None:
                raise StoreError("The collection was closed; open it again to use it.", kind="closed")
            return self._open_shard

    def upsert(self, points: Sequence[Point]) -> None:
        _require_space(self._folder, _bytes_written(points))
        with translated("write"):
            rows = [qe.Point(point.id, dict(point.vectors), dict(point.payload)) for point in points]
            self._shard.update(qe.UpdateOperation.upsert_points(rows))
            self._fold(len(points))

    def delete(self, ids: Sequence[str]) -> None:
        _require_space(self._folder, 0)
        with translated("delete"):
            self._shard.update(qe.UpdateOperation.delete_points(list(ids)))

    def retrieve(self, ids: Sequence[str], fields: Sequence[str] | None = None) -> list[Record]:
        with translated("read", "corrupt"):
            return _records(self._shard.retrieve(list(ids), _selector(fields), False))

    def scroll(
        self, chosen: Filter, limit: int, *, start: str | None = None, fields: Sequence[str] | None = None
    ) -> Page:
        request = qe.ScrollRequest(
            offset=start, limit=limit, filter=_filter(chosen), with_payload=_selector(fields), with_vector=False
        )
        with translated("read", "corrupt"):
            records, next_id = self._shard.scroll(request)
        return Page(_records(records), None if next_id is None else str(next_id))

    def count(self, chosen: Filter) -> int:
        with translated("count", "corrupt"):
            if chosen == Filter():
                return self._shard.info().points_count  # known without looking at the points
            return self._shard.count(qe.CountRequest(exact=True, filter=_filter(chosen)))

    def search(
        self,
        space: str,
        query: list[float],
        chosen: Filter,
        limit: int,
        fields: Sequence[str],
        *,
        exact: bool = True,
    ) -> list[Candidate]:
        if exact or not self._graph:  # segments without a graph find nothing unless they are scanned
            return self._search(space, query, chosen, limit, fields, qe.SearchParams(exact=True))
        through = qe.SearchParams(hnsw_ef=GRAPH_EFFORT)
        found = [
            candidate
            for part in chosen.of_one_modality()
            for candidate in self._search(space, query, part, limit, fields, through)
        ]
        return sorted(found, key=lambda candidate: -candidate.score)[:limit]

    def _search(
        self,
        space: str,
        query: list[float],
        chosen: Filter,
        limit: int,
        fields: Sequence[str],
        params: qe.SearchParams,
    ) -> list[Candidate]:
        request = qe.SearchRequest(
            query=qe.Query.Nearest(query, using=space),
            limit=limit,
            filter=_filter(chosen),
            params=params,
            with_payload=_selector(fields),
        )
        with translated("search", "corrupt"):
            points = self._shard.search(request)
        return [Candidate(str(point.id), point.score, point.payload or NO_PAYLOAD) for point in points]

    def vector_sizes(self) -> Mapping[str, int]:
        return {name: added.size for name, added in self._added.items()}

    def add_vector(self, name: str, size: int, *, single: bool = False) -> None:
        _require_space(self._folder, 0)
        with translated("add a vector"):
            datatype = Added(size, single).datatype
            self._shard.update(qe.UpdateOperation.create_dense_vector(name, size, qe.Distance.Dot, datatype=datatype))
        self._added = _added_vectors(self._folder)

    def drop_vector(self, name: str) -> None:
        _require_space(self._folder, 0)
        with translated("remove a vector"):
            self._shard.update(qe.UpdateOperation.delete_vector_name(name))
        self._added = _added_vectors(self._folder)

    def set_vectors(self, name: str, rows: Mapping[str, list[float]]) -> None:
        _require_space(self._folder, sum(_floats_written(len(row)) for row in rows.values()))
        with translated("write"):
            vectors = [qe.PointVectors(id, {name: row}) for id, row in rows.items()]
            self._shard.update(qe.UpdateOperation.update_vectors(vectors))

    def vectors(self, name: str, ids: Sequence[str]) -> dict[str, list[float]]:
        with translated("read", "corrupt"):
            records = self._shard.retrieve(list(ids), False, [name])
        return {str(record.id): row for record in records if (row := _row(record.vector, name)) is not None}

    def set_field(self, field: str, values: Mapping[str, Mapping[str, float]]) -> None:
        _require_space(self._folder, sum(_floats_written(len(numbers)) for numbers in values.values()))
        with translated("write"):
            for id, numbers in values.items():
                self._shard.update(qe.UpdateOperation.set_payload([id], {field: dict(numbers)}))

    def drop_field(self, field: str) -> None:
        _require_space(self._folder, 0)
        with translated("write"):
            self._shard.update(qe.UpdateOperation.delete_payload_by_filter(qe.Filter(), [field]))

    def extremes(self, field: str) -> tuple[float, float] | None:
        with translated("read", "corrupt"):
            least, greatest = (self._first(field, direction) for direction in (qe.Direction.Asc, qe.Direction.Desc))
        return None if least is None or greatest is None else (least, greatest)

    def _first(self, field: str, direction: qe.Direction) -> float | None:
        """The number at a field of the point that is first in this direction."""
        by = qe.OrderBy(field, direction)
        found, _ = self._shard.scroll(qe.ScrollRequest(limit=1, with_payload=[field], order_by=by))
        return number_at(found[0].payload or {}, field) if found else None

    def has_graph(self) -> bool:
        return self._graph

    def optimise(self) -> None:
        self._optimise(graph=self.count(Filter()) >= GRAPH_FROM, segments=at_once())

    def _optimise(self, *, graph: bool, segments: int) -> None:
        items = self.count(Filter())
        _require_space(self._folder, bytes_on_disk(self._folder))  # old and new segments are there at once
        with translated("optimise the collection"), self._reopening, _ended_by_ctrl_c():
            mark_graph(self._folder, False)
            self._reopen(settled(self._added, graph=graph, items=items, segments=segments))
            self._replace_segments()
            self._reopen(growing(self._added, graph=graph))
            mark_graph(self._folder, graph)
            self._graph = graph

    def _reopen(self, config: qe.EdgeConfig) -> None:
        self._shard.close()
        self._open_shard = None
        self._open_shard = qe.EdgeShard.load(str(self._folder), config)

    def _fold(self, written: int) -> None:
        """Let the engine fold segments that have grown large, now and then; it looks at their sizes itself."""
        self._written += written
        if self._written >= _LOOKED_AFTER:
            self._written = 0
            if not missing_bytes(self._folder, bytes_on_disk(self._folder)):  # old and new ones are there at once
                self._replace_segments()

    def _replace_segments(self) -> None:
        self._shard.flush()
        with rewriting(self._folder):
            replaced = self._shard.optimize()
            self._shard.flush()
        if replaced:
            return_memory()

    def indexes(self) -> Mapping[str, IndexKind]:
        with translated("read", "corrupt"):
            schema = self._shard.info().payload_schema
        return {field: _KIND_OF[index.data_type] for field, index in schema.items()}

    def create_index(self, field: str, kind: IndexKind) -> None:
        _require_space(self._folder, 0)
        with translated("write"):
            self._shard.update(qe.UpdateOperation.create_field_index(field, index_params(kind)))

    def facet(self, field: str, chosen: Filter, limit: int) -> list[tuple[str, int]]:
        with translated("count", "corrupt"):
            found = self._shard.facet(qe.FacetRequest(field, limit=limit, exact=True, filter=_filter(chosen)))
        return [(str(hit.value), hit.count) for hit in found.hits]

    def flush(self) -> None:
        with translated("write"):
            self._shard.flush()

    def close(self) -> None:
        with translated("close"):
            self._shard.close()
        self._open_shard = None


class EdgeStore(Collection):
    """An embedded collection in a folder, which this process holds alone until it closes it."""

    def __init__(self, folder: Path, engine: EdgeEngine, lock: FileLock, description: Description) -> None:
        super().__init__(engine, FolderSidecar(folder), description)
        self._folder = folder
        self._lock = lock

    @contextmanager
    def recoloured(self, signature: Mapping[str, str]) -> Iterator[None]:
        """As it says there; StoreError (`storage_full`) before anything where the disk has no space for writing."""
        _require_space(self._folder, 0)
        with super().recoloured(signature):
            yield

    def _write(self, description: Description) -> None:
        with translated(f"write the description of the collection '{self._folder.name}'"):
            write_description(self._folder, description)

    def close(self) -> None:
        with self.closed_and_held():
            pass

    @contextmanager
    def closed_and_held(self) -> Iterator[None]:
        """Close the collection; inside, its files are at rest and no other process can open it."""
        try:
            super().close()
            yield
        finally:
            self._lock.release()


def _make_shard(folder: Path) -> None:
    """An empty shard with its indexes, of one segment, closed."""
    shard = qe.EdgeShard.create(str(folder), growing({}, graph=False))
    for field, kind in INDEXED_FIELDS.items():
        index = index_params(kind, graph=field == MODALITY)
        shard.update(qe.UpdateOperation.create_field_index(field, index))
    shard.flush()
    shard.close()


_KIND_OF: Mapping[qe.PayloadSchemaType, IndexKind] = {
    qe.PayloadSchemaType.Keyword: "keyword",
    qe.PayloadSchemaType.Integer: "integer",
    qe.PayloadSchemaType.Float: "float",
    qe.PayloadSchemaType.Datetime: "datetime",
}


def _move_segments(source: Path, target: Path) -> None:
    """Give the segments of one empty shard to another, and remove the rest of the first.

    The engine scans each segment in a thread of its own and writes new points to the smallest, but makes only one.
    With two, a search of many items takes half the time on two cores.
    """
    import shutil  # loads the compression modules, which opening a collection must not wait for

    for segment in (source / "segments").iterdir():
        segment.rename(target / "segments" / segment.name)
    shutil.rmtree(source)


@contextmanager
def _ended_by_ctrl_c() -> Iterator[None]:
    """Inside, Ctrl-C ends the process at once, as it does not while the engine works; nothing is lost by that."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handler = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)


def _settings(folder: Path) -> qe.EdgeConfig | None:
    """Those to open a shard with: its own, unless it was being optimised when its process was killed."""
    if grows(_stored(folder)):
        return None
    return growing(_added_vectors(folder), graph=has_graph(folder))


def _added_vectors(folder: Path) -> dict[str, Added]:
    """The vectors that were added to a live shard: the engine tells only its file of them."""
    with translated("open the collection", "corrupt"):
        vectors = _stored(folder)["vectors"]
        return {
            name: Added(int(of["size"]), of.get("datatype") != _HALF)
            for name, of in vectors.items()
            if name not in _SCHEMA_VECTORS
        }


def _stored(folder: Path) -> Mapping[str, Any]:
    """The engine's settings of a shard."""
    stored: Mapping[str, Any] = json.loads((folder / "edge_config.json").read_bytes())
    return stored


def _bytes_written(points: Sequence[Point]) -> int:
    """A generous bound of what the engine writes for some points."""
    floats = sum(len(row) for point in points for row in point.vectors.values())
    payloads = marshal.dumps([point.payload for point in points], _WITHOUT_REFERENCES)
    return _floats_written(floats) + _GENEROUSLY * len(payloads)


def _floats_written(count: int) -> int:
    """Bytes of a vector in the log and in its place."""
    return 2 * 4 * count


def _require_space(folder: Path, planned: int) -> None:
    missing = missing_bytes(folder, planned)
    if missing:
        raise full_disk("write", missing)


def _selector(fields: Sequence[str] | None) -> bool | list[str]:
    if fields is None:
        return True
    return list(fields) or False


def _records(records: Sequence[qe.Record]) -> list[Record]:
    return [Record(str(record.id), record.payload or NO_PAYLOAD) for record in records]


def _row(vectors: object, name: str) -> list[float] | None:
    """One of the vectors that came with a point; None where it has none of this name."""
    return vectors.get(name) if isinstance(vectors, dict) else None


def _filter(chosen: Filter) -> qe.Filter | None:
    if not chosen.all_of and not chosen.none_of:
        return None
    must: list[Any] = [
        _condition(group[0]) if len(group) == 1 else qe.Filter(should=[_condition(option) for option in group])
        for group in chosen.all_of
    ]
    return qe.Filter(must=must, must_not=[_condition(condition) for condition in chosen.none_of])


def _condition(condition: Condition) -> qe.FieldCondition:
    if isinstance(condition, Match):
        values = list(condition.values)
        return qe.FieldCondition(
            condition.field, match=qe.MatchValue(values[0]) if len(values) == 1 else qe.MatchAny(values)
        )
    if isinstance(condition, Begins):
        return qe.FieldCondition(condition.field, match=qe.MatchPrefix(condition.beginning))
    if isinstance(condition, Dated):
        dates = qe.RangeDateTime(gte=written(condition.first), lte=written(condition.last))
        return qe.FieldCondition(condition.field, range=dates)
    return qe.FieldCondition(condition.field, range=qe.RangeFloat(gte=condition.low, lte=condition.high))
