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
from emoretrieve.store.filter import OWN_FIELDS

Source: TypeAlias = Literal["audio", "image", "text", "colour"]
"""What a query can be."""

Target: TypeAlias = Literal["audio", "image", "any"]
"""What a query can look for."""

DEFAULT_TARGET: dict[Source, Target] = {"audio": "image", "image": "audio", "text": "image", "colour": "image"}

DIVERSE_AMONG = 1_000
"""The best matches that a diverse answer is chosen from."""


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
    offset: int = 0
    """Leave out so many of the best results, as the second page of an answer does."""
    group_by: str | None = None
    """A key of the metadata: only the best `group_size` items of each value, and `limit` values. Items without the key
    are left out."""
    group_size: int = 1
    diverse: float | None = None
    """How much relevance counts, 0..1, where results shall differ from those before them (see `diversity.py`)."""

    def __post_init__(self) -> None:
        Match.parse(self.match, self.weights)
        if self.to is not None and self.to not in get_args(Target):
            raise QueryError(f"A query goes to 'audio', 'image' or 'any', not to '{self.to}'.", kind="bad_target")
        if self.limit < 1:
            raise QueryError(f"The limit is at least 1, not {self.limit}.", kind="bad_limit")
        if self.max_p is not None and not 0 <= self.max_p <= 1:
            raise QueryError(f"max-p is a share from 0 to 1, not {self.max_p:g}.", kind="bad_max_p")
        self._check_arrangement()

    def _check_arrangement(self) -> None:
        if self.offset < 0 or self.group_size < 1:
            raise QueryError(
                f"The offset is at least 0 and the group size at least 1, not {self.offset} and {self.group_size}.",
                kind="bad_limit",
            )
        if self.group_by is not None and self.group_by in OWN_FIELDS:
            raise QueryError(
                f"Items are grouped by a key of their metadata, not by '{self.group_by}', of which an item may have "
                "several.",
                kind="bad_group",
            )
        if self.diverse is not None and not 0 <= self.diverse <= 1:
            raise QueryError(f"The share of relevance is from 0 to 1, not {self.diverse:g}.", kind="bad_diversity")
        if self.diverse is not None and self.last > DIVERSE_AMONG:
            raise QueryError(
                f"A diverse answer is chosen from the {DIVERSE_AMONG:,} best matches; ask for less than {self.last:,}.",
                kind="bad_diversity",
            )
        self._check_combination()

    def _check_combination(self) -> None:
        orders = {"grouping": self.group_by, "diversity": self.diverse, "rescoring": self.rescoring}
        given = [name for name, value in orders.items() if value is not None]
        if len(given) > 1:
            raise QueryError(
                f"One thing can change the order of the matches, not both {given[0]} and {given[1]}; leave one out.",
                kind="bad_combination",
            )
        if self.offset and self.group_by is not None:
            raise QueryError("Groups come without an offset; leave one of the two out.", kind="bad_combination")
        if self.group_size != 1 and self.group_by is None:
            raise QueryError("A group size needs a key to group by; name one with group-by.", kind="bad_combination")

    @property
    def last(self) -> int:
        """How many of the best results have to be known."""
        return self.offset + self.limit

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
