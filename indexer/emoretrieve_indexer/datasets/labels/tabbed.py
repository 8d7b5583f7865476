"""Tables whose cells stand between tabs."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from emoretrieve.table import MAX_CELL
from emoretrieve_indexer.datasets.description import bad_dataset


def tabbed_rows(file: Path) -> Iterator[Sequence[str]]:
    """The rows, that of the names first; raises SourceError (`bad_dataset`) where the rest cannot be read."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            csv.field_size_limit(MAX_CELL)
            yield from csv.reader(text, delimiter="\t")
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise bad_dataset(file, f"cannot be read: {error}") from error
