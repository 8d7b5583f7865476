"""The flow of files through the workers: examined in the order of finding, described if their bytes are new.

Whether bytes are new is decided strictly in that order, while the work itself is done in any order. So the results
are the same for any number of workers, also where files are equal or a limit cuts the run short.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace

from emoretrieve.item import Item, Metadata, item_id
from emoretrieve_indexer.catalogue import Catalogue, with_file
from emoretrieve_indexer.folder import looks_like_media
from emoretrieve_indexer.found import FoundFile, Unusable
from emoretrieve_indexer.interruption import Interruption
from emoretrieve_indexer.report import Failure
from emoretrieve_indexer.settings import IndexSettings
from emoretrieve_indexer.tally import Tally
from emoretrieve_indexer.worker import Describe, Described, Examine, Examined, Failed, NotMedia, Result, Setup, Task
from emoretrieve_indexer.workers import Workers

_EXAMINED_AHEAD = 4
"""Files a worker that may be examined before their turn comes: bounds memory, hides the time of a slow one."""
_LOOK_UP_S = 0.25
"""How often to look whether a batch is due or the run was interrupted while all workers are busy."""


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file that has to be opened, and the item that it belonged to until now."""

    found: FoundFile
    old: Item | None


@dataclass(frozen=True, slots=True)
class Books:
    """What a run writes down: items and numbers."""

    catalogue: Catalogue
    tally: Tally


@dataclass(slots=True)
class _Job:
    """One file on its way."""

    file: FoundFile
    old: Item | None
    examined: Examined | NotMedia | Failed | None = None
    metadata: Metadata | None = None
    """What the captioner may know, once the file is to be described."""


class Describing:
    """Brings new and changed files into the catalogue."""

    def __init__(self, books: Books, setup: Setup, settings: IndexSettings, interruption: Interruption) -> None:
        self._books = books
        self._setup = setup
        self._settings = settings
        self._interruption = interruption
        self._examining: deque[_Job] = deque()
        """In the order of finding; the first one without an answer holds up those behind it."""
        self._new: deque[_Job] = deque()
        """To be described, when a worker is free."""
        self._equal: dict[str, list[_Job]] = {}
        """Files by their SHA-256 while it is being described; the first one is at work for all of them."""
        self._described = 0

    def run(self, files: Iterator[ChangedFile]) -> None:
        """Deal with all the files, unless the run is interrupted."""
        with Workers[_Job](self._setup, self._settings.workers) as workers:
            while not self._interruption.wanted:
                self._hand_out(workers, files)
                if not workers.busy:
                    break
                for job, result in workers.wait(_LOOK_UP_S):
                    self._receive(job, result)
                if self._books.catalogue.due:
                    self.write()
        self.write()

    def write(self) -> None:
        """Store what has come together."""
        self._books.catalogue.write()
        self._books.tally.note_written()

    def _hand_out(self, workers: Workers[_Job], files: Iterator[ChangedFile]) -> None:
        while workers.has_room and (work := self._next_work(files)):
            workers.submit(*work)

    def _next_work(self, files: Iterator[ChangedFile]) -> tuple[_Job, Task] | None:
        if self._new:
            job = self._new.popleft()
            assert isinstance(job.examined, Examined)
            return job, Describe(replace(job.examined.media, metadata=job.metadata or {}))
        if len(self._examining) >= _EXAMINED_AHEAD * self._settings.workers:
            return None
        for file in files:
            if self._limit_reached:
                self._books.tally.note_left(file.found.source)
                continue
            job = _Job(file.found, file.old)
            self._examining.append(job)
            return job, Examine(job.file.path)
        return None

    def _receive(self, job: _Job, result: Result) -> None:
        if job.metadata is not None:
            self._finish(job, result)
        else:
            assert not isinstance(result, Described)
            job.examined = result
        while self._examining and self._examining[0].examined and not self._may_reach_limit:
            self._decide(self._examining.popleft())

    @property
    def _limit_reached(self) -> bool:
        return self._settings.limit is not None and self._described >= self._settings.limit

    @property
    def _may_reach_limit(self) -> bool:
        """True where it depends on files that are being described whether there is room for another one."""
        limit, at_work = self._settings.limit, len(self._equal)
        return limit is not None and at_work > 0 and self._described + at_work >= limit

    def _decide(self, job: _Job) -> None:
        match job.examined:
            case _ if self._limit_reached:
                self._books.tally.note_left(job.file.source)
            case Examined() as examined if self._settings.modality in (None, examined.media.modality):
                self._place(job, examined)
            case Failed(error, kind) if not self._may_be_passed_over(job.file, kind):
                self._fail(job.file, error, kind)
            case NotMedia() if not self._may_be_passed_over(job.file, "not_media"):
                self._fail(job.file, f"'{job.file.path}' is neither a sound nor a picture.", "not_media")
            case _:
                self._books.tally.note_skipped()

    @staticmethod
    def _may_be_passed_over(file: FoundFile, kind: str) -> bool:
        """Folders hold all sorts of things; only what was named or looks like media is worth a complaint."""
        return kind in ("not_media", "empty_file") and not file.named and not looks_like_media(file.path)

    def _place(self, job: _Job, examined: Examined) -> None:
        """Bytes that are being described wait; those that are known get one more file; others are described."""
        if examined.sha256 in self._equal:
            self._equal[examined.sha256].append(job)
            return
        item = self._books.catalogue.get(item_id(examined.sha256))
        if item is None:
            self._describe(job, examined, {**examined.media.metadata, **job.file.metadata})
            return
        updated = with_file(item, job.file, examined.media.metadata)
        renamed = updated.metadata != item.metadata
        if renamed and self._setup.settings.use_descriptions:
            self._describe(job, examined, updated.metadata)
        else:
            self._keep(job, updated, indexed=renamed)

    def _describe(self, job: _Job, examined: Examined, metadata: Metadata) -> None:
        if self._settings.dry_run:
            id = item_id(examined.sha256)
            self._described += not self._books.tally.is_indexed(id)
            self._note_kept(job, id, indexed=True)
        else:
            job.metadata = metadata
            self._equal[examined.sha256] = [job]
            self._new.append(job)

    def _finish(self, job: _Job, result: Result) -> None:
        """One description settles all files of the same bytes."""
        examined = job.examined
        assert isinstance(examined, Examined)
        jobs = self._equal.pop(examined.sha256)
        if isinstance(result, Described):
            self._settle(job, jobs, self._item(examined, result))
        elif isinstance(result, Failed):
            for equal in jobs:
                self._fail(equal.file, result.error, result.kind)

    def _settle(self, job: _Job, jobs: list[_Job], item: Item) -> None:
        """Give the described item all files of its bytes; describe it again where their manifests said more."""
        assert isinstance(job.examined, Examined)
        for equal in jobs:
            item = with_file(item, equal.file, job.examined.media.metadata)
        if self._setup.settings.use_descriptions and item.metadata != job.metadata:
            job.metadata = item.metadata
            self._equal[item.sha256] = jobs
            self._new.append(job)
            return
        self._described += not self._books.tally.is_indexed(item.id)
        for equal in jobs:
            self._keep(equal, item, indexed=True)

    def _item(self, examined: Examined, described: Described) -> Item:
        """The item as described now, with the files and metadata it already had."""
        known = self._books.catalogue.get(item_id(examined.sha256))
        return Item(
            sha256=examined.sha256,
            modality=examined.media.modality,
            profile=described.profile,
            captions=described.description.captions,
            coverage=described.description.coverage,
            locations=known.locations if known else (),
            metadata=known.metadata if known else examined.media.metadata,
        )

    def _keep(self, job: _Job, item: Item, *, indexed: bool) -> None:
        self._books.catalogue.put(item)
        self._note_kept(job, item.id, indexed=indexed)

    def _note_kept(self, job: _Job, id: str, *, indexed: bool) -> None:
        """The file belongs to this item from now on, and no longer to another."""
        if job.old is not None and job.old.id != id:
            self._books.catalogue.drop(job.old.id, job.file.path)
        self._books.tally.note_changed(id, job.file.source, indexed=indexed)

    def _fail(self, file: FoundFile, error: str, kind: str) -> None:
        self._books.tally.note_failure(Unusable(Failure(file.path, error, kind), file.source))
