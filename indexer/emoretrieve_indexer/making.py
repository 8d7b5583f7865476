"""What makes the vectors of an embedding run: an embedder, or a model of the hypersphere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from emoretrieve.embedding import Embedder, EmbedderSettings, modalities_of
from emoretrieve.embedding.batch import embed_files
from emoretrieve.embedding.registry import embedding_of, open_embedder
from emoretrieve.embedding.remembered import remember_embedder, remembered_embedder
from emoretrieve.errors import EmoretrieveError
from emoretrieve.item import MODALITIES, Modality
from emoretrieve.media import MediaFile
from emoretrieve.rescoring.vector_moments import refresh_vector_moments
from emoretrieve.store import Embedding, Store

if TYPE_CHECKING:
    from emoretrieve.sphere.model import SphereModel
    from emoretrieve.sphere.point import SpherePoint

Made = TypeVar("Made")
"""What stands for one item."""


class Making(Protocol[Made]):
    """Makes what is stored of each item under one name."""

    @property
    def embedding(self) -> Embedding:
        """Its name and what makes it."""
        ...

    @property
    def modalities(self) -> tuple[Modality, ...]:
        """Of the items that it can be made of."""
        ...

    def make(self, files: Sequence[MediaFile]) -> Sequence[Made | EmoretrieveError]:
        """The outcome of each file, in order; raises what is wrong with the model rather than with a file."""
        ...

    def write(self, store: Store, made: Mapping[str, Made]) -> int:
        """Store what was made, by the ids of the items; the number of those that are there."""
        ...

    def remember(self, store: Store) -> None:
        """Let the collection remember how to make it of a query."""
        ...

    def refresh(self, store: Store) -> None:
        """Bring up to date what is derived of it."""
        ...


class EmbedderMaking:
    """Vectors of an embedder, for rescoring."""

    def __init__(self, store: Store, settings: EmbedderSettings) -> None:
        self._settings = remembered_embedder(store, settings)
        self._embedder: Embedder = open_embedder(self._settings)

    @cached_property
    def embedding(self) -> Embedding:
        return embedding_of(self._settings.name, self._embedder)

    @property
    def modalities(self) -> tuple[Modality, ...]:
        return tuple(modalities_of(self._embedder))

    def make(self, files: Sequence[MediaFile]) -> Sequence[list[float] | EmoretrieveError]:
        return embed_files(self._embedder, files)

    def write(self, store: Store, made: Mapping[str, list[float]]) -> int:
        return store.set_vectors(self._settings.name, made)

    def remember(self, store: Store) -> None:
        remember_embedder(store, self._settings)

    def refresh(self, store: Store) -> None:
        refresh_vector_moments(store, self._settings.name)


@dataclass(frozen=True)
class SphereMaking:
    """Points on the hypersphere, to be searched by."""

    folder: Path
    """Of the model."""
    device: str | None = None

    @cached_property
    def embedding(self) -> Embedding:
        from emoretrieve.sphere.stored import embedding_of

        return embedding_of(self._model)

    @property
    def modalities(self) -> tuple[Modality, ...]:
        return tuple(modality for modality in MODALITIES if modality in self._model.modalities)

    def make(self, files: Sequence[MediaFile]) -> Sequence[SpherePoint | EmoretrieveError]:
        made: dict[int, SpherePoint | EmoretrieveError] = {}
        for modality in self.modalities:
            places = [place for place, media in enumerate(files) if media.modality == modality]
            found = self._model.embed_each(modality, [files[place] for place in places]) if places else []
            made.update(zip(places, found, strict=True))
        return [made[place] for place in sorted(made)]

    def write(self, store: Store, made: Mapping[str, SpherePoint]) -> int:
        from emoretrieve.sphere.stored import set_points

        return set_points(store, made)

    def remember(self, store: Store) -> None:
        from emoretrieve.sphere.stored import remember_model

        remember_model(store, self.folder)

    def refresh(self, store: Store) -> None:
        from emoretrieve.sphere_search.sample import refresh_samples

        refresh_vector_moments(store, self.embedding.name)
        refresh_samples(store)

    @cached_property
    def _model(self) -> SphereModel:
        from emoretrieve.sphere.opening import open_model

        return open_model(self.folder, self.device)
