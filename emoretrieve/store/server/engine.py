"""A collection on a server as an engine (see the protocol `Engine`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from emoretrieve.store.engine import Candidate, Page, Record
from emoretrieve.store.filter import Filter
from emoretrieve.store.schema import IndexKind, Point
from emoretrieve.store.server.connection import Connection
from emoretrieve.store.server.operations import Operations


class ServerEngine:
    """The points of one collection."""

    def __init__(self, connection: Connection, collection: str) -> None:
        self._connection = connection
        self._ask = Operations(collection, connection.settings)

    def upsert(self, points: Sequence[Point]) -> None:
        self._connection.carry_out(self._ask.upsert(points))

    def delete(self, ids: Sequence[str]) -> None:
        self._connection.carry_out(self._ask.delete(ids))

    def retrieve(self, ids: Sequence[str], fields: Sequence[str] | None = None) -> list[Record]:
        return self._connection.carry_out(self._ask.retrieve(ids, fields))

    def scroll(
        self, chosen: Filter, limit: int, *, start: str | None = None, fields: Sequence[str] | None = None
    ) -> Page:
        return self._connection.carry_out(self._ask.scroll(chosen, limit, start=start, fields=fields))

    def count(self, chosen: Filter) -> int:
        return self._connection.carry_out(self._ask.count(chosen))

    def search(
        self, space: str, query: list[float], chosen: Filter, limit: int, fields: Sequence[str], exact: bool = True
    ) -> list[Candidate]:
        return self._connection.carry_out(self._ask.search(space, query, chosen, limit, fields, exact))

    def facet(self, field: str, chosen: Filter, limit: int) -> list[tuple[str, int]]:
        return self._connection.carry_out(self._ask.facet(field, chosen, limit))

    def vector_sizes(self) -> Mapping[str, int]:
        return self._connection.carry_out(self._ask.vector_sizes())

    def add_vector(self, name: str, size: int, *, single: bool = False) -> None:
        self._connection.carry_out(self._ask.add_vector(name, size, single=single))

    def drop_vector(self, name: str) -> None:
        self._connection.carry_out(self._ask.drop_vector(name))

    def set_vectors(self, name: str, rows: Mapping[str, list[float]]) -> None:
        self._connection.carry_out(self._ask.set_vectors(name, rows))

    def vectors(self, name: str, ids: Sequence[str]) -> dict[str, list[float]]:
        return self._connection.carry_out(self._ask.vectors(name, ids))

    def set_field(self, field: str, values: Mapping[str, Mapping[str, float]]) -> None:
        self._connection.carry_out(self._ask.set_field(field, values))

    def drop_field(self, field: str) -> None:
        self._connection.carry_out(self._ask.drop_field(field))

    def extremes(self, field: str) -> tuple[float, float] | None:
        return self._connection.carry_out(self._ask.extremes(field))

    def indexes(self) -> Mapping[str, IndexKind]:
        return self._connection.carry_out(self._ask.indexes())

    def create_index(self, field: str, kind: IndexKind) -> None:
        self._connection.carry_out(self._ask.create_index(field, kind))

    def has_graph(self) -> bool:
        """False: collections are made without one."""
        return False

    def optimise(self) -> None:
        """Nothing to do: a server merges its segments by itself."""

    def flush(self) -> None:
        """Nothing to do: a write returns when the server has it in its log and shows it."""

    def close(self) -> None:
        self._connection.close()
