"""EMOPIA (Hung and others 2021): clips of pop piano, each in one quadrant of Russell's plane.

A clip `Q1_0vLPYiPN7qY_0` is the file `Q1_0vLPYiPN7qY_0.mp3`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from emoretrieve_indexer.datasets.description import bad_dataset
from emoretrieve_indexer.datasets.labels.affect import Quadrant
from emoretrieve_indexer.datasets.labels.answers import labelled
from emoretrieve_indexer.datasets.labels.description import Labelled, LabelSet, rows_of

_QUADRANTS: Mapping[str, Quadrant] = {"1": "excited", "2": "angry", "3": "sad", "4": "calm"}


def _read(files: Sequence[Path]) -> Iterator[Labelled]:
    for file in files:
        for row in rows_of(file, ("ID", "4Q")):
            quadrant = _QUADRANTS.get(str(row.values["4Q"]).strip())
            if quadrant is None:
                raise bad_dataset(file, f"has the quadrant '{row.values['4Q']}' in {row.place}, none of 1, 2, 3, 4")
            yield labelled(f"{row.values['ID']}.mp3", {quadrant: 1})


EMOPIA = LabelSet("emopia", "audio", ("label.csv",), _read)
