"""Indexing: find media, pass over what is unchanged, describe what is new, store it, report.

A file is unchanged when its path, size and time of modification are those recorded with an item; it is not even
opened. Any other file is examined: bytes that an item already has are one more location of it; new bytes are
described by a workforce and stored in batches. Killed at any time, a run is completed by the next one.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from emoretrieve.files import lies_within
from emoretrieve.perception import open_perception
from emoretrieve.store import Store
from emoretrieve_indexer.catalogue import Catalogue, is_unchanged, settle
from emoretrieve_indexer.describing import Books, ChangedFile, Describing, Job
from emoretrieve_indexer.found import Finding, FoundFile, FoundFiles, Ignored, Unusable, printable
from emoretrieve_indexer.interruption import Interruption, watch_for_interruption
from emoretrieve_indexer.prune import prune
from emoretrieve_indexer.report import Failure, IndexInterrupted, IndexReport, OnProgress
from emoretrieve_indexer.settings import IndexSettings
from emoretrieve_indexer.sources import Source, expand, find
from emoretrieve_indexer.tally import Tally
from emoretrieve_indexer.worker import Setup
from emoretrieve_indexer.workers import Workers
from emoretrieve_indexer.workforce import Workforce

if TYPE_CHECKING:
    from emoretrieve.library import Library

_LOOKED_UP_AT_ONCE = 256
"""Files whose items are read from the store at once: they bound the memory, captions included."""


def index(
    library: Library,
    paths: Sequence[str | os.PathLike[str]],
    settings: IndexSettings | None = None,
    on_progress: OnProgress | None = None,
    interruption: Interruption | None = None,
) -> IndexReport:
    """Bring the media under the paths into the library.

    A path or file that cannot be used is listed in the report and does not end the run. Raises SourceError where every
    path is missing or a manifest that is none, StoreError where the collection cannot be written (what was stored
    before stays), and IndexInterrupted (a KeyboardInterrupt with the report) after Ctrl-C or SIGTERM, or once the given
    `interruption` is wanted.
    """
    settings = settings or IndexSettings()
    workforce = _workforce(library, settings)
    return run_index(library.store, workforce, expand(paths), settings, on_progress, interruption)


def _workforce(library: Library, settings: IndexSettings) -> Workforce[Job]:
    """What examines and describes."""
    perception = library.perception
    if settings.ray is not None:
        from emoretrieve_indexer.ray import open_crew
        from emoretrieve_indexer.ray.contract import Contract

        return open_crew(
            Contract(
                perception,
                open_perception,
                library.ledger_file,
                settings.ray,
                settings.workers,
                settings.timeout_s,
                settings.retry_failed,
            )
        )
    setup = Setup(open_perception, perception.settings, settings.timeout_s, settings.limits)
    if perception.asks_models:
        from emoretrieve_indexer.asking import Asking

        return Asking[Job](setup, perception, settings)
    return Workers[Job](setup, settings.workers)


def run_index(
    store: Store,
    workforce: Workforce[Job],
    sources: Sequence[Source],
    settings: IndexSettings,
    on_progress: OnProgress | None,
    interruption: Interruption | None = None,
) -> IndexReport:
    """The same for any workforce, which is closed at the end, and the store that its perception fills."""
    with ExitStack() as stack:
        interruption = stack.enter_context(watch_for_interruption(interruption))
        tally = stack.enter_context(closing(Tally(on_progress)))
        found = stack.enter_context(closing(FoundFiles()))
        stack.enter_context(workforce)
        books = Books(Catalogue(store, dry_run=settings.dry_run), tally)

        with tally.clock.at("find"):
            _find(_allowed(find(sources), settings.within), found, tally, interruption)
        changed = _changed(found, books, settings, interruption)
        Describing(books, workforce, settings, interruption).run(changed)
        if not interruption.wanted:
            _name_empty_sources(sources, tally, settings)
            if settings.prune:
                prune(store, sources, books, settings.modality, interruption)
        books.write()
        tally.removed = books.catalogue.removed
        if not settings.dry_run:
            with tally.clock.at("store"):
                settle(store, interruption)
        report = tally.report(workforce.costs)
        if interruption.wanted:
            raise IndexInterrupted(report)
        return report


def _allowed(findings: Iterable[Finding], within: tuple[Path, ...] | None) -> Iterator[Finding]:
    """The findings; files that really lie elsewhere, behind links, are unusable."""
    for finding in findings:
        if within is None or not isinstance(finding, FoundFile) or lies_within(Path(finding.path), within):
            yield finding
        else:
            error = f"'{printable(finding.path)}' really lies outside the folders that may be read."
            yield Unusable(Failure(printable(finding.path), error, "outside_allowed"), finding.source)


def _find(findings: Iterable[Finding], found: FoundFiles, tally: Tally, interruption: Interruption) -> None:
    for finding in findings:
        if interruption.wanted:
            return
        match finding:
            case FoundFile() if not found.add(finding):
                tally.note_found_again(finding.source)
            case FoundFile():
                tally.note_found()
            case Unusable():
                tally.note_unusable(finding)
            case Ignored():
                tally.note_found()
                tally.note_skipped()
    tally.note_search_over()


def _changed(
    found: FoundFiles, books: Books, settings: IndexSettings, interruption: Interruption
) -> Iterator[ChangedFile]:
    """The files that have to be opened; the others are counted on the way."""
    files = iter(found)
    while batch := list(islice(files, _LOOKED_UP_AT_ONCE)):
        stored = books.catalogue.stored_at([file.path for file in batch])
        for file in batch:
            if interruption.wanted:
                return
            item = stored.get(file.path)
            if item is None or not is_unchanged(file, item):
                yield ChangedFile(file, item)
            elif settings.modality in (None, item.modality):
                books.tally.note_unchanged(item.id, file.source)
            else:
                books.tally.note_skipped()


def _name_empty_sources(sources: Sequence[Source], tally: Tally, settings: IndexSettings) -> None:
    """A folder or manifest without any media is probably the wrong one, or its drive is not there."""
    what = {None: "sound or picture", "audio": "sound", "image": "picture"}[settings.modality]
    for number, source in enumerate(sources):
        if source.kind == "file" or source.failure or tally.led_to_media(number):
            continue
        name = printable(source.path)
        error = f"'{name}' leads to no {what}"
        if settings.prune:
            error += ", so nothing was removed for it; to remove items on purpose, use `emoretrieve delete`"
        elif tally.has_failure(number):
            continue  # which says enough
        tally.note_unusable(Unusable(Failure(name, f"{error}.", "no_media"), number))
