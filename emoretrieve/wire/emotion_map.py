"""Where the items of one kind lie between the three emotions."""

from __future__ import annotations

from pydantic import Field

from emoretrieve.wire.item import Modality
from emoretrieve.wire.shape import Rgb, Shape


class MapMark(Shape):
    """One item or, of many, those of a hexagon."""

    id: str = Field(description="Of the item, or of the first of those of the hexagon.")
    title: str = Field(description="Title and artist of that item, else the name of its file.")
    count: int = Field(description="Items that the mark stands for.")
    rgb: Rgb = Field(description="Of the item as a whole, or the mean of those of the hexagon.")
    place: tuple[float, float] = Field(
        description="Shares of the three emotions as a place in a triangle of side 1: excitement at (0.5, 0.866), "
        "calmness at (0, 0), sadness at (1, 0)."
    )


class EmotionMap(Shape):
    """The items of one kind between three emotions; at most about a thousand marks, however many they are."""

    modality: Modality
    items: int
    unfelt: int = Field(description="Items of which nothing was felt: they have no place.")
    radius: float | None = Field(description="Of the hexagons, from middle to corner; null: every item has a mark.")
    marks: list[MapMark]
