"""From files, ids and words to a query: stored points where the collection has them, else the model that made those."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from emoretrieve.embedding.item_media import media_of
from emoretrieve.errors import MediaError, QueryError
from emoretrieve.item import Item
from emoretrieve.reference import NewFile, Reference, References
from emoretrieve.sphere.opening import open_model
from emoretrieve.sphere.point import SpherePoint
from emoretrieve.sphere.stored import embedding_of, remembered_model, sphere_of, stored_points
from emoretrieve.sphere_search.query import Part, SphereQuery
from emoretrieve.store import Store
from emoretrieve.store.embeddings import require_same_embedder

if TYPE_CHECKING:
    from emoretrieve.sphere.model import SphereModel


class Asker:
    """Makes queries to one collection. The model is loaded when it is first needed: stored points need none."""

    def __init__(self, store: Store, folder: Path | None = None) -> None:
        """`folder` is that of the model; None: where the collection remembers it."""
        self._store = store
        self._folder = folder

    def query(self, refs: Sequence[Reference], texts: Sequence[str]) -> SphereQuery:
        """All of these, multiplied.

        Raises StoreError of kind `no_sphere` and `other_embedder`, QueryError of kind `no_model`, `not_embedded`,
        `empty_words`, `bad_combination` (nothing to ask with) and `opposite_queries`, MissingDependency, and as
        `References.find`, `SphereModel.load` and `SphereModel.embed` do.
        """
        sphere_of(self._store)
        if not refs and not texts:
            raise QueryError("A query needs a file, an id or words; name one.", kind="bad_combination")
        if self._folder is not None:
            self._model  # noqa: B018  another model than that of the collection is refused, needed or not
        return SphereQuery((*map(self._file, refs), *map(self._text, texts)))

    def _text(self, text: str) -> Part:
        if not text.strip():
            raise QueryError("The words of a query are empty; say what to look for.", kind="empty_words")
        return Part("text", self._model.embed("text", [text])[0], text=text)

    def _file(self, ref: Reference) -> Part:
        found = References(self._store).find(ref)
        if isinstance(found, NewFile):
            return self._new(found.path)
        point = stored_points(self._store, [found.id]).get(found.id) or self._embedded(found)
        return Part(found.modality, point, item=found)

    def _new(self, path: Path) -> Part:
        from emoretrieve.media.identify import identify

        media = identify(path)
        if media is None:
            raise MediaError(f"'{path}' is neither a sound nor a picture.", kind="not_media")
        return Part(media.modality, self._model.embed(media.modality, [media])[0], path=path)

    def _embedded(self, item: Item) -> SpherePoint:
        """The point of an item that has none stored, from a file of it."""
        media = media_of(item)
        if media is None:
            raise QueryError(
                f"The item {item.id} has no point on the hypersphere and no file to make one of; ask with another.",
                kind="not_embedded",
            )
        return self._model.embed(item.modality, [media])[0]

    @cached_property
    def _model(self) -> SphereModel:
        folder = self._folder or remembered_model(self._store)
        if folder is None:
            raise QueryError(
                "The collection does not know where its model is; name its folder with --model.", kind="no_model"
            )
        model = open_model(folder)
        require_same_embedder(sphere_of(self._store), embedding_of(model))
        return model
