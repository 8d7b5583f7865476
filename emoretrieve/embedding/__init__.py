"""Embedders: songs, pictures and words as vectors of one space, by which a shortlist is scored again.

The smallest embedder embeds one file at a time (`Embedder`, as plug-ins bring them). One that works on many files at
once is a `BatchEmbedder`, one that takes words a `WordsEmbedder`, one that holds the parts of a song or a picture
against texts a `CaptionEmbedder`, which knows songs or pictures, not both. What made a vector (model, digest of the
weights, version of the preprocessing) is the embedder's signature, which a collection remembers with the vectors.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from emoretrieve.item import MODALITIES, Modality
from emoretrieve.media import MediaFile
from emoretrieve.perception import Embedder

__all__ = [
    "RANDOM_WEIGHTS",
    "BatchEmbedder",
    "CaptionEmbedder",
    "Embedder",
    "EmbedderSettings",
    "ModelInput",
    "TextVectors",
    "WordsEmbedder",
    "caution_of",
    "modalities_of",
]

ModelInput: TypeAlias = NDArray[np.float32]
"""One file as a model takes it; all of one modality have the same shape."""

RANDOM_WEIGHTS = "random weights, which have learnt nothing: these numbers are meaningless"
"""The caution of a model whose settings say that its weights are random."""

_CAUTION = "caution"


@dataclass(frozen=True, slots=True)
class EmbedderSettings:
    """What makes an embedder."""

    name: str
    weights: str | None = None
    """A file, a folder or the id of a repository on the hub; None: as the embedder has it built in."""
    device: str | None = None
    """Such as `cpu` or `cuda:1`; None: a GPU where there is one."""
    accepted: Collection[str] = field(default_factory=frozenset)
    """Embedders whose licence the user accepts."""


@runtime_checkable
class BatchEmbedder(Protocol):
    """An embedder that works on several files at once."""

    @property
    def signature(self) -> Mapping[str, str]: ...

    @property
    def dimension(self) -> int: ...

    def embed(self, media: MediaFile) -> list[float]: ...

    def prepare(self, media: MediaFile) -> ModelInput:
        """Decode a file, in any thread; raises MediaError."""
        ...

    def embed_prepared(self, modality: Modality, inputs: Sequence[ModelInput]) -> list[list[float]]:
        """The vectors of files of one modality; raises PerceptionError where the model fails."""
        ...


@runtime_checkable
class WordsEmbedder(Protocol):
    """An embedder that takes words."""

    def embed_words(self, text: str) -> list[float]:
        """The vector of a query in words."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class TextVectors:
    """Texts as vectors, and what of them the model could read."""

    vectors: NDArray[np.float32]
    """(texts, d), of length 1."""
    tokens: NDArray[np.int64]
    """(texts,), how many each has, with those that the tokenizer adds at its ends."""
    limit: int
    """The most tokens that the model reads of a text; what is beyond is cut off."""

    @property
    def cut(self) -> NDArray[np.bool_]:
        """(texts,), whether the end of each was cut off."""
        return self.tokens > self.limit


@runtime_checkable
class CaptionEmbedder(Protocol):
    """An embedder of one modality that puts its parts and texts into one space."""

    @property
    def modality(self) -> Modality:
        """What it knows beside texts."""
        ...

    @property
    def signature(self) -> Mapping[str, str]: ...

    @property
    def dimension(self) -> int: ...

    def embed(self, media: MediaFile) -> list[float]: ...

    def embed_parts(self, media: MediaFile) -> NDArray[np.float32]:
        """(5, d) of length 1 each, in the order of `emoretrieve.emotion.PARTS`; the first is that of `embed`.

        The same on every call. Raises MediaError, and PerceptionError where the model fails.
        """
        ...

    def embed_texts(self, texts: Sequence[str]) -> TextVectors:
        """At least one text; the same vectors whatever the others are. Raises PerceptionError."""
        ...


def modalities_of(embedder: Embedder) -> tuple[Modality, ...]:
    """What an embedder can embed: songs and pictures, unless it says which of them."""
    return (embedder.modality,) if isinstance(embedder, CaptionEmbedder) else MODALITIES


def caution_of(signature: Mapping[str, str]) -> str | None:
    """What must be said wherever numbers of this embedder are shown, such as that its weights are random."""
    return signature.get(_CAUTION)
