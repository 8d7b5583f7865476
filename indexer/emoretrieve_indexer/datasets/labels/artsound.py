"""ArtSound (Rinaldi and others 2026): paintings of ArtGraph with songs of FMA, the nearest by ImageBind.

Read are the pairs that its authors published for Art2Mus (2024), a table in JSON by columns: `Image`, the name of a
file, and `Audio`, a path that ends in `fma_large/110/110675.mp3`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from emoretrieve_indexer.datasets.description import bad_dataset
from emoretrieve_indexer.datasets.labels.graded_pairs import GradedPair, PairSet
from emoretrieve_indexer.datasets.labels.json_file import read_json


def _read(files: Sequence[Path]) -> Iterator[GradedPair]:
    for file in files:
        content = read_json(file)
        pictures, songs = _column(file, content, "Image"), _column(file, content, "Audio")
        for row, picture in pictures.items():
            song = songs.get(row)
            if not isinstance(picture, str) or not isinstance(song, str):
                raise bad_dataset(file, f"has no picture and song in row {row}")
            yield GradedPair(PurePosixPath(song).name, PurePosixPath(picture).name, 1.0)


def _column(file: Path, content: object, name: str) -> Mapping[str, object]:
    column = content.get(name) if isinstance(content, dict) else None
    if not isinstance(column, dict):
        raise bad_dataset(file, f"has no column '{name}'")
    return column


ARTSOUND = PairSet("artsound", ("image_audio*.json",), _read)
