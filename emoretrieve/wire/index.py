"""What a run of the indexer did."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from emoretrieve.wire.shape import Shape


class FailedFile(Shape):
    """A file that could not be used."""

    path: str
    error: str = Field(description="One sentence.")
    kind: str = Field(description="A stable name.")
    answer: str | None = Field(None, description="What a model answered, where that is the trouble.")


class StageSeconds(Shape):
    """Wall-clock seconds in which at least one file was in the stage; stages overlap, so they do not add up."""

    find: float
    examine: float
    prepare: float
    caption: float
    colour: float
    store: float


class ModelCosts(Shape):
    """What one role of models cost."""

    items: int
    requests: int
    recalled: int
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    seconds: float
    prompt_tokens_per_item: float
    completion_tokens_per_item: float


class IndexCosts(Shape):
    """What a run cost."""

    seconds: StageSeconds
    models: dict[Literal["audio", "image", "colour"], ModelCosts]


class Index(Shape):
    """Counts of items; `skipped` counts files."""

    indexed: int
    unchanged: int
    removed: int
    skipped: int
    failed: list[FailedFile]
    seconds: float
    costs: IndexCosts
