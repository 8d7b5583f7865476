"""What a query asks for beside the thing it starts from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from emoretrieve.errors import QueryError
from emoretrieve.item import Modality
from emoretrieve.search.filters import Condition
from emoretrieve.search.match import Match
from emoretrieve.search.rescoring import Rescoring
from emoretrieve.store import Where

Source: TypeAlias = Literal["audio", "image", "text"]
"""What a query can be."""

Target: TypeAlias = Literal["audio", "image", "any"]
"""What a query can look for."""

DEFAULT_TARGET: dict[Source, Target] = {"audio": "image", "image": "audio", "text": "image"}


@dataclass(frozen=True, slots=True)
class QueryOptions:
    """Where to look, how to compare and how many to return; raises QueryError where that makes no sense."""

    to: Target | None = None
    """None looks among the other modality; for words, among the images."""
    limit: int = 10
    match: str = "aligned"
    """`aligned`, `whole`, `fragments`, `fragment:1` to `fragment:4`, `concat`."""
    weights: Sequence[float] | None = None
    """Five for `aligned`, whole first; not normalised. None: .5 for the whole, .125 a fragment."""
    where: tuple[Condition, ...] = ()
    """Conditions on metadata, joined by AND; `emoretrieve.search.filters.parse_filter` reads them from text."""
    max_p: float | None = None
    """Leave results out whose `p_best` is above this, 0..1."""
    explain: bool = False
    """Work out how each score came about."""
    exact: bool = False
    """Look at every item, also where the collection has a graph."""
    rescoring: Rescoring | None = None
    """Score the best matches again by something else."""

    def __post_init__(self) -> None:
        Match.parse(self.match, self.weights)
        if self.to is not None and self.to not in get_args(Target):
            raise QueryError(f"A query goes to 'audio', 'image' or 'any', not to '{self.to}'.", kind="bad_target")
        if self.limit < 1:
            raise QueryError(f"The limit is at least 1, not {self.limit}.", kind="bad_limit")
        if self.max_p is not None and not 0 <= self.max_p <= 1:
            raise QueryError(f"max-p is a share from 0 to 1, not {self.max_p:g}.", kind="bad_max_p")

    @property
    def matching(self) -> Match:
        """The match that name and weights describe."""
        return Match.parse(self.match, self.weights)

    def target(self, source: Source) -> Target:
        """What a query of this kind looks for."""
        return self.to or DEFAULT_TARGET[source]

    def searched(self, source: Source) -> Where:
        """The items that a query of this kind looks among."""
        target = self.target(source)
        modality: Modality | None = None if target == "any" else target
        return Where(modality, self.where)
