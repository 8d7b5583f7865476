"""What a server says of itself."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from emoretrieve.wire.shape import Shape


class Health(Shape):
    """Whether the server lives."""

    status: Literal["ok"]
    version: str


class Readiness(Shape):
    """Whether the server takes queries."""

    status: Literal["ready", "not ready"]
    reason: str | None = Field(description="Why not.")


class StepCosts(Shape):
    """What one step of answering came to since the server started."""

    step: str
    count: int
    seconds: float
    mean_ms: float
    p50_ms: float = Field(description="An upper bound: the limit of the histogram's bucket.")
    p99_ms: float = Field(description="Likewise.")


class CostSummary(Shape):
    """What answering came to, step by step."""

    since: str = Field(description="ISO 8601, UTC.")
    requests: int
    failures: int = Field(description="Answers of status 500 and above.")
    refused: int = Field(description="Answers of status 429 and 503.")
    cache_hits: int
    cache_misses: int
    steps: list[StepCosts]
