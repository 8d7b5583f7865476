"""Jobs: what is being added."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from emoretrieve.server.routes.parts import Housed, answered, problems
from emoretrieve.wire import Job, Jobs

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])

JobId = Annotated[str, Path(min_length=1, max_length=64, examples=["5f0c9c1e9f0b4d3f8f4e6a1f0f2b7c11"])]


@router.get("", response_model=Jobs, responses=problems())
async def jobs(house: Housed, limit: Annotated[int, Query(ge=1, le=1_000)] = 100) -> Response:
    """The newest jobs."""
    return answered({"jobs": await house.asking.run(house.book.list, limit)})


@router.get("/{job}", response_model=Job, responses=problems())
async def job(house: Housed, job: JobId) -> Response:
    """Where a job is, and what came of it."""
    return answered(await house.asking.run(house.book.get, job))


@router.post("/{job}/cancel", response_model=Job, responses=problems(409))
async def cancel(house: Housed, job: JobId) -> Response:
    """Cancel a job. A running one ends within a moment; what it stored stays."""
    return answered(await house.asking.run(house.runner.cancel, job))
