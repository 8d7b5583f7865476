"""Items that tables speak of, before they have their colours."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from emoretrieve.errors import EmoretrieveError, MediaError, SourceError
from emoretrieve.item import Captions, Item, Location, Metadata, Modality, hash_file, item_id, named_id
from emoretrieve.perception import Coloured
from emoretrieve.store import Store
from emoretrieve_indexer.catalogue import is_unchanged, with_file
from emoretrieve_indexer.found import FoundFile, Unusable
from emoretrieve_indexer.manifest import clean_metadata, read_cell
from emoretrieve_indexer.report import Failure
from emoretrieve_indexer.scratch import open_scratch, scratch_errors
from emoretrieve_indexer.sheets import Entry, Sheets
from emoretrieve_indexer.tally import Tally

_LOOKED_UP_AT_ONCE = 256
"""Entries whose items are read from the store at once."""


@dataclass(frozen=True, slots=True)
class Draft:
    """All of an item but its colours: what its table says, and its file where that is there."""

    entry: Entry
    modality: Modality
    said: Metadata
    """The further columns of its row."""
    sha256: str | None = None
    file: FoundFile | None = None
    tags: Metadata | None = None
    """What the file says of itself; None where it was not looked into."""
    old_id: str | None = None
    """Of the item that had this file until now."""

    @property
    def id(self) -> str:
        return named_id(self.modality, self.entry.item.name) if self.sha256 is None else item_id(self.sha256)

    @property
    def captions(self) -> Captions:
        return self.entry.item.captions

    def item(self, stored: Item | None, coloured: Coloured) -> Item:
        """The item in these colours, with the files and metadata that it has in the collection."""
        item = Item(
            sha256=self.sha256,
            modality=self.modality,
            profile=coloured.profile,
            captions=self.captions,
            coverage=1.0,
            locations=stored.locations if stored else (),
            metadata=stored.metadata if stored else self.tags or {},
            name="" if self.sha256 else self.entry.item.name,
            spread=coloured.spread,
        )
        if self.file is not None:
            return with_file(item, self.file, self.tags or {})
        return replace(item, metadata={**item.metadata, **self.said})


class Drafts:
    """The drafts of all entries of the tables, each with the item that the collection held before the run.

    Entries that come to nothing are counted on the way.
    """

    def __init__(self, sheets: Sheets, store: Store, tally: Tally, modality: Modality | None) -> None:
        self._sheets = sheets
        self._store = store
        self._tally = tally
        self._modality = modality
        with scratch_errors():
            self._met = open_scratch("CREATE TABLE met (id TEXT PRIMARY KEY, captions TEXT, times INTEGER)")

    def __iter__(self) -> Iterator[tuple[Draft, Item | None]]:
        self._tally.found = self._sheets.count
        self._tally.note_search_over()
        entries = self._sheets.entries()
        while batch := list(islice(entries, _LOOKED_UP_AT_ONCE)):
            drafts = list(self._drafts(batch))
            stored = {item.id: item for item in self._store.get([draft.id for draft in drafts])}
            for draft in drafts:
                yield draft, stored.get(draft.id)

    def met_before(self, draft: Draft) -> bool:
        """Whether an earlier draft of this run was of the same item."""
        with scratch_errors():
            [(times,)] = self._met.execute("SELECT times FROM met WHERE id = ?", (draft.id,))
        return int(times) > 1

    def close(self) -> None:
        self._met.close()

    def _drafts(self, batch: Sequence[Entry | Unusable]) -> Iterator[Draft]:
        at_path = self._store.by_path([entry.path for entry in batch if isinstance(entry, Entry) and entry.path])
        for entry in batch:
            draft = self._draft(entry, at_path)
            if isinstance(draft, Unusable):
                self._tally.note_failure(draft)
            elif self._modality in (None, draft.modality):
                yield draft
            else:
                self._tally.note_skipped()

    def _draft(self, entry: Entry | Unusable, at_path: Mapping[str, Item]) -> Draft | Unusable:
        if isinstance(entry, Unusable):
            return entry
        try:
            draft = draft_of(entry, at_path)
            self._meet(draft)
        except EmoretrieveError as error:
            return Unusable(Failure(entry.shown, str(error), error.kind), entry.source)
        return draft

    def _meet(self, draft: Draft) -> None:
        """Refuse a draft of the same bytes as an earlier one whose captions are others."""
        said = "\n".join(draft.captions.parts)
        with scratch_errors():
            [(first,)] = self._met.execute(
                "INSERT INTO met VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET times = times + 1 RETURNING captions",
                (draft.id, hashlib.sha256(said.encode()).hexdigest()),
            )
        if first != hashlib.sha256(said.encode()).hexdigest():
            raise SourceError(
                f"'{draft.entry.shown}' holds the same bytes as a file above it in the tables and has other captions "
                f"({draft.entry.item.place}); keep one of them.",
                kind="bad_captions",
            )


def draft_of(entry: Entry, at_path: Mapping[str, Item]) -> Draft:
    """The draft of an entry; its file is opened only where no item of `at_path` has it as it is.

    Raises MediaError where the file is none that can be read, SourceError (`bad_captions`) where the table is wrong
    about it.
    """
    said = _metadata(entry)
    if entry.path is None:
        assert entry.item.modality is not None
        return Draft(entry, entry.item.modality, said)
    file = _found(entry, entry.path, said)
    stored = at_path.get(file.path)
    if stored is not None and is_unchanged(file, stored):
        return _checked(Draft(entry, stored.modality, said, stored.sha256, file))
    return _checked(_looked_into(entry, file, stored))


def _metadata(entry: Entry) -> Metadata:
    values = entry.item.values.items()
    if entry.from_csv:
        return clean_metadata((key, read_cell(key, str(value))) for key, value in values)
    return clean_metadata(values)


def _found(entry: Entry, path: str, said: Metadata) -> FoundFile:
    try:
        state = Path(path).stat()
    except OSError as error:
        raise _unreadable(path, error) from error
    return FoundFile(Location(path, state.st_size, state.st_mtime_ns), True, entry.source, said)


def _looked_into(entry: Entry, file: FoundFile, stored: Item | None) -> Draft:
    from emoretrieve.media.identify import identify
    from emoretrieve.media.tags import read_tags

    path = Path(file.path)
    media = identify(path)
    if media is None:
        raise MediaError(f"'{path}' is neither a sound nor a picture.", kind="not_media")
    try:
        sha256 = hash_file(path)
    except OSError as error:
        raise _unreadable(str(path), error) from error
    old_id = None if stored is None or stored.sha256 == sha256 else stored.id
    return Draft(entry, media.modality, file.metadata, sha256, file, read_tags(media), old_id)


def _unreadable(path: str, error: OSError) -> MediaError:
    return MediaError(f"The file '{path}' cannot be read: {error.strerror}.", kind="unreadable_file")


def _checked(draft: Draft) -> Draft:
    said = draft.entry.item.modality
    if said not in (None, draft.modality):
        raise SourceError(
            f"The file '{draft.entry.path}' is {draft.modality}, and the table says {said} ({draft.entry.item.place}).",
            kind="bad_captions",
        )
    return draft
