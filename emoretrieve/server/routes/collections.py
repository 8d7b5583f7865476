"""Collections: what there is, what filled it, which values its keys have."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from emoretrieve.item import Modality
from emoretrieve.search.filters import parse_filters
from emoretrieve.server.mapping import emotion_map
from emoretrieve.server.routes.parts import Collection, Housed, answered, problems
from emoretrieve.store import Where
from emoretrieve.wire import EmotionMap, Facets, Opened, Status

router = APIRouter(prefix="/v1/collections", tags=["collections"])

Filters = Annotated[list[str], Query(alias="filter", max_length=50, description="As `--filter` (docs/filters.md).")]


@router.get("", response_model=Status, responses=problems())
async def collections(house: Housed) -> Response:
    """All collections, with the signature of what filled each: the one that the server was started with comes first."""
    return answered(await house.asking.run(house.shelf.status))


@router.get("/{collection}", response_model=Opened, responses=problems())
async def collection(house: Housed, collection: Collection) -> Response:
    """One collection: its size and the signature of what filled it."""
    return answered(await house.asking.run(house.shelf.opened, collection))


@router.get("/{collection}/facets/{key}", response_model=Facets, responses=problems())
async def facets(
    house: Housed,
    collection: Collection,
    key: Annotated[str, Path(min_length=1, max_length=255, examples=["artist"])],
    modality: Modality | None = None,
    filters: Filters = [],  # noqa: B006  FastAPI copies it
    limit: Annotated[int, Query(ge=1, le=10_000)] = 20,
) -> Response:
    """The values of a key of the metadata, or of `mood`, and how many items have each."""

    def count() -> dict[str, object]:
        where = Where(modality, parse_filters(filters))
        return house.shelf.get(collection).facets(key, where, limit=limit).to_json()

    return answered(await house.asking.run(count))


@router.get("/{collection}/map", response_model=EmotionMap, responses=problems())
async def map_of_emotions(
    house: Housed,
    collection: Collection,
    modality: Annotated[Modality, Query(description="Songs and pictures have a map each.")],
    filters: Filters = [],  # noqa: B006  FastAPI copies it
) -> Response:
    """Where the items of one kind lie between excitement, calmness and sadness.

    Up to a thousand items have a mark each; of more, hexagons with their counts.
    """

    def locate() -> dict[str, object]:
        where = Where(modality, parse_filters(filters))
        with house.numbers.step("map"):
            return emotion_map(house.shelf.get(collection).store, modality, where)

    return answered(await house.pairing.run(locate))
