"""Embedding: adds vectors to the items of a collection, from the files that are still there.

Those of an embedder (`--embed`), or points on the hypersphere (`--space sphere`); `making.py` makes them.

Nothing is described again. Items that have the vector are left alone, so an interrupted or repeated run does only what
is missing. Vectors are written batch by batch.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Generic

from emoretrieve.embedding import EmbedderSettings, caution_of
from emoretrieve.embedding.item_media import media_of
from emoretrieve.errors import EmoretrieveError, PerceptionError
from emoretrieve.item import Item, Modality
from emoretrieve.media import MediaFile
from emoretrieve.store import Store, Where
from emoretrieve_indexer.interruption import Interruption, watch_for_interruption
from emoretrieve_indexer.making import EmbedderMaking, Made, Making, SphereMaking
from emoretrieve_indexer.named_items import NamedItems
from emoretrieve_indexer.report import Failure, OnProgress, Progress

if TYPE_CHECKING:
    from emoretrieve.library import Library

_AT_ONCE = 16
"""Files decoded and embedded together: 16 pictures or the 48 clips of 16 songs."""
_LOOKED_UP_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class SphereSettings:
    """A model of the hypersphere."""

    folder: Path
    device: str | None = None


@dataclass(frozen=True, slots=True)
class EmbedSettings:
    """What an embedding run is asked to do."""

    embedder: EmbedderSettings | SphereSettings
    modality: Modality | None = None
    limit: int | None = None
    """Embed at most this many items."""
    replace: bool = False
    """Remove the vectors of this name first: those of another embedder, say."""


@dataclass(frozen=True, slots=True)
class EmbedReport:
    """What an embedding run did, in items."""

    name: str
    """Of the vectors."""
    dimension: int
    embedded: int
    unchanged: int
    """Items that have the vector already."""
    without_file: int
    """Items that cannot be embedded, since none of their files is there, or they never had one."""
    failed: tuple[Failure, ...]
    seconds: float
    caution: str | None
    """What must be said of the vectors."""

    def to_json(self) -> dict[str, object]:
        """The report as `emoretrieve index --embed NAME --json` prints it."""
        return {
            "name": self.name,
            "dimension": self.dimension,
            "embedded": self.embedded,
            "unchanged": self.unchanged,
            "without_file": self.without_file,
            "failed": [failure.to_json() for failure in self.failed],
            "seconds": self.seconds,
            "caution": self.caution,
        }


class EmbedInterrupted(KeyboardInterrupt):
    """The run was ended by Ctrl-C or SIGTERM; what it stored stays, and the next run goes on from there."""

    def __init__(self, report: EmbedReport) -> None:
        super().__init__("Embedding was interrupted.")
        self.report = report


def embed(
    library: Library,
    paths: Sequence[str | os.PathLike[str]],
    settings: EmbedSettings,
    on_progress: OnProgress | None = None,
) -> EmbedReport:
    """Add the vectors to the items at these paths, or to all where none are given, as far as the model knows them.

    A file that cannot be embedded is listed in the report and does not end the run. Raises PerceptionError
    (`wrong_modality` where the modality asked for is not one of the embedder's) and MissingDependency where the
    embedder cannot be used, StoreError (`other_embedder`) where another one made those
    that are there, SourceError where every path is missing, and EmbedInterrupted after Ctrl-C or SIGTERM.
    """
    if isinstance(settings.embedder, SphereSettings):
        model = settings.embedder
        return _filled(library.store, paths, SphereMaking(model.folder, model.device), settings, on_progress)
    return _filled(library.store, paths, EmbedderMaking(library.store, settings.embedder), settings, on_progress)


def _filled(
    store: Store,
    paths: Sequence[str | os.PathLike[str]],
    making: Making[Made],
    settings: EmbedSettings,
    on_progress: OnProgress | None,
) -> EmbedReport:
    name = making.embedding.name
    settings = _within(making, settings)
    named = NamedItems(store, paths) if paths else None
    if settings.replace and name in store.embeddings:
        _try_out(making, store, settings.modality)
        store.remove_embedding(name)
    first = name not in store.embeddings
    store.add_embedding(making.embedding)
    making.remember(store)
    with watch_for_interruption() as interruption:
        run = _Run(store, making, settings, interruption, on_progress)
        try:
            run.go(named)
        except PerceptionError:
            if first and not run.embedded:  # vectors of weights that cannot be loaded would bar those that can
                store.remove_embedding(name)
            raise
    store.flush()
    if interruption.wanted:
        raise EmbedInterrupted(run.report)
    making.refresh(store)
    return run.report


@dataclass
class _Run(Generic[Made]):
    """One run and what has come of it so far."""

    store: Store
    making: Making[Made]
    settings: EmbedSettings
    interruption: Interruption
    on_progress: OnProgress | None
    started_s: float = field(default_factory=time.monotonic)
    total: int = 0
    embedded: int = 0
    unchanged: int = 0
    without_file: int = 0
    failed: list[Failure] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.making.embedding.name

    @property
    def report(self) -> EmbedReport:
        failed = tuple(sorted(self.failed, key=lambda failure: failure.path))
        counts = (self.embedded, self.unchanged, self.without_file, failed)
        seconds, embedding = time.monotonic() - self.started_s, self.making.embedding
        return EmbedReport(self.name, embedding.dimension, *counts, seconds, caution_of(embedding.signature))

    def go(self, named: NamedItems | None) -> None:
        """Embed what lacks the vector, until there is no more, or enough."""
        self.total = named.count if named else self.store.count(Where(self.settings.modality))
        lacking = self._lacking(named.batches(self.failed) if named else self._all())
        while not self.interruption.wanted and (batch := list(islice(lacking, self._room()))):
            self._embed(batch)
            self._tell()

    def _room(self) -> int:
        """How many more may be embedded at once."""
        return _AT_ONCE if self.settings.limit is None else min(_AT_ONCE, self.settings.limit - self.embedded)

    def _all(self) -> Iterator[list[Item]]:
        yield from self.store.scan(Where(self.settings.modality), batch=_LOOKED_UP_AT_ONCE)

    def _lacking(self, batches: Iterator[list[Item]]) -> Iterator[tuple[Item, MediaFile]]:
        """Items without the vector, each with a file that has its bytes."""
        for batch in batches:
            items = [item for item in batch if self.settings.modality in (None, item.modality)]
            there = self.store.vectors(self.name, [item.id for item in items])
            self.unchanged += len(there)
            for item in items:
                media = None if item.id in there else self._media(item)
                if media is not None:
                    yield item, media
            self._tell()

    def _media(self, item: Item) -> MediaFile | None:
        """A file of the item; None, and the reason counted, where it has none."""
        try:
            media = media_of(item)
        except EmoretrieveError as error:
            self.failed.append(Failure(item.paths[0], str(error), error.kind))
            return None
        self.without_file += media is None
        return media

    def _embed(self, batch: Sequence[tuple[Item, MediaFile]]) -> None:
        outcomes = self.making.make([media for _, media in batch])
        made: dict[str, Made] = {}
        for (item, media), outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, EmoretrieveError):
                self.failed.append(Failure(str(media.path), str(outcome), outcome.kind))
            else:
                made[item.id] = outcome
        self.embedded += self.making.write(self.store, made)

    def _tell(self) -> None:
        if self.on_progress:
            done = self.embedded + self.unchanged + self.without_file + len(self.failed)
            self.on_progress(Progress(max(self.total, done), done, len(self.failed), finding=False))


def _within(making: Making[Made], settings: EmbedSettings) -> EmbedSettings:
    """Only what the embedder knows."""
    modalities = making.modalities
    if not modalities:
        raise PerceptionError(
            f"The model of '{making.embedding.name}' knows neither songs nor pictures, which is all that a collection "
            "holds; use one that was trained on them.",
            kind="wrong_modality",
        )
    if settings.modality not in (None, *modalities):
        raise PerceptionError(
            f"'{making.embedding.name}' has no vectors of {settings.modality}; it embeds {modalities[0]} files.",
            kind="wrong_modality",
        )
    return replace(settings, modality=modalities[0]) if len(modalities) == 1 else settings


def _try_out(making: Making[Made], store: Store, modality: Modality | None) -> None:
    """Embed one file and keep nothing: raises what is wrong with it while the vectors of another are still there."""
    items = (item for batch in store.scan(Where(modality), batch=_AT_ONCE) for item in batch)
    media = next((media for item in items if (media := _readable(item))), None)
    if media is not None:
        making.make([media])


def _readable(item: Item) -> MediaFile | None:
    try:
        return media_of(item)
    except EmoretrieveError:
        return None
