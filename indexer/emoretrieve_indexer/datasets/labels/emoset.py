"""EmoSet-118K (Yang and others 2023): pictures, each with one of eight emotions, in `train.json` and its siblings.

Each is a list of lists: emotion, path of the picture (`image/amusement/amusement_00000.jpg`), path of its annotation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from emoretrieve_indexer.datasets.description import bad_dataset
from emoretrieve_indexer.datasets.labels.answers import labelled
from emoretrieve_indexer.datasets.labels.description import Labelled, LabelSet
from emoretrieve_indexer.datasets.labels.json_file import read_json
from emoretrieve_indexer.datasets.labels.mikels import MIKELS


def _read(files: Sequence[Path]) -> Iterator[Labelled]:
    for file in files:
        rows = read_json(file)
        if not isinstance(rows, list):
            raise bad_dataset(file, "is no list of pictures")
        for number, row in enumerate(rows, start=1):
            yield _labelled(file, number, row)


def _labelled(file: Path, number: int, row: object) -> Labelled:
    if not isinstance(row, list) or len(row) < 2 or not all(isinstance(cell, str) and cell for cell in row[:2]):
        raise bad_dataset(file, f"has an entry {number} that is no emotion and path of a picture")
    emotion, path = row[:2]
    if emotion not in MIKELS:
        raise bad_dataset(file, f"has the emotion '{emotion}' in entry {number}, which is none of EmoSet")
    return labelled(PurePosixPath(path).name, {MIKELS[emotion]: 1})


EMOSET = LabelSet("emoset", "image", ("train.json", "val.json", "test.json"), _read)
