"""Items: listed, shown, removed, and added by jobs."""

from __future__ import annotations

from itertools import islice
from pathlib import Path as FilePath
from typing import Annotated

from fastapi import APIRouter, File, Query, UploadFile
from starlette.responses import Response

from emoretrieve.errors import RequestError
from emoretrieve.files import lies_within
from emoretrieve.item import Item, Modality
from emoretrieve.search.answer import item_json
from emoretrieve.search.filters import parse_filters
from emoretrieve.server.house import House
from emoretrieve.server.jobs import JsonObject, Order
from emoretrieve.server.routes.collections import Filters
from emoretrieve.server.routes.parts import Collection, Housed, ItemName, answered, problems
from emoretrieve.server.uploads import require_files, said_name
from emoretrieve.store import Store, Where
from emoretrieve.store.description import check_name
from emoretrieve.wire import Deleted, Items, Job, PathsAsked
from emoretrieve.wire import Item as WireItem

router = APIRouter(prefix="/v1/collections/{collection}", tags=["items"])

_CURSOR = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"


@router.get("/items", response_model=Items, responses=problems())
async def items(
    house: Housed,
    collection: Collection,
    modality: Modality | None = None,
    filters: Filters = [],  # noqa: B006  FastAPI copies it
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
    cursor: Annotated[str | None, Query(pattern=_CURSOR, description="`next_cursor` of the page before.")] = None,
) -> Response:
    """The items by ascending id, page by page."""

    def list_items() -> JsonObject:
        store, where = house.shelf.get(collection).store, Where(modality, parse_filters(filters))
        found = _first(store, where, limit + 1, cursor)
        following = {"next_cursor": found[limit].id} if len(found) > limit else {}
        return {"items": [item_json(item) for item in found[:limit]], **following}

    return answered(await house.asking.run(list_items))


@router.get("/items/{item}", response_model=WireItem, responses=problems(409))
async def item(house: Housed, collection: Collection, item: ItemName) -> Response:
    """One item with its colours, captions and metadata."""

    def show() -> JsonObject:
        return item_json(house.shelf.get(collection).stored(item))

    return answered(await house.asking.run(show))


@router.delete("/items/{item}", response_model=Deleted, responses=problems(409, 507))
async def delete(house: Housed, collection: Collection, item: ItemName) -> Response:
    """Remove an item. Its file stays, unless it was uploaded."""

    def remove() -> JsonObject:
        library = house.shelf.get(collection)
        found = library.stored(item)
        with house.numbers.step("delete"):
            deleted = library.store.delete([found.id])
        for path in found.paths:
            house.uploads.discard(path)
        return {"deleted": deleted}

    return answered(await house.asking.run(remove))


@router.post("/items", status_code=202, response_model=Job, responses=problems(415, 507))
async def add_uploads(
    house: Housed,
    collection: Collection,
    file: Annotated[list[UploadFile], File(description="Songs and pictures; repeat the field for several.")],
) -> Response:
    """Add files in the background; the answer is the job. What is acknowledged is on disk, and survives a crash.

    Where there is no such collection, it is made.
    """
    check_name(collection)
    require_files(len(file))

    def keep() -> JsonObject:
        with house.numbers.step("receive"):
            kept = _keep(house, collection, file)
        return house.book.add(Order(collection, kept, tuple(said_name(one.filename) for one in file)))

    return _accepted(house, await house.describing.run(keep))


@router.post("/items/paths", status_code=202, response_model=Job, responses=problems(507))
async def add_paths(house: Housed, collection: Collection, asked: PathsAsked) -> Response:
    """Add files and folders that the server can read, in the background: those below the folders of `allow`."""
    check_name(collection)

    def order() -> JsonObject:
        sources = tuple(_allowed(house, path) for path in asked.paths)
        return house.book.add(Order(collection, sources, tuple(asked.paths), asked.modality))

    return _accepted(house, await house.asking.run(order))


def _accepted(house: House, job: JsonObject) -> Response:
    house.runner.ring()
    return answered(job, 202, {"location": f"/v1/jobs/{job['id']}"})


def _first(store: Store, where: Where, count: int, start: str | None) -> list[Item]:
    found = (item for batch in store.scan(where, batch=count, start=start) for item in batch)
    return list(islice(found, count))


def _keep(house: House, collection: str, files: list[UploadFile]) -> tuple[FilePath, ...]:
    """All of the files, or none: one that is no media takes the others with it."""
    kept: list[FilePath] = []
    try:
        for file in files:
            kept.append(house.uploads.keep(file.file, said_name(file.filename), collection))
    except BaseException:
        for path in kept:
            house.uploads.discard(path)
        raise
    return tuple(kept)


def _allowed(house: House, given: str) -> FilePath:
    """The path itself, which must lead into an allowed folder. Raises RequestError, the same whether it is there."""
    path = FilePath(given)
    if not path.is_absolute() or not lies_within(path, house.settings.allow):
        raise RequestError(
            f"'{given}' is no absolute path below a folder that the setting 'allow' names; upload the file instead.",
            kind="not_allowed",
        )
    if not path.exists():
        raise RequestError(f"There is nothing at '{given}'; check the path.", kind="not_found")
    return path.resolve()
