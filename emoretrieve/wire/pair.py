"""Songs and pictures in pairs, and what the pairs are worth."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from emoretrieve.wire.item import Metadata, Modality, Profile
from emoretrieve.wire.shape import Shape, Weights

Method = Literal["hungarian", "greedy", "stable", "argmax"]


class PairedItem(Shape):
    """One side of a pair."""

    id: str
    name: str | None = None
    paths: list[str]
    profile: Profile
    metadata: Metadata


class Pair(Shape):
    """A source and its partner."""

    rank: int = Field(description="From 1.")
    score: float
    source: PairedItem = Field(alias="from")
    target: PairedItem = Field(alias="to")


class RandomLevel(Shape):
    """The mean score of random pairs."""

    mean: float = Field(description="Over all possible pairs.")
    sd: float = Field(description="Of the mean of a random pairing.")
    draws: int
    drawn_mean: float
    drawn_sd: float


class Price(Shape):
    """What the pairs of one method are worth."""

    method: Method
    pairs: int
    mean: float
    lowest: float
    highest: float
    targets: int = Field(description="Different ones that are used.")
    own_best: int = Field(description="Sources whose partner no other target surpasses.")
    z: float | None = Field(description="(mean - random mean) / sd; null where all pairings score the same.")
    p: float = Field(description="Share of random pairings that do as well, (r + 1) / (draws + 1).")
    gap: float = Field(description="hungarian: the mean of no pairing is higher by more than this.")


class Unpaired(Shape):
    """Ids of the items without a partner."""

    sources: list[str] = Field(alias="from")
    targets: list[str] = Field(alias="to")


class Pairing(Shape):
    """All pairs, and what they are worth."""

    source: Modality = Field(alias="from")
    target: Modality = Field(alias="to")
    method: Method
    match: str
    weights: Weights | None
    capacity: int
    from_filters: list[str]
    to_filters: list[str]
    sources: int
    targets: int
    random: RandomLevel
    price: Price
    others: list[Price]
    pairs: list[Pair]
    unpaired: Unpaired
