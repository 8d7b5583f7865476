"""MTG-Jamendo, moods and themes (Bogdanov and others 2019): songs with tags such as `mood/theme---happy`.

The table separates its cells by tabs; tags are all cells from the sixth on. The song `48/948.mp3` is the file
`948.mp3`. Moods that name a quadrant count, one each; themes, and moods that could be several, are left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from emoretrieve_indexer.datasets.description import bad_dataset
from emoretrieve_indexer.datasets.labels.affect import Quadrant
from emoretrieve_indexer.datasets.labels.answers import labelled
from emoretrieve_indexer.datasets.labels.description import Labelled, LabelSet
from emoretrieve_indexer.datasets.labels.tabbed import tabbed_rows

_HEADER = ["TRACK_ID", "ARTIST_ID", "ALBUM_ID", "PATH", "DURATION", "TAGS"]
_CATEGORY = "mood/theme---"
_MOODS: Mapping[str, Quadrant] = {
    **dict.fromkeys(("energetic", "fun", "funny", "happy", "party", "positive", "upbeat", "uplifting"), "excited"),
    **dict.fromkeys(("horror",), "angry"),
    **dict.fromkeys(("melancholic", "sad"), "sad"),
    **dict.fromkeys(("calm", "meditative", "mellow", "relaxing", "soft"), "calm"),
}


def _read(files: Sequence[Path]) -> Iterator[Labelled]:
    for file in files:
        yield from _songs(file, tabbed_rows(file))


def _songs(file: Path, rows: Iterator[Sequence[str]]) -> Iterator[Labelled]:
    if next(rows, []) != _HEADER:
        raise bad_dataset(file, f"is no table of MTG-Jamendo: its first line is {', '.join(_HEADER)}, between tabs")
    for number, cells in enumerate(rows, start=2):
        if len(cells) < len(_HEADER):
            raise bad_dataset(file, f"has a bad row {number}: {len(_HEADER)} cells or more are wanted")
        moods = (_MOODS.get(tag.removeprefix(_CATEGORY)) for tag in cells[5:] if tag.startswith(_CATEGORY))
        counts = Counter(quadrant for quadrant in moods if quadrant is not None)
        if counts:
            yield labelled(PurePosixPath(cells[3]).name, counts)


JAMENDO = LabelSet("jamendo", "audio", ("autotagging_moodtheme.tsv",), _read)
