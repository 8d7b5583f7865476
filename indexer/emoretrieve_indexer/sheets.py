"""The tables of captions and of colours that a run is given: looked through once before anything is done.

So a table that is none is refused whole, and two rows that contradict each other are known before either is stored.
Read in pieces, with what has to be remembered of every item in a table on disk.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from emoretrieve.emotion import EmotionProfile
from emoretrieve.errors import SourceError
from emoretrieve.exchange.caption_table import BadItem, CaptionedItem, caption_layout
from emoretrieve.exchange.colour_table import BadColours, ColouredItem, colour_layout
from emoretrieve.item import Captions, Modality, stored_path
from emoretrieve.table import Table
from emoretrieve_indexer.found import Unusable
from emoretrieve_indexer.report import Failure
from emoretrieve_indexer.scratch import open_scratch, scratch_errors

_SCHEMA = """
CREATE TABLE item (key TEXT PRIMARY KEY, name TEXT, modality TEXT, digest TEXT, place TEXT, rival TEXT);
CREATE INDEX item_name ON item (name);
CREATE TABLE colours (
    name TEXT, modality TEXT, colours TEXT, place TEXT, fault TEXT, PRIMARY KEY (name, modality)
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One item that the tables speak of."""

    item: CaptionedItem
    path: str | None
    """Of the file that is there with its bytes; None for an item without media."""
    source: int
    """The number of its table."""
    from_csv: bool
    """Numbers are spelled as texts."""

    @property
    def shown(self) -> str:
        """What it is called in a report."""
        return self.path or self.item.name


class Sheets:
    """Tables of captions and, where there are any, of colours. A context manager."""

    def __init__(self, captions: Sequence[str | os.PathLike[str]], colours: Sequence[str | os.PathLike[str]]) -> None:
        """Look through the tables.

        Raises SourceError (`not_found`, `bad_captions`, `bad_colours_file`) for one that cannot be used.
        """
        self._captions = [Table(Path(file), "bad_captions") for file in captions]
        self._colours = [Table(Path(file), "bad_colours_file") for file in colours]
        self._bad_colours: list[Failure] = []
        self.count = 0
        """Items and bad rows of the tables of captions."""
        with scratch_errors():
            self._table = open_scratch(_SCHEMA)
        try:
            self._look_through()
        except BaseException:
            self.close()
            raise

    @property
    def give_colours(self) -> bool:
        """Whether there are tables of colours."""
        return bool(self._colours)

    def entries(self) -> Iterator[Entry | Unusable]:
        """All items of the tables in order; what contradicts itself is none."""
        for source, table in enumerate(self._captions):
            for item in caption_layout(table)(table):
                yield self._unusable(item, source) if isinstance(item, BadItem) else self._entry(item, source)

    def colours_of(self, item: CaptionedItem, modality: Modality) -> EmotionProfile:
        """The colours that the tables give an item; raises SourceError where they give none, or bad ones."""
        with scratch_errors():
            row = self._table.execute(
                "SELECT colours, fault FROM colours WHERE name = ? AND modality IN (?, '') ORDER BY modality DESC",
                (item.name, modality),
            ).fetchone()
        if row is None:
            files = ", ".join(f"'{table.file}'" for table in self._colours)
            raise SourceError(f"'{item.name}' has no colours in {files}; add them there.", kind="no_colours")
        colours, fault = row
        if fault is not None:
            raise SourceError(fault, kind="bad_colours_file")
        return EmotionProfile.of(json.loads(colours))

    def left_over(self) -> Iterator[Failure]:
        """Rows of colours that can be of no item, and colours of items that the tables of captions do not know."""
        yield from self._bad_colours
        with scratch_errors():
            rows = self._table.execute(
                "SELECT name, place FROM colours WHERE NOT EXISTS (SELECT 1 FROM item WHERE item.name = colours.name"
                " AND (item.modality = '' OR colours.modality IN (item.modality, ''))) ORDER BY name"
            )
            for name, place in rows:
                error = f"{place} gives colours to '{name}', of which there are no captions; add them, or take it out."
                yield Failure(name, error, "no_captions")

    def close(self) -> None:
        self._table.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _look_through(self) -> None:
        for table in self._captions:
            items = 0
            for item in caption_layout(table)(table):
                items += 1
                if isinstance(item, CaptionedItem):
                    self._note(item, table)
            if not items:
                raise table.error("holds no captions, only the names of its columns")
            self.count += items
        for table in self._colours:
            rows = 0
            for row in colour_layout(table).read(table):
                rows += 1
                self._note_colours(row, table)
            if not rows:
                raise table.error("holds no colours, only the names of its columns")

    def _note(self, item: CaptionedItem, table: Table) -> None:
        place, digest = f"{item.place} of '{table.file}'", _digest(item.captions)
        values = (_key(item, table), item.name, item.modality or "", digest, place)
        with scratch_errors():
            self._table.execute(
                "INSERT INTO item VALUES (?, ?, ?, ?, ?, NULL) ON CONFLICT DO UPDATE"
                " SET rival = iif(digest = excluded.digest, rival, excluded.place)",
                values,
            )

    def _note_colours(self, row: ColouredItem | BadColours, table: Table) -> None:
        place = f"{row.place.capitalize()} of '{table.file}'"
        fault = f"{place} {row.fault}." if isinstance(row, BadColours) else None
        if row.name is None:
            self._bad_colours.append(Failure(str(table.file), fault or "", "bad_colours_file"))
            return
        colours = json.dumps([list(part) for part in row.profile.parts]) if isinstance(row, ColouredItem) else ""
        clash = f"{place} gives '{row.name}' other colours than a row above it; keep one of them."
        with scratch_errors():
            self._table.execute(
                "INSERT INTO colours VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE"
                " SET fault = iif(colours = excluded.colours, fault, ?)",
                (row.name, row.modality or "", colours, place, fault, clash),
            )

    def _entry(self, item: CaptionedItem, source: int) -> Entry | Unusable:
        table = self._captions[source]
        with scratch_errors():
            first, rival = self._table.execute(
                "SELECT place, rival FROM item WHERE key = ?", (_key(item, table),)
            ).fetchone()
        if rival is not None:
            fault = f"has other captions in {rival} than in {first}; keep one of them"
            return self._unusable(BadItem(item.name, item.place, fault), source)
        path = _file_of(item, table)
        if path is None and item.modality is None:
            fault = "says neither with a file that is there nor in a column 'modality' whether it is audio or image"
            return self._unusable(BadItem(item.name, item.place, fault), source)
        return Entry(item, path, source, table.is_csv)

    def _unusable(self, item: BadItem, source: int) -> Unusable:
        file = self._captions[source].file
        subject = f"{item.place} of '{file}'".capitalize() if item.name is None else f"'{item.name}'"
        where = "" if item.name is None else f" ({item.place} of '{file}')"
        return Unusable(Failure(item.name or str(file), f"{subject} {item.fault}{where}.", "bad_captions"), source)


def _key(item: CaptionedItem, table: Table) -> str:
    """What makes two rows speak of the same item, as far as that can be told without opening files."""
    return _file_of(item, table) or f"{item.modality}:{item.name}"


def _file_of(item: CaptionedItem, table: Table) -> str | None:
    """The stored path of an item's file, where it is there; names are relative to the table's folder."""
    if not item.file_name or "\0" in item.file_name:
        return None
    path = Path(stored_path(table.file)).parent / item.file_name
    return stored_path(path) if path.is_file() else None


def _digest(captions: Captions) -> str:
    return hashlib.sha256(json.dumps(captions.parts).encode()).hexdigest()
