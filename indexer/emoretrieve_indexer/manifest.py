"""Manifests: tables (CSV, JSONL, Parquet) that list files, with whatever else is known about them.

The column `file_name` names the file, relative to the manifest's folder or absolute; every other column becomes
metadata. Read in pieces, so that a manifest of any length needs little memory.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from emoretrieve.errors import SourceError
from emoretrieve.item import Value

FILE_NAME = "file_name"
METADATA_FILES = ("metadata.csv", "metadata.jsonl", "metadata.parquet")
"""Manifests that are found by their names inside folders, as in Hugging Face's imagefolder and audiofolder."""

MAX_TEXT = 1_000
"""Characters kept of a value."""
MAX_COLUMNS = 100
_ROWS_AT_ONCE = 2_000
_WHOLE_NUMBER = re.compile(r"[+-]?(0|[1-9]\d{0,17})")
_LEADING_ZERO = re.compile(r"[+-]?0\d")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a manifest."""

    file_name: str
    metadata: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A line that names no file, and why."""

    error: str


def is_manifest(path: Path) -> bool:
    """True for a name that ends as a manifest's does."""
    return path.suffix.lower() in _READERS


def check_manifest(manifest: Path) -> None:
    """Raise SourceError (`bad_manifest`) for a manifest that cannot be read or has no column `file_name`."""
    next(read_rows(manifest), None)


def read_rows(manifest: Path) -> Iterator[Row | BadRow]:
    """The rows in order; raises SourceError (`bad_manifest`) where the rest cannot be read."""
    try:
        for number, values in enumerate(_READERS[manifest.suffix.lower()](manifest), start=1):
            yield _row(values, number) if isinstance(values, Mapping) else values
    except SourceError:
        raise
    except (OSError, ValueError, ArithmeticError) as error:  # what pandas, pyarrow and codecs raise for bad files
        raise SourceError(f"The manifest {manifest} {_fault(error, manifest)}.", kind="bad_manifest") from error


def _fault(error: Exception, manifest: Path) -> str:
    """What is wrong with a manifest that this error came from, to follow its name."""
    if isinstance(error, UnicodeDecodeError):
        wanted = "comma-separated UTF-8" if manifest.suffix.lower() == ".csv" else "UTF-8"
        return f"is not UTF-8 text; save it as {wanted}"
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return "cannot be read: " + (" ".join(reason.split()).rstrip(".") or type(error).__name__)


def _row(values: Mapping[str, object], number: int) -> Row | BadRow:
    file_name = values.get(FILE_NAME)
    if not isinstance(file_name, str) or not file_name:
        return BadRow(f"Row {number} has no {FILE_NAME}.")
    if "\0" in file_name or _text(file_name) != file_name:
        return BadRow(f"Row {number} has a {FILE_NAME} that no file can have.")
    return Row(file_name, clean_metadata(values.items()))


def clean_metadata(values: Iterable[tuple[str, object]]) -> dict[str, Value]:
    """Values that can be stored: numbers as numbers, texts of bounded length; missing and nested ones are left out."""
    metadata: dict[str, Value] = {}
    for key, raw in values:
        value = _clean_value(raw)
        if value is not None and key and key != FILE_NAME and len(metadata) < MAX_COLUMNS:
            metadata[_text(key)[:MAX_TEXT]] = value
    return metadata


def _clean_value(raw: object) -> Value | None:
    match raw:
        case bool():
            return str(raw).lower()
        case int():
            return raw if -(2**63) <= raw < 2**63 else str(raw)[:MAX_TEXT]
        case float() | Decimal():
            return float(raw) if math.isfinite(raw) else None
        case str():
            return _text(raw)[:MAX_TEXT] or None
        case datetime() | date():
            return raw.isoformat()
    return None


def _text(text: str) -> str:
    """Text that can be stored: a lone surrogate, which JSON can spell, becomes a question mark."""
    return text.encode("utf-8", "replace").decode()


def _require_file_name(columns: Iterable[str], manifest: Path) -> None:
    columns = list(columns)
    if FILE_NAME in columns:
        return
    if len(columns) == 1 and FILE_NAME in columns[0] and ";" in columns[0]:
        fault = "separates its columns by semicolons; save it as comma-separated UTF-8."
    else:
        found = ", ".join(columns[:10]) or "none"
        fault = (
            f"has no column '{FILE_NAME}' (it has: {found}); add one that names the files, or name a table of captions "
            "with --captions."
        )
    raise SourceError(f"The manifest {manifest} {fault}", kind="bad_manifest")


def _read_csv(manifest: Path) -> Iterator[Mapping[str, object]]:
    """Rows of a CSV; a cell that reads as a number is one, so that `1894` stays comparable beside `1475-85`."""
    import pandas as pd

    # The header alone comes first: with another separator, the rows below may not even have as many cells.
    _require_file_name(pd.read_csv(manifest, nrows=0, encoding="utf-8-sig").columns, manifest)
    with pd.read_csv(
        manifest, dtype=str, keep_default_na=False, encoding="utf-8-sig", chunksize=_ROWS_AT_ONCE
    ) as chunks:
        for chunk in chunks:
            for record in chunk.to_dict("records"):
                yield {str(key): read_cell(str(key), text) for key, text in record.items() if isinstance(text, str)}


def read_cell(column: str, text: str) -> Value:
    """The text as the number that it spells; file names, and digits with leading zeros, are names."""
    if column == FILE_NAME:
        return text
    if _WHOLE_NUMBER.fullmatch(text):
        return int(text)
    return float(text) if _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        finite = math.isfinite(float(text))
    except ValueError:
        return False
    return finite and "_" not in text and not _LEADING_ZERO.match(text)


def _read_jsonl(manifest: Path) -> Iterator[Mapping[str, object] | BadRow]:
    first = True
    with manifest.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except (ValueError, RecursionError):
                record = None
            if not isinstance(record, dict):
                yield BadRow(f"Line {number} is no JSON object.")
                continue
            if first:
                _require_file_name(record, manifest)
                first = False
            yield record
    if first:
        _require_file_name((), manifest)


def _read_parquet(manifest: Path) -> Iterator[Mapping[str, object]]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(manifest) as file:
        _require_file_name(file.schema_arrow.names, manifest)
        for batch in file.iter_batches(batch_size=_ROWS_AT_ONCE):
            yield from batch.to_pylist()


_READERS: dict[str, Callable[[Path], Iterator[Mapping[str, object] | BadRow]]] = {
    ".csv": _read_csv,
    ".jsonl": _read_jsonl,
    ".parquet": _read_parquet,
}
