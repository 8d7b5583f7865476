"""What a pairing asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from emoretrieve.errors import QueryError
from emoretrieve.item import MODALITIES, Modality
from emoretrieve.search.filters import Condition
from emoretrieve.search.match import Match
from emoretrieve.store import Where

Method: TypeAlias = Literal["hungarian", "greedy", "stable", "argmax"]
METHODS: tuple[Method, ...] = get_args(Method)

DEFAULT_DRAWS = 10_000


@dataclass(frozen=True, slots=True)
class PairOptions:
    """Which items to pair, and how; raises QueryError where that makes no sense."""

    source: Modality = "audio"
    """Of the items that each look for a partner."""
    target: Modality = "image"
    """Of the partners."""
    method: str = "hungarian"
    """`hungarian`: the highest possible sum of scores. `greedy`: the best pair first, then the best of what is left.
    `stable`: nobody would rather be with someone who would rather be with them. `argmax`: to each its best, however
    often that one is taken."""
    match: str = "aligned"
    """As in a query."""
    weights: Sequence[float] | None = None
    capacity: int = 1
    """How many sources a target may be paired with; `argmax` knows no limit."""
    source_where: tuple[Condition, ...] = ()
    target_where: tuple[Condition, ...] = ()
    draws: int = DEFAULT_DRAWS
    """Random pairings that a mean is held against; fewer are made of very large sides."""

    def __post_init__(self) -> None:
        Match.parse(self.match, self.weights)
        if self.method not in METHODS:
            raise QueryError(
                f"There is no pairing method '{self.method}'; choose one of {', '.join(METHODS)}.", kind="bad_method"
            )
        if {self.source, self.target} != set(MODALITIES):
            raise QueryError(
                f"Pairs are of a song and a picture: from 'audio' to 'image' or from 'image' to 'audio', not from "
                f"'{self.source}' to '{self.target}'.",
                kind="bad_target",
            )
        if self.capacity < 1:
            raise QueryError(f"The capacity is at least 1, not {self.capacity}.", kind="bad_capacity")
        if self.draws < 1:
            raise QueryError(f"At least 1 random pairing must be drawn, not {self.draws}.", kind="bad_draws")

    @property
    def chosen(self) -> Method:
        """The method."""
        return next(method for method in METHODS if method == self.method)

    @property
    def matching(self) -> Match:
        """The match that name and weights describe."""
        return Match.parse(self.match, self.weights)

    @property
    def sources(self) -> Where:
        """The items that look for a partner."""
        return Where(self.source, self.source_where)

    @property
    def targets(self) -> Where:
        """The items that can be partners."""
        return Where(self.target, self.target_where)
