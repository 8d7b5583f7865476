"""ArtGraph: pictures from WikiArt, with a table `artgraph_metadata.parquet`.

Columns: `FileName`, `ArtworkTitle`, `ArtistName`, `ArtworkYear`, `Period`, `Style`, `Genre`, `Movement`; one row a
picture.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from emoretrieve.table import BadRow, Table
from emoretrieve_indexer.datasets.description import KIND, Dataset, Entry, bad_dataset

_NAME, _STYLE = "FileName", "Style"
_METADATA = {
    "ArtworkTitle": "title",
    "ArtistName": "artist",
    "ArtworkYear": "year",
    "Period": "period",
    _STYLE: "style",
    "Genre": "genre",
    "Movement": "movement",
}
_ABSENT = ("None", "nan")


def _entries(file: Path) -> Iterator[Entry]:
    table = Table(file, KIND)
    columns = table.columns()
    for column in (_NAME, _STYLE):
        if column not in columns:
            raise bad_dataset(file, f"has no column '{column}' (its columns are {', '.join(columns[:10])})")
    for row in table.rows():
        if isinstance(row, BadRow):
            raise bad_dataset(file, f"cannot be used: {row.place} {row.fault}")
        name = row.values.get(_NAME)
        if not isinstance(name, str):
            raise bad_dataset(file, f"has no {_NAME} in {row.place}")
        metadata = {
            key: row.values[column]
            for column, key in _METADATA.items()
            if column in row.values and str(row.values[column]) not in _ABSENT
        }
        yield Entry(name, str(metadata.get("style", "")), metadata)


ARTGRAPH = Dataset("artgraph", "artgraph_metadata.parquet", "style", _entries)
