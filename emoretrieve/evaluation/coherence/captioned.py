"""The items of a collection whose file and captions are there, as vectors of both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emoretrieve.embedding import CaptionEmbedder, TextVectors
from emoretrieve.embedding.item_media import media_of
from emoretrieve.embedding.kept_vectors import KeptVectors, key_of
from emoretrieve.errors import MediaError, MissingDependency, PerceptionError
from emoretrieve.item import Item
from emoretrieve.media import MediaFile
from emoretrieve.pairing.methods import OnProgress
from emoretrieve.store import Store, Where

PARTS = 5
TOGETHER = 5
"""The place of the text behind the captions of the parts: those of the four fragments, one after another."""


@dataclass(frozen=True, slots=True)
class Unread:
    """An item that could not be embedded."""

    path: str
    reason: str
    kind: str

    def to_json(self) -> dict[str, object]:
        return {"path": self.path, "reason": self.reason, "kind": self.kind}


@dataclass(frozen=True, slots=True, eq=False)
class Captioned:
    """Items in the order of their ids, all vectors of length 1."""

    media: NDArray[np.float32]
    """(n, 5, d), of the whole and its four fragments."""
    texts: NDArray[np.float32]
    """(n, 6, d), of their captions, and of those of the fragments together."""
    tokens: NDArray[np.int64]
    """(n, 6)"""
    limit: int
    """Tokens that the model reads of a text; 0 where there is no item."""
    without_file: int
    without_caption: int
    """Items that have a file and lack one of the five captions, such as those whose colours were given."""
    failed: tuple[Unread, ...]

    @classmethod
    def read(
        cls, store: Store, embedder: CaptionEmbedder, kept: KeptVectors, on_progress: OnProgress = lambda *_: None
    ) -> Captioned:
        """Embed what was not kept of an earlier time, and keep it, item by item.

        Raises PerceptionError where the model fails, StoreError (`kept_vectors`).
        """
        reading = _Reading(embedder, kept)
        where = Where(embedder.modality)
        total = store.count(where)
        for item in (item for batch in store.scan(where) for item in batch):
            reading.take(item)
            on_progress(f"{embedder.modality} and captions", reading.seen, total)
        return reading.result()


class _Reading:
    """One run over a collection."""

    def __init__(self, embedder: CaptionEmbedder, kept: KeptVectors) -> None:
        self._embedder = embedder
        self._kept = kept
        self._signature = dict(embedder.signature)
        self._media: list[NDArray[np.float32]] = []
        self._texts: list[TextVectors] = []
        self._without_file = 0
        self._without_caption = 0
        self._failed: list[Unread] = []
        self.seen = 0

    def take(self, item: Item) -> None:
        """Embed an item, or count why it cannot be."""
        self.seen += 1
        path = item.paths[0] if item.paths else item.id
        try:
            media = media_of(item)
            if media is None:
                self._without_file += 1
            elif not all(caption.strip() for caption in item.captions.parts):
                self._without_caption += 1
            else:
                self._media.append(self._parts(item, media))
                self._texts.append(self._captions(item))
        except (MediaError, MissingDependency) as error:  # such as ffmpeg, which only some files need
            self._failed.append(Unread(path, str(error), error.kind))

    def result(self) -> Captioned:
        width = self._embedder.dimension
        return Captioned(
            np.array(self._media, np.float32).reshape(-1, PARTS, width),
            np.array([one.vectors for one in self._texts], np.float32).reshape(-1, PARTS + 1, width),
            np.array([one.tokens for one in self._texts], np.int64).reshape(-1, PARTS + 1),
            self._texts[0].limit if self._texts else 0,
            self._without_file,
            self._without_caption,
            tuple(self._failed),
        )

    def _parts(self, item: Item, media: MediaFile) -> NDArray[np.float32]:
        """(5, d)"""
        key = key_of(self._signature, "parts", item.sha256)
        found = self._kept.find(key)
        if found is not None and _shape(found, "vectors") == (PARTS, self._embedder.dimension):
            return found["vectors"].astype(np.float32)
        vectors = _finite(self._embedder.embed_parts(media))
        self._kept.put(key, {"vectors": vectors})
        return vectors

    def _captions(self, item: Item) -> TextVectors:
        """(6, d)"""
        texts = [*item.captions.parts, " ".join(item.captions.fragments)]
        key = key_of(self._signature, "texts", texts)
        found = self._kept.find(key)
        if found is not None and _shape(found, "vectors") == (len(texts), self._embedder.dimension):
            return TextVectors(found["vectors"], found["tokens"], int(found["limit"]))
        made = self._embedder.embed_texts(texts)
        _finite(made.vectors)
        self._kept.put(key, {"vectors": made.vectors, "tokens": made.tokens, "limit": np.array(made.limit)})
        return made


def _finite(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    if not np.isfinite(vectors).all():
        raise PerceptionError("The embedder gave vectors that are not finite; look at its weights.", kind="bad_vector")
    return vectors


def _shape(found: Mapping[str, NDArray[np.float32]], name: str) -> tuple[int, ...]:
    return found[name].shape if name in found else ()
