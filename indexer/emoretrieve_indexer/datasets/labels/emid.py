"""EMID (Zou and others 2023): clips of music, each with three pictures of the same emotional category."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from emoretrieve_indexer.datasets.labels.description import rows_of
from emoretrieve_indexer.datasets.labels.graded_pairs import GradedPair, PairSet

_SONG = "Audio_Filename"
_PICTURES = ("Image1_filename", "Image2_filename", "Image3_filename")


def _read(files: Sequence[Path]) -> Iterator[GradedPair]:
    for file in files:
        for row in rows_of(file, (_SONG,), maybe=_PICTURES):
            for column in _PICTURES:
                if column in row.values:
                    yield GradedPair(str(row.values[_SONG]), str(row.values[column]), 1.0)


EMID = PairSet("emid", ("EMID_data.csv",), _read)
