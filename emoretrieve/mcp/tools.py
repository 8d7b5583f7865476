"""The tools: search by mood, item and colour, explain a match, look at items, values and the collection."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Annotated, Literal, ParamSpec, TypeAlias, TypeVar

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import CallToolResult, TextContent, ToolAnnotations
from pydantic import Field, ValidationError

from emoretrieve import __version__
from emoretrieve.errors import EmoretrieveError, QueryError
from emoretrieve.item import Modality
from emoretrieve.mcp.backend import Backend
from emoretrieve.mcp.said import answer_text, explanation_text, facets_text, item_text, status_text
from emoretrieve.wire import Answer, Facets, Item, Opened, QueryAsked, Shape

INSTRUCTIONS = """\
Finds the artworks that a song feels like, and the songs that an artwork feels like. Items have colours of emotion: \
R excitement, G calmness, B sadness, each 0 to 255, of the whole and of four fragments.
A score is a cosine of such colours, and random items score high too: report it with `chance` (what a random item \
scores) and `p` (the share of random profiles whose best match is at least as good). A result with a large p is no find.
Captions and colours were made by models or by rules, as `collection_status` says; they are no measurement of what \
people feel."""

_MOST_LOOKED_AT = 10_000
_PAGE = 1_000

Parameters = ParamSpec("Parameters")
Told = TypeVar("Told", bound=Shape)
Target: TypeAlias = Annotated[
    Literal["audio", "image", "any"] | None,
    Field(description="What to look for. By default the other modality; for words and colours, image."),
]
Limit: TypeAlias = Annotated[int, Field(ge=1, le=100, description="At most this many results.")]
Filters: TypeAlias = Annotated[
    list[str] | None,
    Field(description="Only items with this metadata, such as 'artist=Monet' or 'year=1850..1900'; see list_facets."),
]
Match: TypeAlias = Annotated[
    str, Field(description="How to compare: aligned, whole, fragments, fragment:1 to fragment:4, concat.")
]
Cursor: TypeAlias = Annotated[
    str | None, Field(description="next_cursor of an answer, with nothing else: the next page of it.")
]
ItemRef: TypeAlias = Annotated[str, Field(description="The id of an item, as search results have it.")]
Colours: TypeAlias = Annotated[
    list[int],
    Field(
        min_length=3,
        max_length=15,
        description="Excitement, calmness, sadness, 0 to 255; 3 numbers, or 15: the whole, then the four fragments.",
    ),
]


def create_server(backend: Backend) -> MCPServer:
    """An MCP server whose tools ask this collection. None of them changes anything."""
    server = MCPServer("emoretrieve", instructions=INSTRUCTIONS, version=__version__, log_level="WARNING")
    tools = Tools(backend)
    annotations = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
    for tool in (
        tools.search_by_mood,
        tools.search_by_item,
        tools.search_by_colour,
        tools.explain_match,
        tools.get_item,
        tools.list_facets,
        tools.collection_status,
    ):
        server.tool(annotations=annotations)(_spoken(tool))
    return server


class Tools:
    """What each tool does, on one collection. The docstrings are what a language model reads."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def search_by_mood(
        self,
        text: Annotated[str | None, Field(description="How it should feel, such as 'a quiet rainy evening'.")] = None,
        to: Target = None,
        limit: Limit = 10,
        filters: Filters = None,
        match: Match = "aligned",
        cursor: Cursor = None,
    ) -> Annotated[CallToolResult, Answer]:
        """Find the pictures or songs that feel like some words."""
        if cursor is not None:
            if text is not None:
                raise QueryError("A cursor stands alone: it knows what was asked.", kind="bad_combination")
            return self._found(cursor=cursor)
        if text is None:
            raise QueryError("Say how it should feel as text, or give the cursor of a page.", kind="bad_combination")
        return self._found(text=text, to=to, limit=limit, filters=filters or [], match=match)

    def search_by_item(
        self,
        item: ItemRef,
        to: Target = None,
        limit: Limit = 10,
        filters: Filters = None,
        match: Match = "aligned",
        like: Annotated[list[str] | None, Field(description="Ids of items that it should feel like as well.")] = None,
        unlike: Annotated[list[str] | None, Field(description="Ids of items that it should not feel like.")] = None,
    ) -> Annotated[CallToolResult, Answer]:
        """Find what feels like an item of the collection: pictures for a song, songs for a picture."""
        examples = {"like": like or [], "unlike": unlike or []}
        return self._found(item=item, to=to, limit=limit, filters=filters or [], match=match, **examples)

    def search_by_colour(
        self,
        rgb: Colours,
        to: Target = None,
        limit: Limit = 10,
        filters: Filters = None,
        match: Match = "aligned",
    ) -> Annotated[CallToolResult, Answer]:
        """Find what has an emotion colour: excitement, calmness, sadness."""
        return self._found(rgb=_triples(rgb), to=to, limit=limit, filters=filters or [], match=match)

    def explain_match(
        self, item: ItemRef, result: ItemRef, match: Match = "aligned"
    ) -> Annotated[CallToolResult, Answer]:
        """Say how the score of one result of an item came about: its rank, each part and each axis, beside chance."""
        found = self._backend.item(result)
        start = QueryAsked.model_validate({"item": item, "to": found.modality, "limit": _PAGE, "match": match})
        rank = self._rank(start, found.id)
        one = start.model_copy(update={"offset": rank - 1, "limit": 1, "explain": True})
        return _said(self._backend.query(one), explanation_text)

    def get_item(self, item: ItemRef) -> Annotated[CallToolResult, Item]:
        """Show an item: captions, colours, metadata, files."""
        return _said(self._backend.item(item), item_text)

    def list_facets(
        self,
        key: Annotated[str, Field(description="A key of the metadata, such as artist or year, or 'mood'.")] = "mood",
        modality: Annotated[Modality | None, Field(description="Only songs, or only pictures.")] = None,
        filters: Filters = None,
        limit: Annotated[int, Field(ge=1, le=1_000, description="At most this many values.")] = 20,
    ) -> Annotated[CallToolResult, Facets]:
        """List the values of a key, each with how many items have it and the filter that chooses them."""
        return _said(self._backend.facets(key, modality, filters or [], limit), facets_text)

    def collection_status(self) -> Annotated[CallToolResult, Opened]:
        """Say what the collection holds and which models or rules described it."""
        return _said(self._backend.status(), status_text)

    def _found(self, **asked: object) -> CallToolResult:
        return _said(self._backend.query(QueryAsked.model_validate(asked)), answer_text)

    def _rank(self, start: QueryAsked, wanted: str) -> int:
        """Page by page; raises QueryError of kind `not_a_match`."""
        for offset in range(0, _MOST_LOOKED_AT, _PAGE):
            page = self._backend.query(start.model_copy(update={"offset": offset}))
            for result in page.results:
                if result.id == wanted:
                    return result.rank
            if page.next_cursor is None:
                break
        raise QueryError(
            f"The item {wanted} is not among the {_MOST_LOOKED_AT:,} best matches of {start.item}, so there is nothing "
            "to explain.",
            kind="not_a_match",
        )


def _triples(rgb: list[int]) -> list[int] | list[list[int]]:
    if len(rgb) not in (3, 15):
        raise QueryError(f"A colour has 3 numbers, five colours have 15, and these are {len(rgb)}.", kind="bad_colour")
    return rgb if len(rgb) == 3 else [rgb[start : start + 3] for start in range(0, 15, 3)]


def _said(shape: Told, text: Callable[[Told], str]) -> CallToolResult:
    """The text for the model, the whole object for programs."""
    return CallToolResult(content=[TextContent(type="text", text=text(shape))], structured_content=shape.as_json())


def _spoken(tool: Callable[Parameters, CallToolResult]) -> Callable[Parameters, CallToolResult]:
    """The tool, with errors as one sentence and its kind, which the model reads."""

    @wraps(tool)
    def spoken(*args: Parameters.args, **kwargs: Parameters.kwargs) -> CallToolResult:
        try:
            return tool(*args, **kwargs)
        except EmoretrieveError as error:
            raise ToolError(f"{error} (kind: {error.kind})") from error
        except ValidationError as error:
            first = error.errors()[0]
            at = ".".join(map(str, first["loc"])) or "request"
            raise ToolError(f"{at}: {first['msg']} (kind: bad_request)") from error

    return spoken
