"""Where the tools get their answers from: a collection of this process, or a running server."""

from __future__ import annotations

from typing import Protocol

from emoretrieve.item import Modality
from emoretrieve.library import Library
from emoretrieve.search.answer import item_json
from emoretrieve.search.filters import parse_filters
from emoretrieve.server.asking import Question
from emoretrieve.store import Where
from emoretrieve.wire import Answer, Facets, Item, Opened, QueryAsked


class Backend(Protocol):
    """One collection. Every call raises EmoretrieveError as the command line would; calls come from several threads."""

    def query(self, asked: QueryAsked) -> Answer: ...

    def item(self, ref: str) -> Item:
        """The item of an id or, where it has no file, a name."""
        ...

    def facets(self, key: str, modality: Modality | None, filters: list[str], limit: int) -> Facets: ...

    def status(self) -> Opened: ...


class LibraryBackend:
    """A collection that this process holds."""

    def __init__(self, library: Library, collection: str) -> None:
        self._library = library
        self._collection = collection

    def query(self, asked: QueryAsked) -> Answer:
        return Answer.model_validate(Question.of(asked).answer(self._library))

    def item(self, ref: str) -> Item:
        return Item.model_validate(item_json(self._library.stored(ref)))

    def facets(self, key: str, modality: Modality | None, filters: list[str], limit: int) -> Facets:
        found = self._library.facets(key, Where(modality, parse_filters(filters)), limit=limit)
        return Facets.model_validate(found.to_json())

    def status(self) -> Opened:
        return Opened.model_validate({"name": self._collection, **self._library.status().to_json()})
