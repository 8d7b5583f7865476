"""Features of the project's embedders: ImageBind, PE-AV, CLAP, CLIP, SigLIP, and those that plug-ins bring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from emoretrieve.embedding import CaptionEmbedder, Embedder, EmbedderSettings, WordsEmbedder, modalities_of
from emoretrieve.embedding.batch import embed_files
from emoretrieve.embedding.registry import open_embedder
from emoretrieve.errors import EmoretrieveError
from emoretrieve.media import MediaFile
from emoretrieve.sphere.features import ExtractorSettings, Features, Input
from emoretrieve.sphere.modality import Modality


def open_extractor(settings: ExtractorSettings) -> EmbedderExtractor:
    """Raises what `open_embedder` raises, such as PerceptionError (`licence_not_accepted`)."""
    asked = EmbedderSettings(settings.name, settings.weights, settings.device, settings.accepted)
    return EmbedderExtractor(settings.name, open_embedder(asked))


class EmbedderExtractor:
    """The vectors of an embedder as features."""

    def __init__(self, name: str, embedder: Embedder) -> None:
        self.name = name
        self._embedder = embedder

    @property
    def modalities(self) -> frozenset[Modality]:
        takes_words = isinstance(self._embedder, CaptionEmbedder | WordsEmbedder)
        words: tuple[Modality, ...] = ("text",) if takes_words else ()
        return frozenset([*modalities_of(self._embedder), *words])

    def signature(self, modality: Modality) -> Mapping[str, str]:  # noqa: ARG002  one model, whatever is embedded
        return {"extractor": self.name, **self._embedder.signature}

    def dimension(self, modality: Modality) -> int:  # noqa: ARG002  likewise
        return self._embedder.dimension

    def extract(self, modality: Modality, inputs: Sequence[Input]) -> Features:
        rows = self._texts(inputs) if modality == "text" else self._files(inputs)
        return np.asarray(rows, np.float32).reshape(len(inputs), self._embedder.dimension)

    def _files(self, inputs: Sequence[Input]) -> list[list[float]]:
        files = [one for one in inputs if isinstance(one, MediaFile)]
        rows: list[list[float]] = []
        for outcome in embed_files(self._embedder, files):
            if isinstance(outcome, EmoretrieveError):
                raise outcome
            rows.append(outcome)
        return rows

    def _texts(self, inputs: Sequence[Input]) -> list[list[float]]:
        texts = [str(one) for one in inputs]
        if isinstance(self._embedder, CaptionEmbedder):
            vectors: list[list[float]] = self._embedder.embed_texts(texts).vectors.tolist() if texts else []
            return vectors
        return [self._embedder.embed_words(text) for text in texts] if isinstance(self._embedder, WordsEmbedder) else []
