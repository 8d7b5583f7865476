"""Tables of pairs, ours or the study's: a song and a picture in each row, and perhaps a score."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from emoretrieve.errors import SourceError
from emoretrieve.store.filter import finite_number
from emoretrieve.table import BadRow, Row, Table

_LAYOUTS = (
    ("Audio Filename", "Image Filename", "ImageBind Score"),
    ("Canzone", "Immagine Abbinata", None),
    ("from_id", "to_id", None),
    ("song", "picture", "score"),
)
"""Columns of both sides, and of a score that may be there: the study's two tables, `pair --csv`, and the plainest."""


@dataclass(frozen=True, slots=True)
class ListedPair:
    """One row."""

    first: str
    """Name of a file, path, id, or name of an item without media."""
    second: str
    score: float | None
    """As the table states it."""


def read_pairs(file: Path) -> list[ListedPair]:
    """The rows in order; there is at least one. Raises SourceError (`bad_pairs`, `not_found`)."""
    table = Table(file, kind="bad_pairs")
    first, second, score = _layout(table)
    pairs = []
    for row in table.rows():
        if isinstance(row, BadRow):
            raise table.error(f"cannot be used: {row.place} {row.fault}")
        pairs.append(ListedPair(_text(table, row, first), _text(table, row, second), _score(table, row, score)))
    if not pairs:
        raise table.error("has no rows")
    return pairs


def _layout(table: Table) -> tuple[str, str, str | None]:
    there = table.columns()
    for first, second, score in _LAYOUTS:
        if first in there and second in there:
            return first, second, score if score in there else None
    wanted = " or ".join(f"'{first}' and '{second}'" for first, second, _ in _LAYOUTS)
    raise table.error(f"has no columns {wanted} (its columns are {', '.join(there[:12])})")


def _text(table: Table, row: Row, column: str) -> str:
    value = row.values.get(column)
    if value is None or not str(value).strip():
        raise _bad_cell(table, row, f"no {column}")
    return str(value).strip()


def _score(table: Table, row: Row, column: str | None) -> float | None:
    if column is None:
        return None
    score = finite_number(_text(table, row, column))
    if score is None:
        raise _bad_cell(table, row, f"a {column} that is no number")
    return score


def _bad_cell(table: Table, row: Row, fault: str) -> SourceError:
    return table.error(f"has {fault} in {row.place}")
