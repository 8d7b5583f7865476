"""The tables of a data set, found, and a table of truth, written."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from emoretrieve.errors import SourceError
from emoretrieve.files import replacing
from emoretrieve_indexer.datasets.description import bad_dataset


def tables_of(name: str, folder: Path, patterns: Sequence[str]) -> list[Path]:
    """The files of these names below the folder, at least one; raises SourceError (`bad_dataset`)."""
    found = sorted(file for pattern in patterns for file in folder.rglob(pattern))
    if not found:
        wanted = "' or '".join(patterns)
        raise bad_dataset(folder, f"holds no file '{wanted}', the table of {name}")
    return found


def write_truth(file: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV table, whole or not at all, in the place of nothing but another; SourceError (`not_writable`)."""
    try:
        if file.exists() and not _gives_way(file, columns):
            raise SourceError(
                f"'{file}' is there already and is no table of truth like this one; choose another name.",
                kind="not_writable",
            )
        with replacing(file) as partial, partial.open("w", encoding="utf-8", newline="") as text:
            table = csv.writer(text, lineterminator="\n")
            table.writerow(columns)
            table.writerows(rows)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise SourceError(f"The labels cannot be written to '{file}': {reason}.", kind="not_writable") from error


def _gives_way(file: Path, columns: Sequence[str]) -> bool:
    if not file.is_file():
        return False
    with file.open("rb") as there:
        start = there.read(1024).lstrip()
    return not start or start.startswith(",".join(columns).encode())
