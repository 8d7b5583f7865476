"""A collection that knows its own description, wherever it lives."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from emoretrieve.store.description import Description
from emoretrieve.store.engine import Engine
from emoretrieve.store.qdrant import QdrantStore
from emoretrieve.store.sidecar import Sidecar
from emoretrieve.store.state import ContentsState


class Collection(QdrantStore, ABC):
    """A store with a description that can be replaced: its signature, and whether its colours are being replaced."""

    def __init__(
        self, engine: Engine, sidecar: Sidecar, description: Description, state: ContentsState | None = None
    ) -> None:
        super().__init__(engine, sidecar, description.signature, state)
        self._description = description

    @property
    def created(self) -> str:
        """When it was made: ISO 8601, in UTC; empty where that is not known."""
        return self._description.created

    @property
    def recolouring(self) -> Mapping[str, str] | None:
        """The signature that the items are on their way to; None where they all have the colours of `signature`."""
        return self._description.recolouring

    def dedicate(self, signature: Mapping[str, str]) -> None:
        if dict(signature) != self._signature:
            self._describe(replace(self._description, signature=dict(signature)))
            super().dedicate(signature)

    @contextmanager
    def recoloured(self, signature: Mapping[str, str]) -> Iterator[None]:
        """Inside, all items are to be written with new colours; the collection has this signature afterwards.

        Until the end of the block, nobody who opens the collection takes it for whole, also after a crash.
        """
        self._describe(replace(self._description, recolouring=dict(signature)))
        yield
        self.count_moments_again()
        self.flush()
        self._describe(replace(self._description, signature=dict(signature), recolouring=None))
        self._signature = dict(signature)

    def _describe(self, description: Description) -> None:
        self._write(description)
        self._description = description

    @abstractmethod
    def _write(self, description: Description) -> None:
        """Replace the stored description at once; raises StoreError."""
