"""What every store engine offers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, Self, TypeAlias

from emoretrieve.emotion.vectors import Colours, Floats, Space
from emoretrieve.errors import QueryError
from emoretrieve.item import Item, Modality, Value
from emoretrieve.store.dates import first_moment
from emoretrieve.store.embeddings import Embedding, Numbers


@dataclass(frozen=True, slots=True)
class Equals:
    """The metadata value of `key` is `value`: as text, or as the number that the text reads as.

    Three keys mean the item itself as well: `mood` an emotion word of its caption, `name` its name, `path` where it
    lies; a path that ends in `/` is that of a folder, and means all that lies below.
    """

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Between:
    """The metadata value of `key` is a number within the bounds (inclusive; None is open)."""

    key: str
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class During:
    """The metadata value of `key` is a date within the bounds (None is open), both to their ends.

    Bounds are ISO dates that may lack time, day and month: until `2001-06` is until the end of June 2001. A date of an
    item that lacks them stands for its beginning. Raises QueryError (`bad_filter`) for a bound that is no date.
    """

    key: str
    first: str | None
    last: str | None

    def __post_init__(self) -> None:
        for bound in (self.first, self.last):
            if bound is not None and first_moment(bound) is None:
                raise QueryError(f"'{bound}' is no date; write it as 2001, 2001-06 or 2001-06-30.", kind="bad_filter")


Condition: TypeAlias = Equals | Between | During


@dataclass(frozen=True, slots=True)
class Where:
    """Which items: all of them unless narrowed. Conditions are joined by AND."""

    modality: Modality | None = None
    conditions: tuple[Condition, ...] = ()
    without: tuple[Equals, ...] = ()
    """Conditions that none of the items meets."""


EVERYTHING = Where()


@dataclass(frozen=True, slots=True)
class Hit:
    """One item found."""

    id: str
    score: float
    """Float64, computed from the stored integers by `exact_scores`; never rounded."""


@dataclass(frozen=True, slots=True)
class VectorHit:
    """One item found by a vector that has numbers beside it."""

    id: str
    cosine: float
    """As the engine computes it, in float32."""
    numbers: Numbers


@dataclass(frozen=True, slots=True)
class Moments:
    """Mean and covariance of the vectors of some items, from which chance levels follow.

    A random item's score for the query q has mean `q . mean` and variance `q' covariance q`.
    """

    count: int
    mean: Floats
    """(15,)"""
    covariance: Floats
    """(15, 15), of the population (divided by count)."""


class Store(Protocol):
    """One collection: items by id with their vectors, written by one process at a time.

    Every method raises StoreError where the engine fails. What `upsert` and `delete` acknowledged by returning
    survives a killed process.
    """

    @property
    def signature(self) -> Mapping[str, str]:
        """The signature of the perception that fills this collection."""
        ...

    @property
    def version(self) -> str:
        """Changes whenever the items or their colours change; equal versions mean equal contents."""
        ...

    def dedicate(self, signature: Mapping[str, str]) -> None:
        """Let another perception fill this collection, which holds no item."""
        ...

    def upsert(self, items: Sequence[Item]) -> None:
        """Write items, replacing those of the same id. All values are validated first: a bad one writes nothing."""
        ...

    def delete(self, ids: Sequence[str]) -> int:
        """Remove items; the number of those that were there."""
        ...

    def get(self, ids: Sequence[str]) -> list[Item]:
        """Items by id, in the order asked for; unknown ids are left out."""
        ...

    def by_path(self, paths: Sequence[str]) -> dict[str, Item]:
        """The items that lie at these paths, by path; paths where none lies are left out."""
        ...

    def count(self, where: Where = EVERYTHING) -> int: ...

    def values(self, key: str, where: Where = EVERYTHING) -> dict[Value, int]:
        """The values of a key and how many items have each: metadata, or `mood`, `name` and `path` of the items."""
        ...

    def scan(self, where: Where = EVERYTHING, *, batch: int = 1_000, start: str | None = None) -> Iterator[list[Item]]:
        """All items by ascending id, in batches; from the id `start` on, if that is given."""
        ...

    def profiles(self, where: Where = EVERYTHING) -> Iterator[tuple[list[str], Colours]]:
        """Ids and colours (n, 5, 3) of items by ascending id, in batches: for statistics over many items."""
        ...

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
        """The best `limit` items by exact score, ties by ascending id also at the boundary of the list.

        Without `exact`, a store that has a graph may use it where that finds the same but for a rare miss.
        """
        ...

    def hold_in_memory(self, most: int) -> None:
        """Keep vectors and items that are often read in memory; does nothing where there are more than `most` items.

        For a process that answers many queries and holds the collection alone: what others write would not be seen.
        Results stay the same.
        """
        ...

    @property
    def has_graph(self) -> bool:
        """Whether searches that need not be exact go through a graph."""
        ...

    def optimise(self) -> None:
        """Bring the items into the form that is searched and opened best, with a graph if they are many.

        Changes none of them, takes minutes for millions, and may be killed at any time.
        """
        ...

    def moments(self, space: Space, modality: Modality) -> Moments:
        """Mean and covariance of the vectors of one modality, kept up to date with the collection."""
        ...

    @property
    def embeddings(self) -> Mapping[str, Embedding]:
        """What the items were embedded with, by the name of the vectors."""
        ...

    def add_embedding(self, embedding: Embedding) -> None:
        """Make room for vectors of this name. Where there are some, the same embedder must have made them.

        Raises StoreError of kind `other_embedder`, `bad_name` or `bad_vector`.
        """
        ...

    def remove_embedding(self, name: str) -> None:
        """Take these vectors from all items, so that another embedder can make them; nothing where there are none."""
        ...

    def set_vectors(
        self,
        name: str,
        rows: Mapping[str, Sequence[float] | Floats],
        numbers: Mapping[str, Numbers] | None = None,
    ) -> int:
        """Write vectors of items by id, scaled to unit length; the number of those that are there.

        With `numbers` of the same ids where the embedding has such. A later `upsert` of the same items keeps both.
        Raises StoreError of kind `bad_vector`, having written nothing, and `no_embedding` where `add_embedding` was not
        called.
        """
        ...

    def vectors(self, name: str, ids: Sequence[str]) -> dict[str, Floats]:
        """The unit vectors of this name (float64) of the items that have one.

        They are kept as float16, or as float32 where numbers stand beside them.
        """
        ...

    def numbers(self, name: str, ids: Sequence[str]) -> dict[str, dict[str, float]]:
        """The numbers beside these vectors, of the items that have some."""
        ...

    def count_vectors(self, name: str, where: Where = EVERYTHING) -> int:
        """How many of these items have this vector, which has numbers beside it."""
        ...

    def number_bounds(self, name: str) -> tuple[float, float] | None:
        """The least and the greatest of the first of the numbers beside the vectors; None where there are none."""
        ...

    def nearest_vectors(
        self, name: str, query: Floats, *, where: Where = EVERYTHING, limit: int, exclude: Collection[str] = ()
    ) -> list[VectorHit]:
        """The best `limit` items by the cosine of their vector, which has numbers beside it; equal ones by id.

        Every item is looked at. Fewer come back only where no more have the vector. Which of equal ones stand at the
        boundary is the engine's choice.
        """
        ...

    def search_vectors(self, ids: Sequence[str]) -> dict[str, dict[str, Floats]]:
        """The vectors of the schema as they are stored, by id and name; unknown ids are left out.

        Some engines keep a vector of cosine similarity as it was given, some its direction.
        """
        ...

    def load_derived(self, name: str) -> bytes | None:
        """Data derived from the collection that was kept beside it, such as null distributions."""
        ...

    def save_derived(self, name: str, data: bytes) -> None:
        """Keep derived data beside the collection, replacing the old; losing it costs only time."""
        ...

    def flush(self) -> None: ...

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...
