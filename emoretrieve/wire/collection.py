"""Collections: what they hold, and what filled them."""

from __future__ import annotations

from pydantic import Field

from emoretrieve.wire.shape import Shape


class Counts(Shape):
    """Items by modality."""

    audio: int
    image: int


class Opened(Shape):
    """A collection."""

    name: str
    folder: str | None = Field(description="Null: on a Qdrant server.")
    server: str | None = Field(description="The URL of the Qdrant server that has it.")
    items: Counts
    bytes_on_disk: int | None = Field(description="Null: on a Qdrant server.")
    signature: dict[str, str] = Field(description="Of the perception that fills the collection.")
    graph: bool = Field(description="Whether queries without conditions go through a graph.")
    vectors: dict[str, dict[str, str]] = Field(description="What made the vectors of embedders, by their name.")


class NotOpened(Shape):
    """A collection that another process holds, or that is damaged."""

    name: str
    error: str
    kind: str


class Status(Shape):
    """The collections of a place."""

    data: str | None = Field(description="The data folder; null: the collections are on a Qdrant server.")
    server: str | None
    collections: list[Opened | NotOpened]


class Optimised(Shape):
    """A collection in its quickest form."""

    items: int
    seconds: float
    graph: bool = Field(description="Whether there is one now.")
