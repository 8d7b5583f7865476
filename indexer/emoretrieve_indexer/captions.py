"""Indexing of captions that exist already: read the tables, pass over what is unchanged, colour what is new, store it.

    with Sheets(["captions.csv"], []) as sheets, Library.open(create=True, perception=...) as library:
        report = index_captions(library, sheets)

Nothing is described. Colours come from tables too, or from the mapper of the library's perception. On its way from a
row to the collection an item is an `Entry` (`sheets`: the tables, looked through once), then a `Draft` (`drafts`: with
its file, if that is there), then, coloured by `colouring`, an `Item`. `recolouring` colours what a collection holds.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from typing import TYPE_CHECKING

from emoretrieve.errors import EmoretrieveError, PerceptionError, SourceError
from emoretrieve.item import Captions, Item
from emoretrieve.perception import Coloured, Perception
from emoretrieve_indexer.catalogue import Catalogue, settle
from emoretrieve_indexer.colouring import Colouring, costs_of, spent_on_colours
from emoretrieve_indexer.describing import Books
from emoretrieve_indexer.drafts import Draft, Drafts
from emoretrieve_indexer.found import Unusable
from emoretrieve_indexer.interruption import Interruption, watch_for_interruption
from emoretrieve_indexer.report import Failure, IndexInterrupted, IndexReport, OnProgress
from emoretrieve_indexer.settings import IndexSettings
from emoretrieve_indexer.sheets import Sheets
from emoretrieve_indexer.tally import Tally

if TYPE_CHECKING:
    from emoretrieve.library import Library


def index_captions(
    library: Library, sheets: Sheets, settings: IndexSettings | None = None, on_progress: OnProgress | None = None
) -> IndexReport:
    """Bring the items of the tables into the library, which must be one of the perception `captions`.

    An item that cannot be used or coloured is listed in the report and does not end the run. Raises PerceptionError
    where no item could be coloured (a server that is gone, say), StoreError where the collection cannot be written;
    what was stored before stays. Raises IndexInterrupted after Ctrl-C or SIGTERM. Of the settings `modality`, `limit`,
    `dry_run` and `retry_failed` count.
    """
    settings = settings or IndexSettings()
    with ExitStack() as stack:
        interruption = stack.enter_context(watch_for_interruption())
        tally = stack.enter_context(closing(Tally(on_progress)))
        books = Books(Catalogue(library.store, dry_run=settings.dry_run), tally)
        drafts = stack.enter_context(closing(Drafts(sheets, library.store, tally, settings.modality)))
        run = _Run(library.perception, sheets, books, settings)
        before = spent_on_colours(library.perception)
        run.bring(drafts, interruption)
        if not settings.dry_run:
            settle(library.store, interruption)
        report = tally.report(costs_of(library.perception, run.coloured, before))
        if interruption.wanted:
            raise IndexInterrupted(report)
        return report


class _Run:
    """One run: what is to be coloured, and what is being coloured."""

    def __init__(self, perception: Perception, sheets: Sheets, books: Books, settings: IndexSettings) -> None:
        self._perception = perception
        self._sheets = sheets
        self._books = books
        self._settings = settings
        self._under_way: dict[str, list[Draft]] = {}
        """Drafts whose captions are being coloured, by id: several where several files hold the same bytes."""
        self._put_off: Draft | None = None
        """New, but whether the limit has room for it depends on what is being coloured."""
        self._indexed = 0
        """New items that got their colours: what a limit counts."""
        self.coloured = 0
        """Items whose captions the mapper was asked about."""

    def bring(self, drafts: Drafts, interruption: Interruption) -> None:
        """Deal with all entries, unless the run is interrupted or cannot go on."""
        new = self._new(drafts, interruption)
        colouring = Colouring[Draft](self._perception, interruption, retry_failed=self._settings.retry_failed)
        try:
            for draft, outcome in colouring.run(lambda: self._next(new)):
                self._receive(draft, outcome)
                self._write_if_due()
        finally:
            self._books.write()
        if not interruption.wanted:
            for failure in self._sheets.left_over():
                self._books.tally.note_unusable(Unusable(failure, 0))

    def _new(self, drafts: Drafts, interruption: Interruption) -> Iterator[Draft]:
        """The drafts whose captions have to be coloured; all others are dealt with on the way."""
        for draft, stored in drafts:
            if interruption.wanted:
                return
            if draft.id in self._under_way:
                self._under_way[draft.id].append(draft)
                continue
            stored = self._books.catalogue.get(draft.id) if drafts.met_before(draft) else stored
            try:
                colours = self._known_colours(draft, stored)
            except SourceError as error:
                self._fail(draft, error)
                continue
            if colours is None:
                yield draft
            else:
                self._keep(draft, stored, colours)
                self._write_if_due()

    def _known_colours(self, draft: Draft, stored: Item | None) -> Coloured | None:
        """The colours that a table gives, or that the item has for these captions; None where there are none."""
        if self._sheets.give_colours:
            return Coloured(self._sheets.colours_of(draft.entry.item, draft.modality))
        if stored is not None and stored.captions == draft.captions:
            return Coloured(stored.profile, stored.spread)
        return None

    def _next(self, new: Iterator[Draft]) -> tuple[Draft, Captions] | None:
        """The next captions to be coloured, as far as the limit has room for them."""
        while draft := self._put_off or next(new, None):
            self._put_off = None
            if self._room(0) <= 0:
                self._books.tally.note_left(draft.entry.source, promising=True)
            elif self._settings.dry_run:
                self._count(draft)
            elif self._room(len(self._under_way)) <= 0:
                self._put_off = draft
                return None
            else:
                self._under_way[draft.id] = [draft]
                return draft, draft.captions
        return None

    def _room(self, under_way: int) -> float:
        """How many more items the limit lets in, if all that are under way get their colours."""
        limit = self._settings.limit
        return math.inf if limit is None else limit - self._indexed - under_way

    def _receive(self, draft: Draft, outcome: Coloured | PerceptionError) -> None:
        """The colours, or their failure, are those of all drafts of the same item."""
        self.coloured += 1
        drafts = self._under_way.pop(draft.id)
        for one in drafts:
            if isinstance(outcome, PerceptionError):
                self._fail(one, outcome)
            else:
                self._keep(one, self._books.catalogue.get(one.id), outcome)
        self._indexed += isinstance(outcome, Coloured)

    def _keep(self, draft: Draft, stored: Item | None, coloured: Coloured) -> None:
        """Write the item down as it is now; where it had other colours for these captions, those go."""
        item = draft.item(stored, coloured)
        if item == stored:
            self._books.tally.note_unchanged(item.id, draft.entry.source)
            return
        self._books.catalogue.put(item)
        if draft.old_id is not None and draft.file is not None:
            self._books.catalogue.drop(draft.old_id, draft.file.path)
        self._books.tally.note_changed(item.id, draft.entry.source, indexed=_says_more(item, stored))

    def _count(self, draft: Draft) -> None:
        self._indexed += 1
        self._books.tally.note_changed(draft.id, draft.entry.source, indexed=True)

    def _fail(self, draft: Draft, error: EmoretrieveError) -> None:
        answer = error.answer if isinstance(error, PerceptionError) else None
        failure = Failure(draft.entry.shown, str(error), error.kind, answer)
        self._books.tally.note_failure(Unusable(failure, draft.entry.source))

    def _write_if_due(self) -> None:
        if self._books.catalogue.due:
            self._books.write()


def _says_more(item: Item, stored: Item | None) -> bool:
    """False where an item only got one more file."""
    return stored is None or replace(stored, locations=item.locations) != item
