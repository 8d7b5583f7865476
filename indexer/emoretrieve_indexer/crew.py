"""What works on files for a server: worker processes that its threads borrow, and the indexer itself."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from queue import LifoQueue
from typing import TYPE_CHECKING, TypeVar

from emoretrieve.errors import MediaError, PerceptionError
from emoretrieve.item import Modality
from emoretrieve.library import item_of
from emoretrieve.media.limits import NO_LIMITS, MediaLimits
from emoretrieve.perception import Described, PerceptionSettings, open_perception
from emoretrieve_indexer.interruption import Interruption
from emoretrieve_indexer.report import IndexInterrupted, Progress
from emoretrieve_indexer.settings import IndexSettings
from emoretrieve_indexer.worker import (
    Describe,
    Examine,
    Examined,
    Failed,
    NotMedia,
    Prepare,
    Preview,
    Previewed,
    Result,
    Setup,
    Task,
)
from emoretrieve_indexer.workers import Workers

if TYPE_CHECKING:
    from emoretrieve.item import Item
    from emoretrieve.library import Library

_LOOK_S = 1.0


@dataclass(frozen=True, slots=True)
class CrewSettings:
    """How many work at once, and what a file may ask of them."""

    workers: int = 2
    """Processes for queries; jobs have as many of their own."""
    timeout_s: float = 60.0
    """Seconds that one file may take."""
    limits: MediaLimits = NO_LIMITS


class Crew:
    """Reads files in processes that a file may kill. Safe to use from several threads; close it."""

    def __init__(self, settings: CrewSettings) -> None:
        self._settings = settings
        self._pools: dict[str, _Pool] = {}
        self._opening = threading.Lock()

    def describe(self, library: Library, path: Path) -> Item:
        """The item of a file: from the collection where it has these bytes, else described as the collection does.

        Raises MediaError or PerceptionError, also (`worker_died`) where the file ended the process that read it.
        """
        pool = self._pool(library.perception.settings)
        examined = _require(pool.do(Examine(str(path))), Examined)
        known = library.with_bytes(examined.sha256)
        return known or item_of(examined.media, examined.sha256, self._described(pool, library, examined))

    def preview(self, path: Path, modality: Modality, longest_edge: int = 0) -> bytes:
        """A picture as a small JPEG, a sound as an MP3 of at most half a minute; raises MediaError."""
        task = Preview(str(path), modality, longest_edge)
        return _require(self._pool(PerceptionSettings()).do(task), Previewed).data

    def index(
        self,
        library: Library,
        paths: Sequence[Path],
        within: tuple[Path, ...],
        modality: Modality | None,
        on_progress: Callable[[int, int, int], None],
        cancelled: Callable[[], bool],
    ) -> tuple[dict[str, object], bool]:
        """Index files that lie within these folders; the report, and whether it was done to its end.

        `on_progress` is called with the files found, done and failed. Raises what `emoretrieve_indexer.index` raises.
        """
        from emoretrieve_indexer.pipeline import index

        settings = IndexSettings(
            modality=modality,
            workers=self._settings.workers,
            timeout_s=self._settings.timeout_s,
            limits=self._settings.limits,
            within=within,
        )

        def tell(progress: Progress) -> None:
            on_progress(progress.found, progress.done, progress.failed)

        try:
            report = index(library, paths, settings, tell, Interruption(cancelled))
        except IndexInterrupted as interrupted:
            return interrupted.report.to_json(), False
        return report.to_json(), True

    def warm_up(self, perception: PerceptionSettings) -> None:
        """Start a process ahead of the first file."""
        self._pool(perception).do(Examine(__file__))

    def close(self) -> None:
        """End all processes at once."""
        with self._opening:
            for pool in self._pools.values():
                pool.close()

    def _pool(self, perception: PerceptionSettings) -> _Pool:
        with self._opening:
            key = repr(perception)
            if key not in self._pools:
                setup = Setup(open_perception, perception, self._settings.timeout_s, self._settings.limits)
                self._pools[key] = _Pool(setup, self._settings.workers)
            return self._pools[key]

    def _described(self, pool: _Pool, library: Library, examined: Examined) -> Described:
        media, perception = replace(examined.media, sha256=examined.sha256), library.perception
        if not perception.asks_models:
            return _require(pool.do(Describe(media)), Described)
        prepared = perception.describer.recall(media) or pool.do(Prepare(media))
        if isinstance(prepared, Failed):
            raise _error(prepared)
        assert not isinstance(prepared, Examined | NotMedia | Described | Previewed)
        return perception.describer.submit(prepared).result()


class _Pool:
    """Processes of one perception, each of which does one task at a time for the thread that borrows it."""

    def __init__(self, setup: Setup, count: int) -> None:
        self._all = [Workers[None](setup, 1) for _ in range(count)]
        self._free: LifoQueue[Workers[None]] = LifoQueue()
        for workers in self._all:
            self._free.put(workers)

    def do(self, task: Task) -> Result:
        with self._borrowed() as workers:
            workers.submit(None, task)
            while not (results := workers.wait(_LOOK_S)):
                continue
            return results[0][1]

    def close(self) -> None:
        for workers in self._all:
            workers.close()

    @contextmanager
    def _borrowed(self) -> Iterator[Workers[None]]:
        workers = self._free.get()
        try:
            yield workers
        finally:
            self._free.put(workers)


Wanted = TypeVar("Wanted")


def _require(result: Result, wanted: type[Wanted]) -> Wanted:
    """The result if it is what was wanted; MediaError says what else it is."""
    if isinstance(result, wanted):
        return result
    raise _error(result if isinstance(result, Failed) else _NOT_MEDIA)


def _error(failed: Failed) -> MediaError | PerceptionError:
    if failed.answer is not None:
        return PerceptionError(failed.error, kind=failed.kind, answer=failed.answer)
    return MediaError(failed.error, kind=failed.kind)


_NOT_MEDIA = Failed("The file is neither a sound nor a picture.", "not_media")
