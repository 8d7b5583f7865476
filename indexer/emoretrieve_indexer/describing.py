"""The flow of files through a workforce: examined in the order of finding, described if their bytes are new.

A file goes through one or two jobs. An `_Examination` tells what it holds; then it is passed over, added to the item
that has its bytes, or joins a `_Commission`: the description of new bytes, for all the files that hold them.

Whether bytes are new is decided strictly in the order of finding, while the work itself is done in any order. So the
results are the same for any number of workers, also where files are equal or a limit cuts the run short.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from emoretrieve.errors import MissingDependency, PerceptionError
from emoretrieve.item import MODALITIES, Item, Metadata, Modality, item_id
from emoretrieve.perception import Described
from emoretrieve_indexer.catalogue import Catalogue, with_file
from emoretrieve_indexer.folder import looks_like_media
from emoretrieve_indexer.found import FoundFile, Unusable
from emoretrieve_indexer.interruption import Interruption
from emoretrieve_indexer.report import Failure
from emoretrieve_indexer.settings import IndexSettings
from emoretrieve_indexer.tally import Tally
from emoretrieve_indexer.worker import Describe, Examine, Examined, Failed, NotMedia, Result, Task
from emoretrieve_indexer.workforce import Workforce

_OPEN_COMMISSIONS = 8_192
"""Descriptions that may be ordered and not finished. They bound the memory, and how far a run looks ahead for the
modality whose model has nothing to do."""
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

    def write(self) -> None:
        """Store what has come together."""
        with self.tally.clock.at("store"):
            self.catalogue.write()
        self.tally.note_written()


@dataclass(slots=True)
class _Examination:
    """A file that is looked into."""

    file: ChangedFile
    answer: Examined | NotMedia | Failed | None = None
    """None until that is done."""


@dataclass(slots=True)
class _Commission:
    """New bytes that are described."""

    examined: Examined
    metadata: Metadata
    """What the captioner may know."""
    files: list[ChangedFile]
    """All that were found to hold these bytes, the first one at least."""


Job: TypeAlias = _Examination | _Commission
"""What a workforce has in hand for a run."""


class Describing:
    """Brings new and changed files into the catalogue."""

    def __init__(
        self, books: Books, workforce: Workforce[Job], settings: IndexSettings, interruption: Interruption
    ) -> None:
        self._books = books
        self._workforce = workforce
        self._settings = settings
        self._interruption = interruption
        self._examinations: deque[_Examination] = deque()
        """In the order of finding; the first one without an answer holds up those behind it."""
        self._waiting: dict[Modality, deque[_Commission]] = {modality: deque() for modality in MODALITIES}
        """Those that the workforce has not got yet."""
        self._commissions: dict[str, _Commission] = {}
        """All that are not finished, by SHA-256."""
        self._described = 0

    def run(self, files: Iterator[ChangedFile]) -> None:
        """Deal with all the files, unless the run is interrupted.

        Raises what ends a run (see `Workforce.wait`), once what was described until then is stored.
        """
        try:
            self._work(files)
        except (PerceptionError, MissingDependency):
            self._books.write()
            raise
        self._books.write()

    def _work(self, files: Iterator[ChangedFile]) -> None:
        while not self._interruption.wanted:
            self._hand_out(files)
            if self._workforce.busy:
                self._receive_all(self._workforce.wait(_LOOK_UP_S))
                self._books.tally.note_answers(self._workforce.costs.answers)
            elif not self._workforce.take_turns([modality for modality in MODALITIES if self._waiting[modality]]):
                return
            if self._books.catalogue.due:
                self._books.write()
        self._receive_all(self._workforce.wind_down())

    def _hand_out(self, files: Iterator[ChangedFile]) -> None:
        while (work := self._next_commission()) or (work := self._next_examination(files)):
            self._workforce.submit(*work)

    def _next_commission(self) -> tuple[Job, Task] | None:
        for modality, waiting in self._waiting.items():
            if waiting and self._workforce.wants(modality):
                commission = waiting.popleft()
                examined = commission.examined
                return commission, Describe(
                    replace(examined.media, metadata=commission.metadata, sha256=examined.sha256)
                )
        return None

    def _next_examination(self, files: Iterator[ChangedFile]) -> tuple[Job, Task] | None:
        if not self._workforce.has_room or len(self._commissions) >= _OPEN_COMMISSIONS:
            return None
        if len(self._examinations) >= self._settings.examined_ahead:
            return None
        for file in files:
            if self._limit_reached:
                self._leave(file.found)
                continue
            self._examinations.append(_Examination(file))
            return self._examinations[-1], Examine(file.found.path)
        return None

    def _receive_all(self, results: list[tuple[Job, Result]]) -> None:
        for job, result in results:
            self._receive(job, result)

    def _receive(self, job: Job, result: Result) -> None:
        if isinstance(job, _Commission):
            assert isinstance(result, Described | Failed)
            self._finish(job, result)
        else:
            assert isinstance(result, Examined | NotMedia | Failed)
            job.answer = result
        while self._examinations and self._examinations[0].answer and not self._may_reach_limit:
            examination = self._examinations.popleft()
            self._decide(examination.file, examination.answer)

    @property
    def _limit_reached(self) -> bool:
        return self._settings.limit is not None and self._described >= self._settings.limit

    @property
    def _may_reach_limit(self) -> bool:
        """True where it depends on files that are being described whether there is room for another one."""
        limit, at_work = self._settings.limit, len(self._commissions)
        return limit is not None and at_work > 0 and self._described + at_work >= limit

    def _decide(self, file: ChangedFile, answer: Examined | NotMedia | Failed | None) -> None:
        found = file.found
        match answer:
            case _ if self._limit_reached:
                self._leave(found)
            case Examined() as examined if self._settings.modality in (None, examined.media.modality):
                self._place(file, examined)
            case Failed() as failed if not self._may_be_passed_over(found, failed.kind):
                self._fail(found, failed)
            case NotMedia() if not self._may_be_passed_over(found, "not_media"):
                self._fail(found, Failed(f"'{found.path}' is neither a sound nor a picture.", "not_media"))
            case _:
                self._books.tally.note_skipped()

    def _leave(self, file: FoundFile) -> None:
        """To the next run, which will look into it; until then its name alone says whether it is media."""
        self._books.tally.note_left(file.source, promising=looks_like_media(file.path))

    @staticmethod
    def _may_be_passed_over(file: FoundFile, kind: str) -> bool:
        """Folders hold all sorts of things; only what was named or looks like media is worth a complaint."""
        return kind in ("not_media", "empty_file") and not file.named and not looks_like_media(file.path)

    def _place(self, file: ChangedFile, examined: Examined) -> None:
        """Bytes that are being described wait; those that are known get one more file; others are described."""
        if examined.sha256 in self._commissions:
            self._commissions[examined.sha256].files.append(file)
            return
        item = self._books.catalogue.get(item_id(examined.sha256))
        if item is None:
            self._describe(file, examined, {**examined.media.metadata, **file.found.metadata})
            return
        updated = with_file(item, file.found, examined.media.metadata)
        renamed = updated.metadata != item.metadata
        if renamed and self._workforce.uses_descriptions:
            self._describe(file, examined, updated.metadata)
        else:
            self._keep(file, updated, indexed=renamed)

    def _describe(self, file: ChangedFile, examined: Examined, metadata: Metadata) -> None:
        if self._settings.dry_run:
            id = item_id(examined.sha256)
            self._described += not self._books.tally.is_indexed(id)
            self._note_kept(file, id, indexed=True)
        else:
            self._order(_Commission(examined, metadata, [file]))

    def _order(self, commission: _Commission) -> None:
        self._commissions[commission.examined.sha256] = commission
        self._waiting[commission.examined.media.modality].append(commission)

    def _finish(self, commission: _Commission, result: Described | Failed) -> None:
        """One description settles all files of the same bytes."""
        del self._commissions[commission.examined.sha256]
        if isinstance(result, Described):
            self._settle(commission, self._item(commission.examined, result))
        else:
            for file in commission.files:
                self._fail(file.found, result)

    def _settle(self, commission: _Commission, item: Item) -> None:
        """Give the described item all files of its bytes; describe it again where their manifests said more."""
        for file in commission.files:
            item = with_file(item, file.found, commission.examined.media.metadata)
        if self._workforce.uses_descriptions and item.metadata != commission.metadata:
            self._order(replace(commission, metadata=item.metadata))
            return
        self._described += not self._books.tally.is_indexed(item.id)
        for file in commission.files:
            self._keep(file, item, indexed=True)

    def _item(self, examined: Examined, described: Described) -> Item:
        """The item as described now, with the files and metadata it already had."""
        known = self._books.catalogue.get(item_id(examined.sha256))
        return Item(
            sha256=examined.sha256,
            modality=examined.media.modality,
            profile=described.coloured.profile,
            captions=described.description.captions,
            coverage=described.description.coverage,
            locations=known.locations if known else (),
            metadata=known.metadata if known else examined.media.metadata,
            spread=described.coloured.spread,
        )

    def _keep(self, file: ChangedFile, item: Item, *, indexed: bool) -> None:
        self._books.catalogue.put(item)
        self._note_kept(file, item.id, indexed=indexed)

    def _note_kept(self, file: ChangedFile, id: str, *, indexed: bool) -> None:
        """The file belongs to this item from now on, and no longer to another."""
        if file.old is not None and file.old.id != id:
            self._books.catalogue.drop(file.old.id, file.found.path)
        self._books.tally.note_changed(id, file.found.source, indexed=indexed)

    def _fail(self, file: FoundFile, failed: Failed) -> None:
        failure = Failure(file.path, failed.error, failed.kind, failed.answer)
        self._books.tally.note_failure(Unusable(failure, file.source))
