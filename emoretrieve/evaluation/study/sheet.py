"""One table of the study: known columns, one row a name, finite numbers; anything else ends in a sentence."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from emoretrieve.errors import SourceError
from emoretrieve.table import BadRow, Row, Table


@dataclass(frozen=True, slots=True)
class Sheet:
    """A CSV file of the study. What is wrong with it is raised as SourceError of kind `bad_study`."""

    table: Table

    @classmethod
    def open(cls, folder: Path, name: str, columns: Sequence[str]) -> Sheet:
        """The table of this name, which must have just these columns, in any order; SourceError (`not_found`)."""
        if not folder.is_dir():
            raise SourceError(
                f"There is no folder '{folder}'; name the one that holds {name} and the study's other files.",
                kind="not_found",
            )
        sheet = cls(Table(folder / name, kind="bad_study"))
        there = sheet.table.columns()
        missing = [column for column in columns if column not in there]
        extra = [column for column in there if column not in columns]
        if missing:
            raise sheet.error(f"has no column '{missing[0]}' (its columns are {', '.join(there[:12]) or 'none'})")
        if extra:
            raise sheet.error(f"has a column '{extra[0]}' that the study's table does not have; take it out")
        return sheet

    def rows(self) -> Iterator[Row]:
        """The rows in order; there is at least one."""
        row = None
        for row in self.table.rows():
            if isinstance(row, BadRow):
                raise self.error(f"cannot be used: {row.place} {row.fault}")
            yield row
        if row is None:
            raise self.error("has no rows")

    def text(self, row: Row, column: str) -> str:
        """What a cell says."""
        value = row.values.get(column)
        if value is None:
            raise self.error(f"has no {column} in {row.place}")
        return str(value)

    def number(self, row: Row, column: str) -> float:
        """The finite number in a cell."""
        return self.finite(self.text(row, column), row, column)

    def finite(self, text: str, row: Row, column: str) -> float:
        """The finite number that a text of this cell spells."""
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise self.error(f"has the {column} '{text}' in {row.place}, which is no finite number")
        return number

    def known(self, name: str, row: Row, column: str, names: Collection[str], where: str) -> str:
        """The name, if it is one of these."""
        if name not in names:
            raise self.error(f"has the {column} '{name}' in {row.place}, which {where} does not have")
        return name

    def unique(self, names: Iterable[tuple[str, str]]) -> list[str]:
        """The names of (name, place), each of which may be there once."""
        places: dict[str, str] = {}
        for name, place in names:
            if name in places:
                raise self.error(f"has '{name}' twice, in {places[name]} and in {place}; take one of them out")
            places[name] = place
        return list(places)

    def error(self, fault: str) -> SourceError:
        """The error that names the file and its fault, a phrase."""
        return self.table.error(fault)
