"""What programs ask a server for."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from emoretrieve.wire.item import Modality
from emoretrieve.wire.shape import Asked, Rgb, Weights

Text = Annotated[str, Field(min_length=1, max_length=2_000)]
Reference = Annotated[str, Field(min_length=1, max_length=1_000, description="An id, or the name of an item.")]
Filters = Annotated[list[Text], Field(max_length=50)]


class RescoreAsked(Asked):
    """Score the best matches again."""

    name: Text = Field(description="`captions`, or the name of vectors that the collection holds.")
    alpha: float = Field(0.4, description="How much the second score counts, 0 to 1.")
    shortlist: int = Field(200, description="How many of the best matches are scored again, 1 to 10,000.")


class Choices(Asked):
    """What to look for and how, as the options of `emoretrieve query` say it."""

    like: list[Reference] = Field([], max_length=50, description="Find what feels like these as well.")
    unlike: list[Reference] = Field([], max_length=50, description="And not like these.")
    words: Text | None = Field(None, description="Beside a file or an item: find what feels like these words as well.")
    to: Literal["audio", "image", "any"] | None = Field(
        None, description="Null: the other modality; for words and colours, image."
    )
    limit: int = Field(10, ge=1, le=1_000)
    offset: int = Field(0, ge=0, le=100_000, description="Leave out the best so many; a cursor is better for paging.")
    match: Text = Field("aligned", description="aligned, whole, fragments, fragment:1 to fragment:4, concat.")
    weights: Weights | None = Field(None, description="Of the whole and the fragments under `aligned`.")
    filters: Filters = Field([], description="As `--filter` takes them (docs/filters.md).")
    max_p: float | None = Field(None, description="Only results whose p is at most this, 0 to 1.")
    explain: bool = Field(False, description="Say how every score came about.")
    exact: bool = Field(False, description="Look at every item, also where there is a graph.")
    rescore: RescoreAsked | None = None
    group_by: Text | None = Field(None, description="The best of each value of this key; `limit` counts values.")
    group_size: int = Field(1, ge=1, le=1_000)
    diverse: float | None = Field(None, description="Results that differ from those before; the share of relevance.")


class QueryAsked(Choices):
    """A query by item, words or colour; or the next page of one."""

    item: Reference | None = None
    text: Text | None = Field(None, description="What feels like these words.")
    rgb: Rgb | tuple[Rgb, Rgb, Rgb, Rgb, Rgb] | None = Field(
        None, description="What has this colour throughout, or these five: the whole, then the fragments."
    )
    cursor: str | None = Field(
        None, max_length=20_000, description="`next_cursor` of an answer, alone: the next page of it."
    )

    @model_validator(mode="after")
    def _one_start(self) -> QueryAsked:
        starts = [value for value in (self.item, self.text, self.rgb, self.cursor) if value is not None]
        if len(starts) > 1 or not (starts or self.like):
            raise ValueError("name one of item, text, rgb and cursor, or what to like")
        if self.words is not None and (self.text is not None or self.rgb is not None):
            raise ValueError("words stand beside an item; say it all in text instead")
        if self.cursor is not None and self.model_fields_set != {"cursor"}:
            raise ValueError("a cursor stands alone: it knows what was asked")
        return self


class PairAsked(Asked):
    """Pair songs with pictures, as the options of `emoretrieve pair` say it."""

    source: Modality = Field("audio", alias="from", description="What looks for a partner.")
    method: Literal["hungarian", "greedy", "stable", "argmax"] = "hungarian"
    match: Text = "aligned"
    weights: Weights | None = None
    capacity: int = Field(1, ge=1, le=1_000_000, description="How often a partner may be taken.")
    from_filters: Filters = Field([])
    to_filters: Filters = Field([])
    draws: int = Field(10_000, ge=1, le=100_000, description="Random pairings to hold the pairs against.")
    limit: int | None = Field(None, ge=1, description="Answer with at most this many pairs; null: all.")


class PathsAsked(Asked):
    """Add files and folders that the server can read."""

    paths: list[Annotated[str, Field(min_length=1, max_length=4_096)]] = Field(min_length=1, max_length=1_000)
    modality: Modality | None = Field(None, description="Only songs, or only pictures.")
