"""What all shapes have in common."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Shape(BaseModel):
    """A JSON object that a program reads.

    Keys that a newer server adds are passed over. A key that may be absent is None then; `as_json` leaves it out again.
    """

    model_config = ConfigDict(frozen=True, validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)

    def as_json(self) -> dict[str, object]:
        """The object as it was read: keys that were absent stay absent."""
        return self.model_dump(mode="json", exclude_unset=True)


class Asked(BaseModel):
    """A JSON object that a program sends: a key that is not known is refused, for it would be without effect."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True, serialize_by_alias=True
    )


Level = Annotated[int, Field(ge=0, le=255)]
Rgb = tuple[Level, Level, Level]
"""Excitement, calmness, sadness."""
Weights = tuple[float, float, float, float, float]
"""Of the whole and the four fragments."""
