"""Which pieces the corpus of music21 holds: a file each, or a tune of a file that holds many (ABC)."""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLK = ("airdsAirs", "essenFolksong", "miscFolk", "nottingham-dataset", "oneills1850", "ryansMammoth")
"""Collections of tunes: one line of notes without instruments."""
SCORES = (
    "bach", "palestrina", "trecento", "monteverdi", "josquin", "beethoven", "mozart", "haydn", "schumann_robert",
    "schumann_clara", "chopin", "corelli", "handel", "schubert", "weber", "verdi", "ciconia", "lusitano", "cpebach",
    "joplin", "beach", "liliuokalani", "johnson_j_r",
)  # fmt: skip
ENDINGS = (".abc", ".krn", ".mxl", ".xml", ".musicxml")
MOST_OF_ONE_COLLECTION = 3_000
"""Essen alone has 8,500 tunes."""
SHUFFLE_SEED = 20_261_127
_TUNE = re.compile(r"^X:", re.MULTILINE)
_FIELD = re.compile(r"^([A-Z]):[ \t]*(.*\S)[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece: `tune` is its place in a file of tunes, None where it has a file of its own."""

    collection: str
    path: Path
    within: str
    """The path inside the corpus."""
    tune: int | None

    @property
    def name(self) -> str:
        return self.within if self.tune is None else f"{self.within}#{self.tune}"

    @property
    def key(self) -> str:
        """A name for files, which is the same on every machine: 16 hexadecimal digits."""
        return hashlib.sha256(self.name.encode()).hexdigest()[:16]

    def abc(self) -> str:
        """The text of a tune: what stands before the first one in the file is not part of it."""
        return "X:" + _TUNE.split(self.path.read_text("utf-8", "replace"))[(self.tune or 0) + 1]


def pieces(most: int = MOST_OF_ONE_COLLECTION) -> list[Piece]:
    """All pieces that are looked at, in an order that is random and always the same."""
    from music21 import common

    corpus, draw = Path(common.getCorpusFilePath()), random.Random(SHUFFLE_SEED)
    found: list[Piece] = []
    for collection in FOLK + SCORES:
        of_it = sorted(_of(corpus, collection), key=lambda piece: piece.name)
        found += draw.sample(of_it, min(most, len(of_it)))
    draw.shuffle(found)
    return found


def abc_fields(text: str) -> dict[str, str]:
    """The first value of each field of a tune's head: T title, C composer, O origin, R rhythm, M metre, Q tempo."""
    fields: dict[str, str] = {}
    for letter, value in _FIELD.findall(text):
        fields.setdefault(letter, value)
    return fields


def _of(corpus: Path, collection: str) -> Iterator[Piece]:
    for path in (corpus / collection).rglob("*"):
        within = path.relative_to(corpus).as_posix()
        if path.suffix not in ENDINGS:
            continue
        if collection in FOLK:
            tunes = len(_TUNE.findall(path.read_text("utf-8", "replace")))
            yield from (Piece(collection, path, within, tune) for tune in range(tunes))
        else:
            yield Piece(collection, path, within, None)
