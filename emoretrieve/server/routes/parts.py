"""What several routes need: answers, documented problems, names in paths."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Path
from pydantic_core import to_json
from starlette.responses import Response

from emoretrieve.server.house import House, house
from emoretrieve.wire import Problem
from emoretrieve.wire.problem import MEDIA_TYPE

Housed = Annotated[House, Depends(house)]
Collection = Annotated[str, Path(min_length=1, max_length=255, examples=["default"], description="Or an alias of it.")]
ItemName = Annotated[
    str,
    Path(
        min_length=1,
        max_length=1000,
        description="Its id, or the name of an item without media.",
        examples=["0f8fad5b-d9cb-569f-a165-70867728950e"],
    ),
]

_MEANING = {
    400: "The request cannot be understood.",
    401: "A key is wanted (`no_key`).",
    403: "The key, the path or the origin may not (`wrong_role`, `not_allowed`).",
    404: "There is no such collection, item or job.",
    405: "Not with this method.",
    408: "The body did not come in time (`body_timeout`).",
    409: "It cannot be done as things are.",
    413: "Too large or too long (`body_too_large`, `too_large`, `too_long`).",
    415: "Neither a sound nor a picture that is read here.",
    416: "No such range.",
    422: "A value makes no sense, or a file cannot be described; `kind` says which and why.",
    429: "Too many requests (`too_many_requests`, `too_many_guesses`); Retry-After says when.",
    500: "A failure of the server or its collection (`internal_error`, `corrupt`, `store`).",
    501: "A program or library is not installed (`missing_dependency`).",
    502: "A server of models failed.",
    503: "No room, or not now (`overloaded`, `shutting_down`, `locked`); Retry-After says when.",
    504: "It took too long (`too_slow`).",
    507: "The disk is full.",
}
_EVERYWHERE = (400, 401, 403, 404, 405, 408, 413, 422, 429, 500, 503, 504)


def problems(*more: int) -> dict[int | str, dict[str, Any]]:
    """The documented problems of a route, as FastAPI takes them: those of all routes and these."""
    content = {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{Problem.__name__}"}}}
    return {status: {"description": _MEANING[status], "content": content} for status in sorted({*_EVERYWHERE, *more})}


def answered(body: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """An object as JSON. It has the shape that the route documents: tests hold it to that, not every request."""
    return Response(to_json(body), status, headers, "application/json")
