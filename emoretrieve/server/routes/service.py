"""How the server is."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from emoretrieve import __version__
from emoretrieve.errors import EmoretrieveError, StoreError
from emoretrieve.server.house import House
from emoretrieve.server.routes.parts import Housed, answered, problems
from emoretrieve.wire import CostSummary, Health, Readiness

router = APIRouter(tags=["service"])


@router.get("/healthz", response_model=Health)
async def health() -> Response:
    """Whether the process lives."""
    return answered({"status": "ok", "version": __version__})


@router.get("/readyz", response_model=Readiness, responses={503: {"model": Readiness, "description": "Not ready."}})
async def ready(house: Housed) -> Response:
    """Whether queries are taken: the collection is open, or can be made, and there is room."""
    reason = "enough to do" if house.asking.is_full else await house.asking.run(_unready, house)
    body = {"status": "not ready" if reason else "ready", "reason": reason}
    return answered(body, 503 if reason else 200, {"retry-after": "1"} if reason else None)


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {}}, "description": "Numbers for Prometheus."}, **problems()},
)
async def metrics(house: Housed) -> Response:
    """Numbers in the text format of Prometheus."""
    return Response(house.numbers.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


@router.get("/v1/costs", response_model=CostSummary, responses=problems())
async def costs(house: Housed) -> Response:
    """What answering came to since the start, step by step."""
    return answered(house.numbers.summary())


def _unready(house: House) -> str | None:
    try:
        house.shelf.get(house.settings.collection)
    except StoreError as error:
        return None if error.kind == "no_collection" else str(error)
    except EmoretrieveError as error:
        return str(error)
    return None
