"""The store over any Qdrant engine: validation, exact ranking, moments and versions. Engines only carry points."""

from __future__ import annotations

import contextlib
import math
import re
import threading
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Self

import numpy as np

from emoretrieve.emotion import PARTS
from emoretrieve.emotion.vectors import Colours, Floats, Space
from emoretrieve.errors import StoreError
from emoretrieve.item import MODALITIES, Item, Modality, Value
from emoretrieve.store.embeddings import Embedding, Embeddings, Numbers, check_embedding, require_same_embedder
from emoretrieve.store.engine import Engine, Record
from emoretrieve.store.failures import translated
from emoretrieve.store.filter import Filter, Within, filter_of, filter_of_paths
from emoretrieve.store.moments import Coloured, MomentsLedger
from emoretrieve.store.protocol import EVERYTHING, Hit, Moments, VectorHit, Where
from emoretrieve.store.ranking import Request, rank_nearest
from emoretrieve.store.resident import Resident
from emoretrieve.store.schema import (
    COLOUR_KEY,
    INDEXED_FIELDS,
    MODALITY,
    SPACES,
    IndexKind,
    Point,
    colours_of,
    fields_to_index,
    item_of,
    points_of,
    spelled,
)
from emoretrieve.store.sidecar import Sidecar
from emoretrieve.store.state import ContentsState, State
from emoretrieve.store.values import values

_WRITE_BATCH = 4_000
"""Points a write to the engine."""

_READ_BATCH = 10_000
"""Items a page of `profiles`."""

_COLOURED = (MODALITY, COLOUR_KEY)
"""The fields that the moments need."""

_EVEN = 5
"""How many times the least weight of a part the greatest may be, for a search through a graph: 4 by default."""

_DERIVED_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,99}")


class QdrantStore:
    """One collection (see the protocol `Store`). Safe to use from several threads."""

    def __init__(
        self, engine: Engine, sidecar: Sidecar, signature: Mapping[str, str], state: ContentsState | None = None
    ) -> None:
        self._engine = engine
        self._sidecar = sidecar
        self._signature = dict(signature)
        self._embeddings = Embeddings(sidecar)
        self._indexed: set[str] = set()
        self._bounds: dict[str, tuple[tuple[str, str], tuple[float, float] | None]] = {}
        """Of numbers beside vectors, by the name of the vectors, with the state of the contents that they are of."""
        self._state = state or State(sidecar, self.count())
        self._writing = threading.RLock()
        self._closed = False
        self._resident: Resident | None = None

    @property
    def signature(self) -> Mapping[str, str]:
        return self._signature

    @property
    def version(self) -> str:
        return self._state.version

    def dedicate(self, signature: Mapping[str, str]) -> None:
        self._signature = dict(signature)

    def upsert(self, items: Sequence[Item]) -> None:
        points = list({point.id: point for point in points_of(items)}.values())
        with self._writing:
            for start in range(0, len(points), _WRITE_BATCH):
                self._upsert(points[start : start + _WRITE_BATCH])

    def delete(self, ids: Sequence[str]) -> int:
        with self._writing:
            return sum(self._delete(ids[start : start + _WRITE_BATCH]) for start in range(0, len(ids), _WRITE_BATCH))

    def get(self, ids: Sequence[str]) -> list[Item]:
        found = self._resident.items(ids, self._read) if self._resident else self._read(ids)
        return [found[id] for id in ids if id in found]

    def hold_in_memory(self, most: int) -> None:
        """Keep vectors and items that are often read in memory; does nothing where there are more than `most` items.

        For a process that answers many queries and holds the collection alone: what others write would not be seen.
        Results stay the same.
        """
        with self._writing:
            if self._resident is None and self.count() <= most:
                self._resident = Resident(
                    (modality, ids, colours)
                    for modality in MODALITIES
                    for ids, colours in self.profiles(Where(modality))
                )

    def by_path(self, paths: Sequence[str]) -> dict[str, Item]:
        wanted = set(paths)
        if not wanted:
            return {}
        pages = self._pages(filter_of_paths(wanted), _WRITE_BATCH)
        items = (item_of(record.payload) for records in pages for record in records)
        return {path: item for item in items for path in item.paths if path in wanted}

    def count(self, where: Where = EVERYTHING) -> int:
        return self._engine.count(self._chosen(where))

    def indexes(self) -> dict[str, IndexKind]:
        """The payload fields with an index, asked for every time: to a server, another process may have added some."""
        return {spelled(field): kind for field, kind in self._engine.indexes().items()}

    def values(self, key: str, where: Where = EVERYTHING) -> dict[Value, int]:
        return values(self._engine, self.indexes(), key, self._chosen(where))

    def scan(self, where: Where = EVERYTHING, *, batch: int = 1_000, start: str | None = None) -> Iterator[list[Item]]:
        for records in self._pages(self._chosen(where), batch, start=start):
            yield [item_of(record.payload) for record in records]

    def profiles(self, where: Where = EVERYTHING) -> Iterator[tuple[list[str], Colours]]:
        if self._resident is not None and where == Where(where.modality):
            yield from self._resident.profiles(where.modality, _READ_BATCH)
            return
        for records in self._pages(self._chosen(where), _READ_BATCH, [COLOUR_KEY]):
            yield [record.id for record in records], colours_of([record.payload[COLOUR_KEY] for record in records])

    def nearest(
        self,
        space: Space,
        query: Floats,
        *,
        where: Where = EVERYTHING,
        limit: int,
        exclude: Collection[str] = (),
        exact: bool = True,
    ) -> list[Hit]:
        vector = np.asarray(query, dtype=np.float64)
        if vector.shape != (15,) or not np.isfinite(vector).all():
            raise StoreError(f"A query is 15 finite numbers, not {vector.tolist()}.", kind="bad_query_vector")
        exact = exact or not self.has_graph or not _fits_graph(space, vector, where)
        resident = self._resident
        if exact and resident is not None and vector.any() and where == Where(where.modality):
            return resident.nearest(space, vector, where.modality, limit, frozenset(exclude))
        limit = min(limit, self.count())  # an engine makes room for as many as it is asked for
        return rank_nearest(self._engine, Request(space, vector, self._chosen(where), limit, frozenset(exclude), exact))

    @property
    def has_graph(self) -> bool:
        return self._engine.has_graph()

    def optimise(self) -> None:
        with self._writing:
            self.flush()
            self._engine.optimise()

    def moments(self, space: Space, modality: Modality) -> Moments:
        with self._writing:
            return self._state.moments(self._counted_again).moments(modality, space)

    def count_moments_again(self) -> None:
        """Count the moments from the items: after all of them have changed, that loses fewer digits than updating."""
        with self._writing:
            self._state.learn(self._counted_again)

    @property
    def embeddings(self) -> Mapping[str, Embedding]:
        sizes = self._engine.vector_sizes()
        known = self._embeddings.known() if sizes else {}
        return {name: known.get(name) or Embedding(name, size, {}) for name, size in sizes.items()}

    def add_embedding(self, embedding: Embedding) -> None:
        check_embedding(embedding)
        with self._writing:
            stored = self.embeddings.get(embedding.name)
            if stored is not None:
                require_same_embedder(stored, embedding)
                return
            self._embeddings.remember(embedding)  # first: vectors of unknown origin must never be there
            if embedding.numbers:
                self._engine.create_index(embedding.ordered_field, "float")
            self._engine.add_vector(embedding.name, embedding.dimension, single=bool(embedding.numbers))

    def remove_embedding(self, name: str) -> None:
        with self._writing:
            embedding = self.embeddings.get(name)
            if embedding is not None:
                self._engine.drop_vector(name)
            if embedding is not None and embedding.numbers:
                self._engine.drop_field(embedding.field)
            self._embeddings.forget(name)

    def set_vectors(
        self,
        name: str,
        rows: Mapping[str, Sequence[float] | Floats],
        numbers: Mapping[str, Numbers] | None = None,
    ) -> int:
        with self._writing:
            embedding = self._embedding(name)
            checked, beside = embedding.rows(rows), self._beside(embedding, rows, numbers or {})
            there = [record.id for record in self._retrieve(list(rows), [])]
            if there:
                self._embeddings.remember(embedding)
                if beside:  # first: no vector shall be found that lacks them
                    self._engine.set_field(embedding.field, {id: beside[id] for id in there})
                self._engine.set_vectors(name, {id: checked[id] for id in there})
                self._state.saved = False
            return len(there)

    @staticmethod
    def _beside(
        embedding: Embedding, rows: Mapping[str, object], numbers: Mapping[str, Numbers]
    ) -> dict[str, dict[str, float]]:
        """The numbers beside these vectors, of each where the embedding has numbers, else of none."""
        given = {id: numbers.get(id, {}) for id in rows} if embedding.numbers else dict(numbers)
        return embedding.number_rows(given)

    def vectors(self, name: str, ids: Sequence[str]) -> dict[str, Floats]:
        self._embedding(name)
        found = self._engine.vectors(name, _point_ids(ids))
        rows = {id: np.asarray(row, dtype=np.float64) for id, row in found.items()}
        return {id: row / np.linalg.norm(row) for id, row in rows.items()}

    def numbers(self, name: str, ids: Sequence[str]) -> dict[str, dict[str, float]]:
        embedding = self._embedding(name)
        if not embedding.numbers:
            return {}
        found = self._retrieve(ids, [embedding.field])
        return {record.id: dict(numbers) for record in found if (numbers := record.payload.get(embedding.field))}

    def count_vectors(self, name: str, where: Where = EVERYTHING) -> int:
        has_numbers = Within(self._searched(name).ordered_field, -math.inf, math.inf)
        chosen = self._chosen(where)
        return self._engine.count(replace(chosen, all_of=(*chosen.all_of, (has_numbers,))))

    def number_bounds(self, name: str) -> tuple[float, float] | None:
        embedding = self._searched(name)
        state = (self.version, embedding.revision)  # before they are read: somebody may write meanwhile
        kept = self._bounds.get(name)
        if kept is None or kept[0] != state:
            kept = (state, self._engine.extremes(embedding.ordered_field))
            self._bounds[name] = kept
        return kept[1]

    def nearest_vectors(
        self, name: str, query: Floats, *, where: Where = EVERYTHING, limit: int, exclude: Collection[str] = ()
    ) -> list[VectorHit]:
        embedding, vector = self._searched(name), np.asarray(query, dtype=np.float64)
        if vector.shape != (embedding.dimension,) or not np.isfinite(vector).all():
            raise StoreError(
                f"A query of '{name}' is {embedding.dimension} finite numbers, and this one is not; "
                "embed it with the model that made the vectors.",
                kind="bad_query_vector",
            )
        wanted = min(limit + len(exclude), self.count())  # an engine makes room for as many as it is asked for
        if not wanted:
            return []
        found = self._engine.search(name, vector.tolist(), self._chosen(where), wanted, [embedding.field])
        hits = [VectorHit(one.id, one.score, one.payload[embedding.field]) for one in found if one.id not in exclude]
        return sorted(hits, key=lambda hit: (-hit.cosine, hit.id))[:limit]

    def search_vectors(self, ids: Sequence[str]) -> dict[str, dict[str, Floats]]:
        known = _point_ids(ids)
        found: dict[str, dict[str, Floats]] = {}
        for name in (*PARTS, *SPACES) if known else ():
            for id, row in self._engine.vectors(name, known).items():
                found.setdefault(id, {})[name] = np.asarray(row, dtype=np.float64)
        return found

    def load_derived(self, name: str) -> bytes | None:
        file, resident = _derived(name), self._resident
        if resident is not None and file in resident.derived:
            return resident.derived[file]
        with translated("read derived data"):
            data = self._sidecar.read(file)
        if resident is not None and data is not None:
            resident.derived[file] = data
        return data

    def save_derived(self, name: str, data: bytes) -> None:
        """Losing it costs only time, so neither a full or read-only disk nor a key for reading is a failure."""
        with self._writing, contextlib.suppress(OSError):
            if self._resident is not None:
                self._resident.derived[_derived(name)] = data
            try:
                self._sidecar.write(_derived(name), data)
            except StoreError as error:
                if error.kind != "read_only_key":
                    raise

    def flush(self) -> None:
        with self._writing:
            if not self._state.saved:
                self._engine.flush()
                self._state.save(self.count())

    def close(self) -> None:
        """Flush and let go; further calls of `close` do nothing."""
        with self._writing:
            if self._closed:
                return
            self._closed = True
            try:
                self.flush()
            finally:
                self._engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _upsert(self, points: Sequence[Point]) -> None:
        old = _coloured_by_id(self._engine.retrieve([point.id for point in points], _COLOURED))
        points = self._with_extra_vectors(points, list(old))
        self._index(points)
        with self._state.change() as ledger:
            self._engine.upsert(points)
            if self._resident is not None:
                self._resident.put({point.id: _coloured_point(point) for point in points})
            ledger.remove(old.values())
            ledger.add(_coloured_point(point) for point in points)

    def _with_extra_vectors(self, points: Sequence[Point], there: Sequence[str]) -> Sequence[Point]:
        """The points with what embedders have added to them already: an upsert replaces a point whole."""
        vectors: dict[str, dict[str, list[float]]] = {}
        fields: dict[str, dict[str, object]] = {}
        for name, embedding in self.embeddings.items() if there else ():
            for id, row in self._engine.vectors(name, there).items():
                vectors.setdefault(id, {})[name] = row
            for record in self._engine.retrieve(there, [embedding.field]) if embedding.numbers else ():
                fields.setdefault(record.id, {}).update(record.payload)
        if not vectors:
            return points
        return [
            replace(
                point,
                vectors={**point.vectors, **vectors.get(point.id, {})},
                payload={**point.payload, **fields.get(point.id, {})},
            )
            for point in points
        ]

    def _embedding(self, name: str) -> Embedding:
        embedding = self.embeddings.get(name)
        if embedding is None:
            raise StoreError(
                f"The collection holds no vectors '{name}'; make them with 'emoretrieve index --embed {name}'.",
                kind="no_embedding",
            )
        return embedding

    def _searched(self, name: str) -> Embedding:
        """One with numbers beside its vectors: only such are searched by."""
        embedding = self._embedding(name)
        if not embedding.numbers:
            raise StoreError(
                f"The vectors '{name}' only score again what was found (--rescore); nothing is searched by them.",
                kind="no_embedding",
            )
        return embedding

    def _index(self, points: Sequence[Point]) -> None:
        """Make the indexes of what appears for the first time, before any item has it."""
        self._indexed = self._indexed or set(self.indexes())
        for field, kind in fields_to_index((point.payload for point in points), self._indexed).items():
            self._engine.create_index(field, kind)
            self._indexed.add(field)

    def _chosen(self, where: Where) -> Filter:
        narrowed = where.conditions or where.without
        return filter_of(where, self.indexes() if narrowed else INDEXED_FIELDS)

    def _delete(self, ids: Sequence[str]) -> int:
        old = _coloured_by_id(self._retrieve(ids, _COLOURED))
        if old:
            with self._state.change() as ledger:
                self._engine.delete(list(old))
                if self._resident is not None:
                    self._resident.drop(list(old))
                ledger.remove(old.values())
        return len(old)

    def _read(self, ids: Sequence[str]) -> dict[str, Item]:
        return {record.id: item_of(record.payload) for record in self._retrieve(ids)}

    def _counted_again(self) -> MomentsLedger:
        ledger = MomentsLedger()
        for records in self._pages(Filter(), _READ_BATCH, _COLOURED):
            ledger.add(_coloured(record) for record in records)
        return ledger

    def _retrieve(self, ids: Sequence[str], fields: Sequence[str] | None = None) -> list[Record]:
        known = _point_ids(ids)
        return self._engine.retrieve(known, fields) if known else []

    def _pages(
        self, chosen: Filter, size: int, fields: Sequence[str] | None = None, *, start: str | None = None
    ) -> Iterator[list[Record]]:
        while True:
            page = self._engine.scroll(chosen, size, start=start, fields=fields)
            if page.records:
                yield page.records
            start = page.next_id
            if start is None:
                return


def _fits_graph(space: Space, query: Floats, where: Where) -> bool:
    """Whether a graph finds what a full scan does: it links the vectors `aligned` as wholes, of each modality.

    Under other conditions it would lose items, and for a query of hardly all parts (the match `whole`) as well.
    """
    lengths = np.linalg.norm(query.reshape(-1, 3), axis=1)
    return space == "aligned" and where == Where(where.modality) and bool(lengths.min() * _EVEN >= lengths.max())


def _coloured_by_id(records: Sequence[Record]) -> dict[str, Coloured]:
    return {record.id: _coloured(record) for record in records}


def _coloured_point(point: Point) -> Coloured:
    return Coloured(point.payload[MODALITY], point.payload[COLOUR_KEY])


def _coloured(record: Record) -> Coloured:
    return Coloured(record.payload[MODALITY], record.payload[COLOUR_KEY])


def _point_ids(ids: Iterable[str]) -> list[str]:
    """Each of the ids once, without what no item can have: an engine takes nothing but UUIDs."""
    return [id for id in dict.fromkeys(ids) if _is_point_id(id)]


def _is_point_id(text: str) -> bool:
    """True for a UUID as `item_id` writes it."""
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def _derived(name: str) -> str:
    """The sidecar's name for derived data; the pattern keeps names inside the folder."""
    if not _DERIVED_NAME.fullmatch(name):
        raise StoreError(
            f"'{name}' is no name for derived data; use lower-case letters, digits, '.', '_' and '-'.", kind="bad_name"
        )
    return f"derived/{name}"
