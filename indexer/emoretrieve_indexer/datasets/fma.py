"""FMA (Defferrard and others 2017): songs with a table `tracks.csv`, from `fma_metadata.zip`.

The table begins with three rows: the groups of the columns (`track`, `artist`, `album`, `set`), their names, and
`track_id` over the first column. The song 2 is the file `000002.mp3`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from emoretrieve.table import MAX_CELL
from emoretrieve_indexer.datasets.description import Dataset, Entry, bad_dataset

_GENRE = ("track", "genre_top")
_METADATA = {
    ("track", "title"): "title",
    ("artist", "name"): "artist",
    ("album", "title"): "album",
    ("album", "date_released"): "released",
    ("set", "subset"): "subset",
    ("set", "split"): "split",
    _GENRE: "genre",
}


def _entries(file: Path) -> Iterator[Entry]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            csv.field_size_limit(MAX_CELL)
            yield from _read(file, csv.reader(text, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise bad_dataset(file, f"cannot be read: {error}") from error


def _read(file: Path, rows: Iterator[Sequence[str]]) -> Iterator[Entry]:
    groups, names, index = (next(rows, []) for _ in range(3))
    columns = {column: place for place, column in enumerate(zip(groups, names, strict=False))}
    if not index or index[0] != "track_id" or _GENRE not in columns:
        raise bad_dataset(
            file,
            "is no table of FMA: it begins with rows of groups (with 'track'), of names (with 'genre_top') and "
            "of 'track_id'",
        )
    for number, cells in enumerate(rows, start=4):
        if not cells[0].isdecimal() or len(cells) != len(groups):
            raise bad_dataset(file, f"has a bad row {number}: a track_id and {len(groups)} cells are wanted")
        values = {key: cells[columns[column]] for column, key in _METADATA.items() if column in columns}
        metadata = {key: value for key, value in values.items() if value}
        yield Entry(f"{int(cells[0]):06d}.mp3", metadata.get("genre", ""), metadata)


FMA = Dataset("fma", "tracks.csv", "top genre", _entries)
