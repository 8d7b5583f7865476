"""Embedders: songs, pictures and words as vectors of one space, by which a shortlist is scored again.

The smallest embedder embeds one file at a time (`Embedder`, as plug-ins bring them). One that works on many files at
once is a `BatchEmbedder`, one that takes words a `WordsEmbedder`. What made a vector (model, digest of the weights,
version of the preprocessing) is the embedder's signature, which a collection remembers with the vectors.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from emoretrieve.item import Modality
from emoretrieve.media import MediaFile
from emoretrieve.perception import Embedder

__all__ = ["BatchEmbedder", "Embedder", "EmbedderSettings", "ModelInput", "WordsEmbedder", "caution_of"]

ModelInput: TypeAlias = NDArray[np.float32]
"""One file as a model takes it; all of one modality have the same shape."""

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


def caution_of(signature: Mapping[str, str]) -> str | None:
    """What must be said wherever numbers of this embedder are shown, such as that its weights are random."""
    return signature.get(_CAUTION)
