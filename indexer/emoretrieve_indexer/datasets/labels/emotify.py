"""Emotify (Aljanaki, Wiering and Veltkamp 2016): songs, one row a listener, who chose among nine emotions.

The emotions are those of GEMS (Zentner, Grandjean and Scherer 2008), 1 where chosen. An emotion stands for a quadrant
where it can be of only one: solemnity and nostalgia are left out. The song 105 of the genre electronic, of which each
has 100, is the file `electronic/5.mp3`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from emoretrieve.table import Row
from emoretrieve_indexer.datasets.description import bad_dataset
from emoretrieve_indexer.datasets.labels.affect import Quadrant
from emoretrieve_indexer.datasets.labels.answers import labelled
from emoretrieve_indexer.datasets.labels.description import Labelled, LabelSet, rows_of

_EMOTIONS: Mapping[str, Quadrant] = {
    **dict.fromkeys(("amazement", "power", "joyful_activation"), "excited"),
    "tension": "angry",
    "sadness": "sad",
    **dict.fromkeys(("tenderness", "calmness"), "calm"),
}
_OF_A_GENRE = 100
"""Songs."""


def _read(files: Sequence[Path]) -> Iterator[Labelled]:
    chosen: dict[str, Counter[Quadrant]] = defaultdict(Counter)
    for file in files:
        for row in rows_of(file, ("track id", "genre", *_EMOTIONS)):
            song = _song(file, row)
            for emotion, quadrant in _EMOTIONS.items():
                chosen[song][quadrant] += _choice(file, row, emotion)
    for song, counts in chosen.items():
        if counts.total():
            yield labelled(song, counts)


def _song(file: Path, row: Row) -> str:
    try:
        number = int(str(row.values["track id"]))
    except ValueError:
        number = 0
    if number < 1:
        raise bad_dataset(file, f"has the track id '{row.values['track id']}' in {row.place}, which is no number")
    return f"{str(row.values['genre']).strip()}/{(number - 1) % _OF_A_GENRE + 1}.mp3"


def _choice(file: Path, row: Row, emotion: str) -> int:
    value = str(row.values[emotion]).strip()
    if value not in ("0", "1"):
        raise bad_dataset(file, f"has '{value}' for {emotion} in {row.place}, neither 0 nor 1")
    return int(value)


EMOTIFY = LabelSet("emotify", "audio", ("data.csv",), _read)
