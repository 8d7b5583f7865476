"""The numbers of a run, as they grow."""

from __future__ import annotations

import time
from dataclasses import replace

from emoretrieve_indexer.costs import Costs, StageClock
from emoretrieve_indexer.found import Unusable
from emoretrieve_indexer.report import IndexReport, OnProgress, Progress
from emoretrieve_indexer.scratch import open_scratch, scratch_errors


class Tally:
    """Counts files for the progress and items for the report; tells `on_progress` of every change."""

    def __init__(self, on_progress: OnProgress | None) -> None:
        self.found = 0
        self.finding = True
        self.skipped = 0
        self.removed = 0
        self.failed: list[Unusable] = []
        self.clock = StageClock()
        """Of the stages of the indexing process: finding and storing."""
        self._done = 0
        self._unwritten = 0
        self._answers = 0
        self._media_from: set[int] = set()
        """Sources that led to a file which is, or should be, sound or picture."""
        self._on_progress = on_progress
        self._started_s = time.monotonic()
        with scratch_errors():
            self._items = open_scratch("CREATE TABLE item (id TEXT PRIMARY KEY, indexed INTEGER) WITHOUT ROWID")

    def note_found(self) -> None:
        """One more file to deal with."""
        self.found += 1
        self._tell()

    def note_found_again(self, source: int) -> None:
        """A file that another source led to before; this one is not to blame for holding nothing else."""
        self._media_from.add(source)

    def note_search_over(self) -> None:
        self.finding = False
        self._tell()

    def note_unchanged(self, id: str, source: int) -> None:
        """A file whose item is there and stays as it is."""
        self._note_item(id, indexed=False)
        self._media_from.add(source)
        self._done += 1
        self._tell()

    def note_changed(self, id: str, source: int, *, indexed: bool) -> None:
        """A file whose item will be written with the next batch: described or otherwise new, or just moved."""
        self._note_item(id, indexed=indexed)
        self._media_from.add(source)
        self._unwritten += 1

    def note_written(self) -> None:
        """All changed items are stored."""
        if self._unwritten:
            self._done += self._unwritten
            self._unwritten = 0
            self._tell()

    def note_answers(self, answers: int) -> None:
        """How many answers models have given."""
        if answers != self._answers:
            self._answers = answers
            self._tell()

    def note_skipped(self) -> None:
        self.skipped += 1
        self._done += 1
        self._tell()

    def note_left(self, source: int, *, promising: bool) -> None:
        """A file that the limit leaves for the next run, and whether it seems to be media."""
        if promising:
            self._media_from.add(source)
        self._done += 1
        self._tell()

    def note_unusable(self, failed: Unusable) -> None:
        """A path that the search could not get anything from; whether there is media behind it is not known."""
        self.found += 1
        self._note_failed(failed)

    def note_failure(self, failed: Unusable) -> None:
        """A file that is there and should be media, but could not be described."""
        self._media_from.add(failed.source)
        self._note_failed(failed)

    def led_to_media(self, source: int) -> bool:
        """True when this source held anything that was, or should have been, sound or picture."""
        return source in self._media_from

    def has_failure(self, source: int) -> bool:
        return any(failed.source == source for failed in self.failed)

    def is_indexed(self, id: str) -> bool:
        """True when this item was counted as indexed."""
        with scratch_errors():
            return bool(self._items.execute("SELECT 1 FROM item WHERE id = ? AND indexed", (id,)).fetchone())

    def report(self, costs: Costs) -> IndexReport:
        """What was done; `costs` are those of the workforce."""
        return IndexReport(
            indexed=self._count(indexed=True),
            unchanged=self._count(indexed=False),
            removed=self.removed,
            skipped=self.skipped,
            failed=tuple(sorted((failed.failure for failed in self.failed), key=lambda failure: failure.path)),
            seconds=time.monotonic() - self._started_s,
            costs=replace(costs, seconds={**costs.seconds, **self.clock.seconds}),
        )

    def close(self) -> None:
        self._items.close()

    def _note_failed(self, failed: Unusable) -> None:
        self.failed.append(failed)
        self._done += 1
        self._tell()

    def _note_item(self, id: str, *, indexed: bool) -> None:
        with scratch_errors():
            self._items.execute(
                "INSERT INTO item VALUES (?1, ?2) ON CONFLICT DO UPDATE SET indexed = max(indexed, ?2)", (id, indexed)
            )

    def _count(self, *, indexed: bool) -> int:
        with scratch_errors():
            rows = self._items.execute("SELECT count(*) FROM item WHERE indexed = ?", (indexed,)).fetchall()
        return int(rows[0][0])

    def _tell(self) -> None:
        if self._on_progress:
            self._on_progress(Progress(self.found, self._done, len(self.failed), self.finding, self._answers))
