"""Small data sets in the true layouts, of items that are made up."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

ARTGRAPH_COLUMNS = ("FileName", "ArtworkTitle", "ArtistName", "ArtworkYear", "Period", "Style", "Genre", "Movement")

FMA_COLUMNS = (
    ("album", "comments"),
    ("album", "date_released"),
    ("album", "title"),
    ("artist", "bio"),
    ("artist", "name"),
    ("set", "split"),
    ("set", "subset"),
    ("track", "bit_rate"),
    ("track", "genre_top"),
    ("track", "genres"),
    ("track", "title"),
)
"""In the order of the file, which has 52."""


def write_artgraph(folder: Path, styles: Sequence[str | None]) -> Path:
    """A table of pictures `0.png`, `1.png` .. with these styles."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder.mkdir(parents=True, exist_ok=True)
    rows = [
        (f"{number}.png", f"Picture {number}", "anna-berg", 1900.0 + number, "None", style, "landscape", None)
        for number, style in enumerate(styles)
    ]
    columns = {name: [row[place] for row in rows] for place, name in enumerate(ARTGRAPH_COLUMNS)}
    pq.write_table(pa.table(columns), folder / "artgraph_metadata.parquet")
    return folder


def write_fma(folder: Path, genres: Mapping[int, str]) -> Path:
    """A table of tracks with these top genres, as `fma_metadata.zip` unpacks it."""
    (folder / "fma_metadata").mkdir(parents=True, exist_ok=True)
    with (folder / "fma_metadata" / "tracks.csv").open("w", newline="") as text:
        table = csv.writer(text)
        table.writerow(["", *(group for group, _ in FMA_COLUMNS)])
        table.writerow(["", *(name for _, name in FMA_COLUMNS)])
        table.writerow(["track_id", *[""] * len(FMA_COLUMNS)])
        for track, genre in genres.items():
            cells = ["0", "2009-01-05 00:00:00", "An album", "<p>A life,\nin lines.</p>", "A band", "training", "small"]
            table.writerow([track, *cells, "256000", genre, "[21]", f"Song {track}"])
    return folder
