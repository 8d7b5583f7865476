"""Work in the background of a server."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from emoretrieve.wire.index import Index
from emoretrieve.wire.shape import Shape

JobState = Literal["queued", "running", "done", "failed", "cancelled"]
OVER: tuple[JobState, ...] = ("done", "failed", "cancelled")


class JobProgress(Shape):
    """Where a job is: numbers of files."""

    found: int = Field(description="Files found so far.")
    done: int = Field(description="Files that are dealt with: stored, unchanged, skipped or failed.")
    failed: int


class JobProblem(Shape):
    """Why a job failed as a whole."""

    error: str
    kind: str


class Job(Shape):
    """Files that are being added to a collection.

    An acknowledged job survives the end of the server: the next one does it again, and items that are there already
    are not described anew.
    """

    id: str
    collection: str
    state: JobState
    paths: list[str] = Field(description="What is added; uploads by the names that they came with.")
    created: str = Field(description="ISO 8601, UTC.")
    started: str | None
    finished: str | None
    progress: JobProgress
    report: Index | None = Field(description="What was done, once the job is over; null before, and where it failed.")
    problem: JobProblem | None = Field(description="Of a failed job.")


class Jobs(Shape):
    """The newest first."""

    jobs: list[Job]
