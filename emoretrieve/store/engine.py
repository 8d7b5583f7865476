"""What a store needs of an engine: points in, points out, and one search. No logic lives here or below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from emoretrieve.store.filter import Filter
from emoretrieve.store.schema import IndexKind, Payload, Point


@dataclass(frozen=True, slots=True)
class Record:
    """A stored point, or the fields of it that were asked for."""

    id: str
    payload: Payload


@dataclass(frozen=True, slots=True)
class Candidate:
    """A point found by a search, with the score of the engine (float32)."""

    id: str
    score: float
    payload: Payload


@dataclass(frozen=True, slots=True)
class Page:
    """Some points by ascending id, and the id that the next page starts with (None: no more)."""

    records: list[Record]
    next_id: str | None


class Engine(Protocol):
    """One open Qdrant collection with the schema of `emoretrieve.store.schema`.

    Foreign errors are translated to StoreError here. `fields` names the payload fields wanted, None means all.
    """

    def upsert(self, points: Sequence[Point]) -> None: ...

    def delete(self, ids: Sequence[str]) -> None: ...

    def retrieve(self, ids: Sequence[str], fields: Sequence[str] | None = None) -> list[Record]:
        """Points by id in any order; unknown ids are left out."""
        ...

    def scroll(
        self, chosen: Filter, limit: int, *, start: str | None = None, fields: Sequence[str] | None = None
    ) -> Page: ...

    def count(self, chosen: Filter) -> int: ...

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
        """The best points by dot product with the vector of this name, best first, ties in any order.

        Points without the vector are left out.
        With `exact` none is missed. Without, the engine may go through a graph where it has one.
        """
        ...

    def has_graph(self) -> bool:
        """Whether a search that need not be exact goes through a graph."""
        ...

    def optimise(self) -> None:
        """Bring the points into the form that is searched and opened best, and make a graph where that pays.

        Takes minutes for millions of points, changes none of them, and may be killed at any time.
        """
        ...

    def vector_sizes(self) -> Mapping[str, int]:
        """The named vectors beside those of the schema, with their lengths."""
        ...

    def add_vector(self, name: str, size: int, *, single: bool = False) -> None:
        """Make room for one more named vector (dot product), which no point has yet: float16, or `single` float32."""
        ...

    def drop_vector(self, name: str) -> None:
        """Take a vector that `add_vector` made from all points."""
        ...

    def set_vectors(self, name: str, rows: Mapping[str, list[float]]) -> None:
        """Write this vector of points that are there, by id; their other vectors and payload stay."""
        ...

    def vectors(self, name: str, ids: Sequence[str]) -> dict[str, list[float]]:
        """This vector of the points that have it; other ids are left out."""
        ...

    def set_field(self, field: str, values: Mapping[str, Mapping[str, float]]) -> None:
        """Write this payload field of points that are there, by id; the rest of their payload and vectors stay."""
        ...

    def drop_field(self, field: str) -> None:
        """Take this payload field from all points."""
        ...

    def extremes(self, field: str) -> tuple[float, float] | None:
        """The least and the greatest number at a payload field with an index of kind `float`; None where none is."""
        ...

    def indexes(self) -> Mapping[str, IndexKind]:
        """The payload fields that have an index, as the engine spells them."""
        ...

    def create_index(self, field: str, kind: IndexKind) -> None:
        """Does nothing where there is one."""
        ...

    def facet(self, field: str, chosen: Filter, limit: int) -> list[tuple[str, int]]:
        """Texts at a field with a keyword index and how many of the chosen points have each, exact, the most first."""
        ...

    def flush(self) -> None: ...

    def close(self) -> None: ...
