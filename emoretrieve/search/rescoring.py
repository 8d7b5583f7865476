"""Scoring a shortlist again: what is asked for, and what comes of it. `emoretrieve.rescoring` does it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from emoretrieve.errors import QueryError

if TYPE_CHECKING:
    from emoretrieve.item import Item
    from emoretrieve.search.query import Query
    from emoretrieve.store import Hit, Where

MOST = 10_000
"""Items of a shortlist; their captions and vectors are held in memory."""


@dataclass(frozen=True, slots=True)
class Rescoring:
    """How a shortlist is scored again; raises QueryError where that makes no sense."""

    name: str
    """`captions`, or the vectors of an embedder that the collection holds."""
    alpha: float = 0.4
    """How much the similarity counts: the blend is `(1 - alpha) * match + alpha * similarity`."""
    shortlist: int = 200
    """How many of the best matches are scored again; never fewer than are asked for."""

    def __post_init__(self) -> None:
        if not 0 <= self.alpha <= 1:
            raise QueryError(f"alpha is a share from 0 to 1, not {self.alpha:g}.", kind="bad_alpha")
        if not 1 <= self.shortlist <= MOST:
            raise QueryError(f"A shortlist has from 1 to {MOST:,} items, not {self.shortlist:,}.", kind="bad_shortlist")


@dataclass(frozen=True, slots=True)
class Rescored:
    """What scoring an item again gave."""

    similarity: float | None
    """None: the item has nothing to be compared by, such as a vector."""
    chance: float | None
    """Mean similarity of the items searched that can be compared; None where it is unknown."""
    z: float | None
    blended: float
    """What the results are ranked by. Without a similarity, as if that were the mean of the shortlist."""

    def to_json(self) -> dict[str, object]:
        return {"similarity": self.similarity, "chance": self.chance, "z": self.z, "blended": self.blended}


@dataclass(frozen=True, slots=True)
class Reranking:
    """A shortlist in its new order."""

    rescoring: Rescoring
    order: tuple[tuple[Hit, Item, Rescored], ...]
    """Best blend first; equal ones by ascending id."""
    compared: int
    """Items of the shortlist that have a similarity."""
    background: int | None
    """Items that the chance level is the mean of; None where it is unknown."""
    caution: str | None
    """What must be said of the similarities, such as that the weights are random."""

    def to_json(self) -> dict[str, object]:
        return {
            "name": self.rescoring.name,
            "alpha": self.rescoring.alpha,
            "shortlist": len(self.order),
            "compared": self.compared,
            "background": self.background,
            "caution": self.caution,
        }


class Reranker(Protocol):
    """Scores a shortlist again."""

    @property
    def shortlist(self) -> int:
        """How many of the best matches it wants to see."""
        ...

    def rerank(self, query: Query, where: Where, found: Sequence[tuple[Hit, Item]]) -> Reranking: ...
