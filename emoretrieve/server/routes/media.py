"""Pictures to look at and sounds to play."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response

from emoretrieve.errors import EmoretrieveError, MediaError, RequestError
from emoretrieve.item import Item
from emoretrieve.server.house import House
from emoretrieve.server.previews import file_of
from emoretrieve.server.ranges import ranged, require_range
from emoretrieve.server.routes.parts import Collection, Housed, ItemName, problems

router = APIRouter(prefix="/v1/collections/{collection}", tags=["media"])

_FOR_GOOD = "private, max-age=86400, immutable"
"""An id is made of the bytes of the file."""


@router.get(
    "/items/{item}/thumbnail",
    response_class=Response,
    responses={200: {"content": {"image/jpeg": {}}, "description": "A JPEG."}, **problems(409, 415)},
)
async def thumbnail(
    house: Housed,
    collection: Collection,
    item: ItemName,
    request: Request,
    size: Annotated[int, Query(ge=16, le=1024, description="Pixels of the longer side, at most.")] = 320,
) -> Response:
    """A picture made small, as a JPEG."""
    found = await house.asking.run(_item, house, collection, item)
    _require(found, "image", "a picture")
    headers = {"etag": f'"{found.id}-{size}"', "cache-control": _FOR_GOOD}
    if headers["etag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    data = await house.describing.run(_preview, house, found, size)
    return Response(data, headers=headers, media_type="image/jpeg")


@router.get(
    "/items/{item}/audio",
    response_class=Response,
    responses={
        200: {"content": {"audio/*": {}}, "description": "The file, or an excerpt as MP3."},
        206: {"content": {"audio/*": {}}, "description": "The range of it that was asked for."},
        **problems(409, 415, 416),
    },
)
async def audio(house: Housed, collection: Collection, item: ItemName, request: Request) -> Response:
    """A song to play: the file as it is where browsers play its format, else half a minute as MP3. Takes ranges."""
    found = await house.asking.run(_item, house, collection, item)
    _require(found, "audio", "a song")
    headers = {"etag": f'"{found.id}"', "cache-control": _FOR_GOOD}
    kind, path = await house.asking.run(_playable, found)
    if kind is not None:
        request.scope["headers"] = require_range(request.headers, Path(path).stat().st_size).raw
        return FileResponse(path, media_type=kind, headers=headers)
    data = await house.describing.run(_preview, house, found, 0)
    return ranged(data, "audio/mpeg", Headers(scope=request.scope), headers)


def _item(house: House, collection: str, item: str) -> Item:
    return house.shelf.get(collection).stored(item)


def _require(item: Item, modality: str, noun: str) -> None:
    if item.modality != modality:
        raise RequestError(f"The item {item.id} is not {noun}.", kind="no_file_left")


def _preview(house: House, item: Item, size: int) -> bytes:
    def make() -> bytes:
        path = file_of(item)
        with house.numbers.step("preview"):
            try:
                return house.crew.preview(path, item.modality, size)
            except EmoretrieveError as error:
                raise type(error)(str(error).replace(str(path), item.id), kind=error.kind) from error

    return house.previews.get(f"{item.id}-{size}", make)


def _playable(item: Item) -> tuple[str | None, str]:
    """The media type of a file that browsers play, and its path."""
    from emoretrieve.media.identify import identify
    from emoretrieve.media.preview import PLAYED_BY_BROWSERS

    path = file_of(item)
    try:
        media = identify(path)
    except MediaError:
        return None, str(path)
    return (PLAYED_BY_BROWSERS.get(media.format) if media else None), str(path)
