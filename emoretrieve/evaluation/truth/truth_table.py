"""Files of truth: labels of items, or grades of pairs.

Items: `item` (id, name, path, or name of the file), `label`, perhaps `weight` and `modality`; an item with several
labels has several rows, or a list in a JSONL or Parquet cell. Beside the label or in its place `valence` and `arousal`,
each from -1 to 1. Pairs: `from` and `to`, a song and a picture in either
order, perhaps `grade`. Weights and grades are finite numbers of at least 0, and 1 where they are not given.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from emoretrieve.evaluation.truth.labels import ItemAffects, ItemLabels, PairGrades, Truth
from emoretrieve.item import MODALITIES, Item, Modality, stored_path
from emoretrieve.store import Store
from emoretrieve.store.filter import finite_number
from emoretrieve.table import BadRow, Row, Table

_ITEM, _LABEL, _WEIGHT, _MODALITY = "item", "label", "weight", "modality"
_VALENCE, _AROUSAL = "valence", "arousal"
_FROM, _TO, _GRADE = "from", "to", "grade"


@dataclass(frozen=True, slots=True)
class ReadTruth:
    """What a file says of the items of a collection."""

    truth: Truth
    rows: int
    unknown: int
    """Rows that speak of items which the collection does not hold."""
    affects: ItemAffects | None = None
    """Where the file says valence and arousal."""


@dataclass(frozen=True, slots=True)
class _Known:
    """An item of the collection."""

    modality: Modality
    id: str


class Names:
    """The items of a collection by everything that a file may call them."""

    def __init__(self, items: Iterable[Item]) -> None:
        self._found: dict[str, set[_Known]] = defaultdict(set)
        for item in items:
            known = _Known(item.modality, item.id)
            for name in _names(item):
                self._found[name].add(known)

    @classmethod
    def of(cls, store: Store) -> Names:
        """Of all items."""
        return cls(item for items in store.scan() for item in items)

    def find(self, name: str, modality: Modality | None, folder: Path) -> list[_Known]:
        """The items of this name; a path may be relative to the folder."""
        found = self._found.get(name)
        if found is None and "\0" not in name:
            found = self._found.get(stored_path(folder / name), set())
        return [known for known in found or () if modality in (None, known.modality)]


def read_truth(file: Path, names: Names) -> ReadTruth:
    """What the file says of the items.

    Raises SourceError of kind `not_found`, or `bad_truth` for a file that is no such table, a row that cannot be used,
    or one that speaks of no item of the collection.
    """
    table = Table(file, "bad_truth")
    columns = set(table.columns())
    if {_ITEM, _FROM, _TO} <= columns:
        raise table.error(f"names items ({_ITEM}) and pairs ({_FROM}, {_TO}) alike; make a table of each")
    if {_ITEM, _LABEL} <= columns or {_ITEM, _VALENCE, _AROUSAL} <= columns:
        read = _read_labels(table, names, with_points={_VALENCE, _AROUSAL} <= columns)
    elif {_FROM, _TO} <= columns:
        read = _read_pairs(table, names)
    else:
        raise table.error(
            f"is no table of truth (its columns are {', '.join(sorted(columns)[:10]) or 'none'}); it needs {_ITEM} and "
            f"{_LABEL}, or {_ITEM}, {_VALENCE} and {_AROUSAL}, or {_FROM} and {_TO} (docs/evaluation.md)"
        )
    if read.unknown == read.rows:
        raise table.error(f"speaks of no item of the collection in any of its {read.rows:,} rows")
    return read


def _read_labels(table: Table, names: Names, *, with_points: bool) -> ReadTruth:
    labels: dict[str, dict[str, float]] = {}
    points: dict[str, tuple[float, float]] = {}
    has_labels = _LABEL in table.columns()
    rows = unknown = 0
    for row in _rows(table):
        rows += 1
        known = _item(table, row, _ITEM, names)
        if known is None:
            unknown += 1
            continue
        of_item = labels.setdefault(known.id, {})
        weight = _number(table, row, _WEIGHT)
        if with_points and points.setdefault(known.id, _point(table, row)) != _point(table, row):
            raise table.error(f"gives '{row.values[_ITEM]}' two points of valence and arousal ({row.place})")
        for label in _labels(table, row) if has_labels else ():
            if of_item.setdefault(label, weight) != weight:
                raise table.error(f"gives '{row.values[_ITEM]}' the label '{label}' with two weights ({row.place})")
    return ReadTruth(ItemLabels(labels), rows, unknown, ItemAffects(points) if with_points else None)


def _read_pairs(table: Table, names: Names) -> ReadTruth:
    partners: dict[str, dict[str, float]] = defaultdict(dict)
    rows = unknown = 0
    for row in _rows(table):
        rows += 1
        first, second = (_item(table, row, column, names) for column in (_FROM, _TO))
        grade = _number(table, row, _GRADE)
        if first is None or second is None:
            unknown += 1
            continue
        if first.modality == second.modality:
            raise table.error(f"pairs two items of one kind in {row.place}; a pair is a song and a picture")
        if partners[first.id].setdefault(second.id, grade) != grade:
            raise table.error(f"grades a pair twice, the second time in {row.place}; keep one of the two")
        partners[second.id][first.id] = grade
    return ReadTruth(PairGrades(dict(partners)), rows, unknown)


def _rows(table: Table) -> Iterator[Row]:
    """The rows; SourceError for one that cannot be read, and where there is none."""
    row = None
    for row in table.rows():
        if isinstance(row, BadRow):
            raise table.error(f"cannot be used: {row.place} {row.fault}")
        yield row
    if row is None:
        raise table.error("holds no rows, only the names of its columns")


def _item(table: Table, row: Row, column: str, names: Names) -> _Known | None:
    """The item of the collection that is named there; None where it holds none of that name."""
    name = row.values.get(column)
    if not isinstance(name, str):
        raise table.error(f"has no {column} in {row.place}")
    said = row.values.get(_MODALITY) if column == _ITEM else None
    modality = next((one for one in MODALITIES if one == said), None)
    if said is not None and modality is None:
        raise table.error(f"has the modality '{said}' in {row.place}, neither audio nor image")
    found = names.find(name, modality, table.file.parent)
    if len(found) > 1:
        raise table.error(
            f"names '{name}' in {row.place}, which {len(found)} items of the collection are called; use ids or paths"
        )
    return found[0] if found else None


def _labels(table: Table, row: Row) -> list[str]:
    value = row.values.get(_LABEL)
    labels = value if isinstance(value, list) else [value]
    if not labels or not all(isinstance(label, str) and label.strip() for label in labels):
        raise table.error(f"has no {_LABEL} in {row.place}")
    return [str(label).strip() for label in labels]


def _point(table: Table, row: Row) -> tuple[float, float]:
    """Valence and arousal."""
    valence, arousal = (finite_number(str(row.values.get(column, ""))) for column in (_VALENCE, _AROUSAL))
    if valence is None or arousal is None or not max(abs(valence), abs(arousal)) <= 1:
        raise table.error(f"has no {_VALENCE} and {_AROUSAL} from -1 to 1 in {row.place}")
    return valence, arousal


def _number(table: Table, row: Row, column: str) -> float:
    value = row.values.get(column, 1)
    try:
        number = float(value) if isinstance(value, str | int | float) else math.nan
    except ValueError:
        number = math.nan
    if not 0 <= number < math.inf:
        raise table.error(f"has the {column} '{value}' in {row.place}; it must be a finite number of at least 0")
    return number


def _names(item: Item) -> Iterator[str]:
    yield item.id
    if item.name:
        yield item.name
    for path in item.paths:
        yield path
        yield PurePath(path).name
