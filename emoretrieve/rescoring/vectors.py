"""Similarity by the vectors of an embedder: the cosine, in float64, of what the collection keeps."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from emoretrieve.embedding import Embedder, EmbedderSettings, WordsEmbedder, caution_of, modalities_of
from emoretrieve.embedding.registry import embedding_of, open_embedder
from emoretrieve.embedding.remembered import remembered_embedder
from emoretrieve.emotion.vectors import Floats
from emoretrieve.errors import MediaError, QueryError
from emoretrieve.item import MODALITIES, Item
from emoretrieve.media import MediaFile
from emoretrieve.rescoring.similarity import UNKNOWN, Background
from emoretrieve.rescoring.sums import Sums
from emoretrieve.rescoring.vector_moments import chosen_sums, vector_moments
from emoretrieve.search.query import Query
from emoretrieve.store import Store, Where


class VectorSimilarity:
    """Compares the vectors of one embedder. The query's is the stored one, else it is embedded in the same way."""

    def __init__(self, store: Store, name: str) -> None:
        self._store = store
        self._name = name
        store.vectors(self._name, [])  # refuses a name that the collection has no vectors of
        self._query: tuple[Query, Floats] | None = None

    @property
    def caution(self) -> str | None:
        return caution_of(self._store.embeddings[self._name].signature)

    def of(self, query: Query, items: Sequence[Item]) -> list[float | None]:
        vector = self._vector(query)
        ids = [item.id for item in items]
        rows = self._store.vectors(self._name, ids)
        return [float(rows[id] @ vector) if id in rows else None for id in ids]

    def background(self, query: Query, where: Where) -> Background:
        vector = self._vector(query)
        sums = self._sums(vector, where)
        if sums is None:
            return UNKNOWN
        own = self._stored(query)
        searched = own is not None and (where.modality in (None, query.modality)) and self._meets(query, where)
        return (sums.without(float(own @ vector)) if own is not None and searched else sums).background

    def _sums(self, vector: Floats, where: Where) -> Sums | None:
        if where != Where(where.modality):
            return chosen_sums(self._store, self._name, where, vector)
        total = Sums(0, 0.0, 0.0)
        for modality in MODALITIES if where.modality is None else (where.modality,):
            moments = vector_moments(self._store, self._name, modality)
            if moments is None:
                return None
            total += moments.sums(vector)
        return total

    def _meets(self, query: Query, where: Where) -> bool:
        """Whether the query is itself among the items searched."""
        if where == Where(where.modality):
            return True
        return any(query.id in ids for ids, _ in self._store.profiles(where))

    def _stored(self, query: Query) -> Floats | None:
        if not query.indexed or query.id is None:
            return None
        return self._store.vectors(self._name, [query.id]).get(query.id)

    def _vector(self, query: Query) -> Floats:
        """The unit vector of the query, made once."""
        if self._query is None or self._query[0] is not query:
            stored = self._stored(query)
            self._query = (query, self._embedded(query) if stored is None else stored)
        return self._query[1]

    def _embedded(self, query: Query) -> Floats:
        """Embed the query as the collection was; StoreError (`other_embedder`) where that cannot be."""
        media = self._media(query) if query.text is None else None
        embedder = open_embedder(remembered_embedder(self._store, EmbedderSettings(self._name)))
        self._store.add_embedding(embedding_of(self._name, embedder))
        if media and media.modality not in (known := modalities_of(embedder)):
            raise self._not_embedded(f"'{self._name}' has vectors of {known[0]} files and of words only; query by one")
        vector = np.asarray(embedder.embed(media) if media else self._embed_words(embedder, query), np.float64)
        return vector / np.linalg.norm(vector)

    def _embed_words(self, embedder: Embedder, query: Query) -> list[float]:
        if query.text is not None and isinstance(embedder, WordsEmbedder):
            return embedder.embed_words(query.text)
        raise self._not_embedded(f"'{self._name}' embeds no words; query by a file")

    def _media(self, query: Query) -> MediaFile:
        """A file of the query; QueryError (`not_embedded`) where it has none."""
        from emoretrieve.media.identify import identify

        path = next((Path(path) for path in query.paths if Path(path).is_file()), None)
        if path is None:
            raise self._not_embedded(f"the query has no vector '{self._name}' and no file to make one from")
        media = identify(path)
        if media is None:
            raise MediaError(f"'{path}' is neither a sound nor a picture.", kind="not_media")
        return media

    def _not_embedded(self, reason: str) -> QueryError:
        return QueryError(
            f"The shortlist cannot be scored again: {reason}, or use --rescore captions.", kind="not_embedded"
        )
