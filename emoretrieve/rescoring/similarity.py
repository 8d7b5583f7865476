"""What a rescorer can do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from emoretrieve.item import Item
from emoretrieve.search.chance import Chance
from emoretrieve.search.query import Query
from emoretrieve.store import Where


@dataclass(frozen=True, slots=True)
class Background:
    """The similarities that the items searched have to a query on average."""

    chance: Chance
    count: int | None
    """Items behind it; None where it is unknown."""


UNKNOWN = Background(Chance(None, None), None)


class Similarity(Protocol):
    """How alike a query and items are."""

    @property
    def caution(self) -> str | None:
        """What must be said of its numbers."""
        ...

    def of(self, query: Query, items: Sequence[Item]) -> list[float | None]:
        """The similarity of each item, None where it has nothing to be compared by.

        Raises QueryError of kind `not_embedded` where the query has none, and what embedding it raises.
        """
        ...

    def background(self, query: Query, where: Where) -> Background:
        """What a random item of those searched would have, the query left out; computed exactly, or unknown."""
        ...
