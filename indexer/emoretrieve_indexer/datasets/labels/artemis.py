"""ArtEmis (Achlioptas and others 2021): paintings of WikiArt, one row an answer, with one of nine emotions.

Each emotion stands in the middle of its quadrant; an item is the mean of its answers. `something else` says nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from emoretrieve_indexer.datasets.description import bad_dataset
from emoretrieve_indexer.datasets.labels.affect import Quadrant
from emoretrieve_indexer.datasets.labels.answers import labelled
from emoretrieve_indexer.datasets.labels.description import Labelled, LabelSet, rows_of
from emoretrieve_indexer.datasets.labels.mikels import MIKELS

_EMOTIONS: Mapping[str, Quadrant | None] = {**MIKELS, "something else": None}


def _read(files: Sequence[Path]) -> Iterator[Labelled]:
    answers: dict[str, Counter[Quadrant]] = defaultdict(Counter)
    for file in files:
        for row in rows_of(file, ("painting", "emotion")):
            emotion = str(row.values["emotion"])
            if emotion not in _EMOTIONS:
                raise bad_dataset(file, f"has the emotion '{emotion}' in {row.place}, which is none of ArtEmis")
            quadrant = _EMOTIONS[emotion]
            if quadrant is not None:
                answers[str(row.values["painting"])][quadrant] += 1
    for painting, counts in answers.items():
        yield labelled(f"{painting}.jpg", counts)


ARTEMIS = LabelSet("artemis", "image", ("artemis_dataset_release_v0.csv",), _read)
