"""WikiArt Emotions (Mohammad and Kiritchenko 2018): paintings with the share of people who named each of 20 emotions.

The table separates its cells by tabs. What people said of the picture alone counts (`ImageOnly: happiness`), not what
they said of its title. An emotion stands for a quadrant where it can be of only one. A painting is the file of its `ID`
with `.jpg`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from emoretrieve_indexer.datasets.description import bad_dataset
from emoretrieve_indexer.datasets.labels.affect import Quadrant
from emoretrieve_indexer.datasets.labels.answers import labelled
from emoretrieve_indexer.datasets.labels.description import Labelled, LabelSet
from emoretrieve_indexer.datasets.labels.tabbed import tabbed_rows

_EMOTIONS: Mapping[str, Quadrant] = {
    **dict.fromkeys(("anticipation", "happiness", "love", "optimism"), "excited"),
    **dict.fromkeys(("anger", "disagreeableness", "disgust", "fear"), "angry"),
    **dict.fromkeys(("pessimism", "regret", "sadness", "shame"), "sad"),
    **dict.fromkeys(("agreeableness", "gratitude", "humility", "trust"), "calm"),
}


def _read(files: Sequence[Path]) -> Iterator[Labelled]:
    for file in files:
        rows = tabbed_rows(file)
        columns = {name.strip(): place for place, name in enumerate(next(rows, []))}
        wanted = {emotion: f"ImageOnly: {emotion}" for emotion in _EMOTIONS}
        for column in ("ID", *wanted.values()):
            if column not in columns:
                raise bad_dataset(file, f"has no column '{column}'")
        places = {emotion: columns[column] for emotion, column in wanted.items()}
        for number, cells in enumerate(rows, start=2):
            if len(cells) < len(columns) or not cells[columns["ID"]]:
                raise bad_dataset(file, f"has a bad row {number}: an ID and {len(columns)} cells are wanted")
            counts = _counts(file, number, {emotion: cells[place] for emotion, place in places.items()})
            if counts:
                yield labelled(f"{cells[columns['ID']]}.jpg", counts)


def _counts(file: Path, number: int, shares: Mapping[str, str]) -> dict[Quadrant, float]:
    """The shares of each quadrant, those above 0."""
    counts: dict[Quadrant, float] = defaultdict(float)
    for emotion, text in shares.items():
        try:
            share = float(text)
        except ValueError:
            share = -1.0
        if not 0 <= share <= 1:
            raise bad_dataset(file, f"has the share '{text}' of {emotion} in row {number}, none from 0 to 1")
        if share:
            counts[_EMOTIONS[emotion]] += share
    return dict(counts)


WIKIART_EMOTIONS = LabelSet("wikiart-emotions", "image", ("WikiArt-Emotions-All.tsv",), _read)
