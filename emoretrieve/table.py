"""Tables that people keep: CSV, JSON lines and Parquet, read row by row, with every fault named."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from emoretrieve.errors import SourceError

if TYPE_CHECKING:
    from _csv import Reader

MAX_CELL = 2**24
"""Characters of a cell, and of a line of JSON: no caption comes near; a file of something else may have no end."""
_ROWS_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row: what its cells hold, without those that are empty."""

    place: str
    """Where it stands, for messages: `line 7`."""
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be read, and why: a phrase to follow its place."""

    place: str
    fault: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table in a file; what is wrong with it is raised as SourceError of its `kind`."""

    file: Path
    kind: str

    def columns(self) -> Sequence[str]:
        """The names of the columns; of JSON lines, the keys of the first object."""
        with _translated(self):
            if self.file.exists() and not self.file.is_file():
                raise self.error("is a folder or a pipe, not a file of a table")
            return self._format.columns(self)

    def rows(self) -> Iterator[Row | BadRow]:
        """The rows in order; raises SourceError where the rest cannot be read."""
        rows = self._format.rows(self)
        while True:
            with _translated(self):
                row = next(rows, None)
            if row is None:
                return
            yield row

    def error(self, fault: str) -> SourceError:
        """The error that names the file and its fault, a phrase."""
        return SourceError(f"'{self.file}' {fault}.", kind=self.kind)

    @property
    def is_csv(self) -> bool:
        """True where every cell is a text, also one that spells a number."""
        return self.file.suffix.lower() == ".csv"

    @property
    def _format(self) -> _Format:
        ending = self.file.suffix.lower()
        if ending not in _FORMATS:
            raise self.error(f"is no table that can be read; let its name end in {', '.join(_FORMATS)}")
        return _FORMATS[ending]


@dataclass(frozen=True, slots=True)
class _Format:
    columns: Callable[[Table], Sequence[str]]
    rows: Callable[[Table], Iterator[Row | BadRow]]


@contextmanager
def _translated(table: Table) -> Iterator[None]:
    """Turn what files, codecs and parsers raise into the SourceError of the table."""
    try:
        yield
    except FileNotFoundError:
        raise SourceError(f"There is no file '{table.file}'; check the path.", kind="not_found") from None
    except UnicodeDecodeError:
        wanted = "comma-separated UTF-8" if table.is_csv else "UTF-8"
        raise table.error(f"is not UTF-8 text; save it as {wanted}") from None
    except (OSError, csv.Error, ValueError) as error:  # pyarrow's errors are OSErrors and ValueErrors
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise table.error(f"cannot be read: {' '.join(reason.split()).rstrip('.')}") from error


def _csv_columns(table: Table) -> Sequence[str]:
    with table.file.open(encoding="utf-8-sig", newline="") as text:
        columns = [name.strip() for name in next(_records(text), [])]
    for separator, name in ((";", "semicolons"), ("\t", "tabs")):
        if len(columns) == 1 and separator in columns[0]:
            raise table.error(f"separates its columns by {name}; save it as comma-separated UTF-8")
    twice = {name for name in columns if name and columns.count(name) > 1}
    if twice:
        raise table.error(f"has two columns '{min(twice)}'; keep one of them")
    return columns


def _csv_rows(table: Table) -> Iterator[Row | BadRow]:
    columns = _csv_columns(table)
    with table.file.open(encoding="utf-8-sig", newline="") as text:
        records = _records(text)
        next(records, None)
        before = records.line_num
        for cells in _named_by_line(table, records):
            place, before = f"line {before + 1}", records.line_num
            if len(cells) > len(columns):
                yield BadRow(place, f"has {len(cells)} cells, and the table has {len(columns)} columns")
            elif any(cells):
                yield Row(place, {name: cell for name, cell in zip(columns, cells, strict=False) if name and cell})


def _named_by_line(table: Table, records: Reader) -> Iterator[list[str]]:
    """The records; the error that ends them tells the line in which the bad one begins."""
    while True:
        begins = records.line_num + 1
        try:
            yield next(records)
        except StopIteration:
            return
        except csv.Error as error:
            reason = "a quote is never closed" if "end of data" in str(error) else error
            raise table.error(f"cannot be read from line {begins} on: {reason}") from error


def _records(text: Iterator[str]) -> Reader:
    csv.field_size_limit(MAX_CELL)
    return csv.reader(text, strict=True)  # strict: a quote that is never closed is an error, not the end of the file


def _jsonl_columns(table: Table) -> Sequence[str]:
    is_empty = True
    for _, values in _jsonl_lines(table):
        if isinstance(values, dict):
            return list(values)
        is_empty = False
    if is_empty:
        return []
    raise table.error("holds no JSON object; it needs one on every line")


def _jsonl_rows(table: Table) -> Iterator[Row | BadRow]:
    for place, values in _jsonl_lines(table):
        if not isinstance(values, dict):
            yield BadRow(place, "is no JSON object")
        elif not _is_unicode(values):
            yield BadRow(place, "holds half of a character, which is none")
        else:
            yield Row(place, {name: value for name, value in values.items() if value not in (None, "")})


def _jsonl_lines(table: Table) -> Iterator[tuple[str, object]]:
    """The place and the value of each line; None for what is no JSON."""
    with table.file.open(encoding="utf-8-sig") as lines:
        number = 0
        while line := lines.readline(MAX_CELL):
            number += 1
            if line.strip():
                yield f"line {number}", _parsed(line)


def _parsed(line: str) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):  # JSONDecodeError; brackets without end
        return None


def _is_unicode(values: object) -> bool:
    """False where JSON spells one half of a surrogate pair."""
    try:
        return bool(json.dumps(values, ensure_ascii=False).encode())
    except UnicodeEncodeError:
        return False


def _parquet_columns(table: Table) -> Sequence[str]:
    import pyarrow.parquet as pq

    names: list[str] = pq.read_schema(table.file).names
    return names


def _parquet_rows(table: Table) -> Iterator[Row]:
    import pyarrow.parquet as pq

    number = 0
    with pq.ParquetFile(table.file) as file:
        for batch in file.iter_batches(batch_size=_ROWS_AT_ONCE):
            for values in batch.to_pylist():
                number += 1
                filled = {name: value for name, value in values.items() if value not in (None, "")}
                yield Row(f"row {number}", filled)


_FORMATS = {
    ".csv": _Format(_csv_columns, _csv_rows),
    ".jsonl": _Format(_jsonl_columns, _jsonl_rows),
    ".parquet": _Format(_parquet_columns, _parquet_rows),
}
