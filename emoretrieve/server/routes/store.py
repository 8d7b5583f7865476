"""The store of a collection, for other processes of emoretrieve: `--server URL` of the command line."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body
from starlette.responses import Response

from emoretrieve.server import remote
from emoretrieve.server.routes.parts import Collection, Housed, answered, problems
from emoretrieve.store.description import check_name
from emoretrieve.wire.store import Make, StoreAnswer, StoreRead, StoreWrite

router = APIRouter(prefix="/v1/collections/{collection}/store", tags=["store"])


@router.post("/read", response_model=StoreAnswer, responses=problems())
async def read(house: Housed, collection: Collection, asked: Annotated[StoreRead, Body()]) -> Response:
    """A call that changes nothing. Calls may change with the version; programs use the other routes."""

    def call() -> object:
        with house.numbers.step("store"):
            return remote.read(house.shelf.get(collection).store, asked)

    return answered({"answer": await house.asking.run(call)})


@router.post("/write", response_model=StoreAnswer, responses=problems(409, 507))
async def write(house: Housed, collection: Collection, asked: Annotated[StoreWrite, Body()]) -> Response:
    """A call that writes. Acknowledged, it survives a killed server."""
    check_name(collection)

    def call() -> object:
        shelf = house.shelf
        library = shelf.get_or_make(collection) if isinstance(asked, Make) else shelf.get(collection)
        with house.numbers.step("store"):
            return remote.write(library.store, asked, house.settings.allow, house.uploads)

    return answered({"answer": await house.asking.run(call)})
