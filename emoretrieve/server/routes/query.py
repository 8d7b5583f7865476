"""What feels like this: queries by item, words, colour and upload; pairs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, File, Form, UploadFile
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.responses import Response

from emoretrieve.errors import EmoretrieveError, QueryError
from emoretrieve.library import Library
from emoretrieve.server.asking import JsonObject, Question, pair_options
from emoretrieve.server.house import House
from emoretrieve.server.paging import Described
from emoretrieve.server.routes.parts import Collection, Housed, answered, problems
from emoretrieve.server.uploads import require_files, said_name
from emoretrieve.wire import Answer, Choices, PairAsked, Pairing, QueryAsked

router = APIRouter(prefix="/v1/collections/{collection}", tags=["query"])

_MOST_FILES = 5
_EXAMPLES = {
    "words": {"summary": "Words", "value": {"text": "a quiet rainy evening", "to": "image", "limit": 5}},
    "item": {
        "summary": "An item, other artists first",
        "value": {"item": "0f8fad5b-d9cb-569f-a165-70867728950e", "group_by": "artist", "filters": ["year=1800..1900"]},
    },
    "colour": {"summary": "A colour", "value": {"rgb": [220, 40, 30], "to": "audio"}},
    "several": {
        "summary": "Like these, unlike that",
        "value": {"like": ["0f8fad5b-d9cb-569f-a165-70867728950e"], "unlike": ["7c9e6679-7425-50de-944b-e07fc1f90ae7"]},
    },
    "page": {
        "summary": "The next page",
        "value": {"cursor": "eJyrVkosLs5PzkgsSk1RsqpWKkmtKAGySjLzUouVrJQSlXSUUkA0ABPKDdE"},
    },
}


@router.post("/query", response_model=Answer, responses=problems(409, 501, 502))
async def query(
    house: Housed, collection: Collection, asked: Annotated[QueryAsked, Body(openapi_examples=_EXAMPLES)]
) -> Response:
    """Find what feels like an item, words, a colour, or several items at once.

    `next_cursor` of the answer, sent alone as `cursor`, asks for the next page.
    """
    question = Question.of(asked)
    return answered(await house.asking.run(_answer, house, collection, question))


@router.post("/query/upload", response_model=Answer, responses=problems(409, 415, 501, 502))
async def query_by_upload(
    house: Housed,
    collection: Collection,
    file: Annotated[list[UploadFile], File(description="A song or picture; further ones are liked as well.")],
    choices: Annotated[
        str, Form(description="What to look for, as JSON: the keys of a query but item, text, rgb and cursor.")
    ] = "{}",
) -> Response:
    """Find what feels like a file, which is described as the collection was and not kept."""
    asked = _choices(choices)
    require_files(len(file))
    return answered(await house.describing.run(_answer_upload, house, collection, asked, file[:_MOST_FILES]))


@router.post("/pair", response_model=Pairing, responses=problems())
async def pair(house: Housed, collection: Collection, asked: PairAsked) -> Response:
    """Pair songs with pictures, and say what that is worth. Large collections are for `emoretrieve pair`."""
    return answered(await house.pairing.run(_pair, house, collection, asked))


def _answer(house: House, collection: str, question: Question) -> JsonObject:
    library = house.shelf.get(collection)
    with house.numbers.step("search"):
        return question.answer(library)


def _answer_upload(house: House, collection: str, asked: Choices, files: list[UploadFile]) -> JsonObject:
    library = house.shelf.get(collection)
    described = tuple(_described(house, library, file) for file in files)
    with house.numbers.step("search"):
        return Question(asked, described).answer(library)


def _described(house: House, library: Library, file: UploadFile) -> Described:
    """Raises MediaError, PerceptionError, with the name that the client gave instead of ours."""
    said = said_name(file.filename)
    with house.numbers.step("receive"):
        borrowed = house.uploads.borrowed(file.file, said)
        path = borrowed.__enter__()
    try:
        with house.numbers.step("describe"):
            return Described.of(house.crew.describe(library, path), said)
    except EmoretrieveError as error:
        raise type(error)(str(error).replace(str(path), said), kind=error.kind) from error
    finally:
        borrowed.__exit__(None, None, None)


def _pair(house: House, collection: str, asked: PairAsked) -> JsonObject:
    library, options = house.shelf.get(collection), pair_options(asked)
    sides = [library.count(where) for where in (options.sources, options.targets)]
    if sides[0] * sides[1] > house.settings.pair_cells:
        raise QueryError(
            f"A pairing of {sides[0]:,} and {sides[1]:,} items takes too long here; narrow the sides by filters, or "
            "use 'emoretrieve pair'.",
            kind="too_many_pairs",
        )
    with house.numbers.step("pair"):
        return library.pair(options).to_json(asked.limit)


def _choices(text: str) -> Choices:
    try:
        return Choices.model_validate_json(text)
    except ValidationError as error:
        faults = [{**fault, "loc": ("body", "choices", *fault["loc"])} for fault in error.errors()]
        raise RequestValidationError(faults) from None
