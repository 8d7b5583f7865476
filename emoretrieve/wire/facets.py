"""The values of a key."""

from __future__ import annotations

from pydantic import Field

from emoretrieve.wire.shape import Shape


class Facet(Shape):
    """One value, or a range of them."""

    value: str
    count: int = Field(description="Items.")
    filter: str | None = Field(description="Chooses exactly these items; null where no filter can spell the value.")


class Facets(Shape):
    """The values of one key and how many items have each."""

    key: str
    values: list[Facet]
    left_out: int = Field(description="More values than these.")
