"""What a data set of labels is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from emoretrieve.item import Modality
from emoretrieve.table import BadRow, Row, Table
from emoretrieve_indexer.datasets.description import KIND, bad_dataset
from emoretrieve_indexer.datasets.labels.affect import Affect, Quadrant


@dataclass(frozen=True, slots=True)
class Labelled:
    """What people said of one item."""

    file_name: str
    affect: Affect
    quadrants: Mapping[Quadrant, float]
    """Shares that sum to 1."""


@dataclass(frozen=True, slots=True)
class LabelSet:
    """One data set."""

    name: str
    modality: Modality
    tables: Sequence[str]
    """Patterns for the names of its tables, which lie anywhere below the folder of the data set."""
    read: Callable[[Sequence[Path]], Iterator[Labelled]]
    """The items of the tables, each once; raises SourceError (`bad_dataset`)."""


def rows_of(file: Path, columns: Sequence[str], maybe: Sequence[str] = ()) -> Iterator[Row]:
    """The rows of a table that has these columns, all of them filled but those that `maybe` are."""
    table = Table(file, KIND)
    there = table.columns()
    for column in (*columns, *maybe):
        if column not in there:
            raise bad_dataset(file, f"has no column '{column}' (its columns are {', '.join(there[:10])})")
    for row in table.rows():
        if isinstance(row, BadRow):
            raise bad_dataset(file, f"cannot be used: {row.place} {row.fault}")
        for column in columns:
            if column not in row.values:
                raise bad_dataset(file, f"has no {column} in {row.place}")
        yield row
