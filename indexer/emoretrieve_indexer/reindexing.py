"""Builds the collection of an alias anew, with other colours if that is wanted, and switches the alias to it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from emoretrieve.errors import PerceptionError
from emoretrieve.exchange.reindex import Reindexed, reindex
from emoretrieve.perception.registry import mapper_named
from emoretrieve.store.place import place_of
from emoretrieve.store.server.settings import ServerSettings
from emoretrieve_indexer.recolouring import RecolourReport, RecolourSettings, recolour
from emoretrieve_indexer.report import OnProgress, Progress


@dataclass(frozen=True, slots=True)
class ReindexSettings:
    """What a run is asked to do."""

    into: str | None = None
    """The name of the new collection; None: that of the old one with the next number."""
    colours: RecolourSettings | None = None
    """How the new one is recoloured; None: its colours are those of the old one."""
    optimise: bool = False
    """Bring the new one into the form that is searched best before anybody asks it."""


def reindex_alias(
    data: Path,
    alias: str,
    settings: ReindexSettings,
    on_progress: OnProgress | None = None,
    *,
    server: ServerSettings | None = None,
) -> Reindexed:
    """Build the collection of an alias anew beside the old one and switch the alias to it.

    Raises as `reindex` and `recolour` do, and PerceptionError where some captions cannot be coloured; then the alias
    leads where it did.
    """
    place = place_of(data, server)
    if settings.colours is not None and settings.colours.perception.mapper is not None:
        mapper_named(settings.colours.perception.mapper)  # before all is copied

    def finish(collection: str) -> None:
        if settings.colours is not None:
            _require_all(recolour(data, collection, settings.colours, on_progress, server=server))
        if settings.optimise:
            with place.open(collection) as store:
                store.optimise()

    def tell(done: int, found: int) -> None:
        if on_progress:
            on_progress(Progress(found, done, 0, finding=False))

    return reindex(place, alias, settings.into, finish, tell)


def _require_all(report: RecolourReport) -> None:
    if report.failed:
        first = report.failed[0]
        raise PerceptionError(
            f"{len(report.failed)} items cannot be coloured, so the alias was not switched; the first is "
            f"'{first.path}': {first.error}",
            kind=first.kind,
        )
