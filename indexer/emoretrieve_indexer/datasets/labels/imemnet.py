"""IMEMNet (Zhao and others 2020): clips of DEAM with pictures of IAPS, NAPS and EMOTIC, and a score for each pair.

A line has the clip, the picture and their score, between spaces: `1967-11 COCO_train2014_000000318807 0.8757`. The
score follows from how near both are in valence and arousal, 0..1, and is the grade. The clip is the file
`1967-11.wav`, the picture `COCO_train2014_000000318807.jpg`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from emoretrieve.store.filter import finite_number
from emoretrieve_indexer.datasets.description import bad_dataset
from emoretrieve_indexer.datasets.labels.graded_pairs import GradedPair, PairSet


def _read(files: Sequence[Path]) -> Iterator[GradedPair]:
    for file in files:
        for number, line in enumerate(_lines(file), start=1):
            if line.strip():
                yield _pair(file, number, line)


def _lines(file: Path) -> Sequence[str]:
    try:
        return file.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise bad_dataset(file, "is not UTF-8 text") from None
    except OSError as error:
        raise bad_dataset(file, f"cannot be read: {error.strerror}") from error


def _pair(file: Path, number: int, line: str) -> GradedPair:
    cells = line.split()
    score = finite_number(cells[2]) if len(cells) == 3 else None
    if score is None or not 0 <= score <= 1:
        raise bad_dataset(file, f"has a bad line {number}: a clip, a picture and a score from 0 to 1 are wanted")
    return GradedPair(f"{cells[0]}.wav", f"{cells[1]}.jpg", score)


IMEMNET = PairSet("imemnet", ("train_matching.txt", "val_matching.txt", "test_matching.txt"), _read)
