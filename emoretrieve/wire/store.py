"""What other processes of emoretrieve ask of a collection that a server holds: the calls of `emoretrieve.store.Store`.

Values are plain: items as the rows of an export, vectors as lists, bytes as base64. Numbers keep every digit, so that
what is computed from them is what the server itself would compute.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from emoretrieve.store import Where
from emoretrieve.wire.item import Modality
from emoretrieve.wire.shape import Asked, Shape

Ids = Annotated[list[Annotated[str, Field(max_length=1_000)]], Field(max_length=20_000)]
FewIds = Annotated[list[Annotated[str, Field(max_length=1_000)]], Field(max_length=1_000)]
"""Of items whose vectors are asked for: thousands of numbers each."""
Start = Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
Name = Annotated[str, Field(min_length=1, max_length=255)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Coordinate = Annotated[float, Field(ge=-1e15, le=1e15)]
"""Products of such numbers are finite in 32 bits."""
Vector = Annotated[list[Coordinate], Field(min_length=1, max_length=65_536)]
MOST_HITS = 1_000_000
Hits = Annotated[int, Field(ge=1, le=MOST_HITS)]
SpaceName = Literal["aligned", "concat"]


class Describe(Asked):
    """`StoreDescription`."""

    call: Literal["describe"] = "describe"


class Get(Asked):
    """Rows, in the order of the ids; unknown ids are left out."""

    call: Literal["get"] = "get"
    ids: Ids


class ByPath(Asked):
    """Rows by path."""

    call: Literal["by_path"] = "by_path"
    paths: Ids


class Count(Asked):
    """A number."""

    call: Literal["count"] = "count"
    where: Where


class Values(Asked):
    """Pairs of a value and how many items have it."""

    call: Literal["values"] = "values"
    key: Name
    where: Where


class Scan(Asked):
    """Rows by ascending id."""

    call: Literal["scan"] = "scan"
    where: Where
    batch: int = Field(ge=1, le=5_000)
    start: Start | None = None


class Profiles(Asked):
    """Pairs of an id and 15 integers, by ascending id."""

    call: Literal["profiles"] = "profiles"
    where: Where
    batch: int = Field(ge=1, le=50_000)
    start: Start | None = None


class Nearest(Asked):
    """Pairs of an id and a score."""

    call: Literal["nearest"] = "nearest"
    space: SpaceName
    query: Vector
    where: Where
    limit: Hits
    exclude: Ids = Field([])
    exact: bool = True


class MomentsOf(Asked):
    """`{"count", "mean", "covariance"}`."""

    call: Literal["moments"] = "moments"
    space: SpaceName
    modality: Modality


class Vectors(Asked):
    """Unit vectors by id."""

    call: Literal["vectors"] = "vectors"
    name: Name
    ids: FewIds


class NumbersOf(Asked):
    """Numbers beside vectors, by id."""

    call: Literal["numbers"] = "numbers"
    name: Name
    ids: FewIds


class CountVectors(Asked):
    """A number."""

    call: Literal["count_vectors"] = "count_vectors"
    name: Name
    where: Where


class NumberBounds(Asked):
    """Two numbers, or null."""

    call: Literal["number_bounds"] = "number_bounds"
    name: Name


class NearestVectors(Asked):
    """Triples of an id, a cosine and the numbers beside the vector."""

    call: Literal["nearest_vectors"] = "nearest_vectors"
    name: Name
    query: Vector
    where: Where
    limit: Hits
    exclude: Ids = Field([])


class SearchVectors(Asked):
    """Vectors by id and name."""

    call: Literal["search_vectors"] = "search_vectors"
    ids: FewIds


class LoadDerived(Asked):
    """Base64, or null."""

    call: Literal["load_derived"] = "load_derived"
    name: Name


StoreRead = Annotated[
    Describe
    | Get
    | ByPath
    | Count
    | Values
    | Scan
    | Profiles
    | Nearest
    | MomentsOf
    | Vectors
    | NumbersOf
    | CountVectors
    | NumberBounds
    | NearestVectors
    | SearchVectors
    | LoadDerived,
    Field(discriminator="call"),
]
"""A call that changes nothing."""


class Make(Asked):
    """Make the collection, with the perception that the server was started with, unless it is there."""

    call: Literal["make"] = "make"


class Upsert(Asked):
    """Write items, as rows; their files must lie below the folders of `allow`."""

    call: Literal["upsert"] = "upsert"
    rows: list[dict[str, object]] = Field(max_length=10_000)


class Delete(Asked):
    """The number of items that were there."""

    call: Literal["delete"] = "delete"
    ids: Ids


class EmbeddingAsked(Asked):
    """What made vectors, as `emoretrieve.store.Embedding`."""

    name: Name
    dimension: int = Field(ge=1, le=65_536)
    signature: dict[Name, str]
    numbers: list[Name] = Field([])


class AddEmbedding(Asked):
    """Make room for vectors."""

    call: Literal["add_embedding"] = "add_embedding"
    embedding: EmbeddingAsked


class RemoveEmbedding(Asked):
    """Take vectors from all items."""

    call: Literal["remove_embedding"] = "remove_embedding"
    name: Name


class SetVectors(Asked):
    """The number of items that are there."""

    call: Literal["set_vectors"] = "set_vectors"
    name: Name
    rows: dict[Name, Vector]
    numbers: dict[Name, dict[Name, Finite]] | None = None


StoreWrite = Annotated[
    Make | Upsert | Delete | AddEmbedding | RemoveEmbedding | SetVectors, Field(discriminator="call")
]
"""A call that writes; acknowledged, it survives a killed server."""


class StoreAnswer(Shape):
    """What a call came to; its docstring says what that is."""

    answer: object


class EmbeddingTold(Shape):
    """What made vectors, and the state that they are in."""

    name: str
    dimension: int
    signature: dict[str, str]
    revision: str
    numbers: list[str]


class StoreDescription(Shape):
    """What a collection is, as its store knows it."""

    signature: dict[str, str]
    version: str
    has_graph: bool
    embeddings: list[EmbeddingTold]


READ: TypeAdapter[StoreRead] = TypeAdapter(StoreRead)
WRITE: TypeAdapter[StoreWrite] = TypeAdapter(StoreWrite)
