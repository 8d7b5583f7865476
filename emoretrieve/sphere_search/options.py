"""What a query on the hypersphere asks for beside what it starts from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from emoretrieve.errors import QueryError
from emoretrieve.search.options import Target
from emoretrieve.sphere.rescore import DISTANCES
from emoretrieve.store import Condition

SHORTLIST = 200
MOST_SHORTLISTED = 10_000
RERANKED = 50
"""Items that `ssw` ranks: it draws from each."""


@dataclass(frozen=True, slots=True)
class SphereOptions:
    """Where to look, how to compare and how many to return; raises QueryError where that makes no sense."""

    to: Target | None = None
    """None: for one song the pictures, for one picture the songs, for words the pictures, for several whatever of
    songs and pictures is not among them, both if both are."""
    limit: int = 10
    offset: int = 0
    where: tuple[Condition, ...] = ()
    """Conditions on metadata, joined by AND."""
    distance: str = "elk"
    """One of `emoretrieve.sphere.rescore.DISTANCES`."""
    shortlist: int = SHORTLIST
    """How many of the best cosines are scored again at first; doubled until the answer is certainly exact."""

    def __post_init__(self) -> None:
        if self.to is not None and self.to not in get_args(Target):
            raise QueryError(
                f"A query goes to 'audio', 'image' or 'any', not to '{self.to}': a collection has songs and pictures; "
                "words are only there to ask with.",
                kind="bad_target",
            )
        if self.distance not in DISTANCES:
            raise QueryError(
                f"'{self.distance}' is no distance on the hypersphere; there are {', '.join(DISTANCES)}.",
                kind="bad_distance",
            )
        if self.limit < 1 or self.offset < 0:
            raise QueryError(
                f"The limit is at least 1 and the offset at least 0, not {self.limit} and {self.offset}.",
                kind="bad_limit",
            )
        if not 1 <= self.shortlist <= MOST_SHORTLISTED:
            raise QueryError(
                f"A shortlist has from 1 to {MOST_SHORTLISTED:,} items, not {self.shortlist:,}.", kind="bad_shortlist"
            )
        if self.distance == "ssw" and self.last > RERANKED:
            raise QueryError(
                f"'ssw' ranks the {RERANKED} best by 'elk' again and no more; ask for {RERANKED} with limit and offset "
                "together, or by another distance.",
                kind="bad_limit",
            )

    @property
    def last(self) -> int:
        """How many of the best results have to be known."""
        return self.offset + self.limit
