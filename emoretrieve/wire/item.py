"""Items."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from emoretrieve.wire.shape import Rgb, Shape

Modality = Literal["audio", "image"]
Levels = tuple[float, float, float]
Spread = tuple[Levels, Levels, Levels, Levels, Levels]
Metadata = dict[str, str | int | float]


class Profile(Shape):
    """Colours of emotion: excitement, calmness, sadness, integers from 0 to 255."""

    whole: Rgb
    fragments: tuple[Rgb, Rgb, Rgb, Rgb]


class Captions(Shape):
    """What was said of the item: of the whole, and of its four fragments in order."""

    whole: str
    fragments: tuple[str, str, str, str]


class Item(Shape):
    """One song or picture."""

    id: str = Field(description="A UUID that follows from the bytes of the file, or from modality and name.")
    modality: Modality
    name: str | None = Field(
        None, description="Of an item without media, as its table of captions calls it; absent for all others."
    )
    paths: list[str] = Field(
        description="Absolute, on the machine that indexed it; the same bytes may be in several places; empty for an "
        "item without media."
    )
    profile: Profile
    flagged: bool = Field(
        description="Nothing was felt in some part: its colour is (0, 0, 0) and it adds nothing to a match."
    )
    captions: Captions
    metadata: Metadata
    coverage: float = Field(description="Share of the sound or picture that was described, 0 to 1.")
    spread: Spread | None = Field(
        None, description="Standard deviations of the samples of each colour; absent where each was asked for once."
    )


class Items(Shape):
    """Items by ascending id."""

    items: list[Item]
    next_cursor: str | None = Field(
        None, description="Of the HTTP API: what to ask for the next page with; absent on the last one."
    )


class Deleted(Shape):
    """How many items were removed."""

    deleted: int
