"""The authored emotion lexicon as data: which words speak of excitement, calmness and sadness, and how strongly.

`lexicon.tsv` holds one word, word stem (`calm*`) or phrase a row, with a weight from -1 to 1 for each axis; how it was
made stands in `docs/lexicon.md`.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from emoretrieve.errors import PerceptionError

DATA_FILE = Path(__file__).with_name("lexicon.tsv")
HEADER = ("word", "excitement", "calmness", "sadness", "theme")

Weights = tuple[float, float, float]
"""Excitement, calmness, sadness, each -1..1: how much a word speaks for the axis, or against it."""

_SHORTEST_STEM = 3
_REMEMBERED_WORDS = 16_384


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the lexicon."""

    pattern: str
    """Lower case: a word, a stem that ends in `*`, or words with single spaces between."""
    weights: Weights
    theme: str
    """The heading it was authored under, for people who read the file."""


class Lexicon:
    """The entries, ready to be looked up, and the SHA-256 of the file they came from."""

    def __init__(self, data: bytes) -> None:
        self.sha256 = hashlib.sha256(data).hexdigest()
        self.entries = _parse(data.decode("utf-8"))
        self._words: dict[str, Entry] = {}
        self._stems: dict[str, Entry] = {}
        self._phrases: dict[str, list[tuple[tuple[str, ...], Entry]]] = {}
        for entry in self.entries:
            self._add(entry)
        self.find_word = functools.lru_cache(_REMEMBERED_WORDS)(self._find_word)
        self.begins = functools.lru_cache(_REMEMBERED_WORDS)(self._begins)

    def _add(self, entry: Entry) -> None:
        first, *rest = entry.pattern.split(" ")
        if rest:
            phrases = self._phrases.setdefault(first, [])
            phrases.append((tuple(rest), entry))
            phrases.sort(key=lambda phrase: -len(phrase[0]))
        elif first.endswith("*"):
            self._stems[first[:-1]] = entry
        else:
            self._words[first] = entry

    def _find_word(self, word: str) -> Entry | None:
        """The entry of a lower-case word: itself before any stem, a longer stem before a shorter one."""
        if word in self._words:
            return self._words[word]
        for end in range(len(word), _SHORTEST_STEM - 1, -1):
            if word[:end] in self._stems:
                return self._stems[word[:end]]
        return None

    def _begins(self, word: str) -> bool:
        """Whether a lower-case word is an entry or the first word of one."""
        return word in self._phrases or self.find_word(word) is not None

    def find(self, words: Sequence[str], start: int) -> tuple[Entry | None, int]:
        """The entry that begins at a place in a row of lower-case words, and how many words it takes (1 for none)."""
        for rest, entry in self._phrases.get(words[start], ()):
            if tuple(words[start + 1 : start + 1 + len(rest)]) == rest:
                return entry, 1 + len(rest)
        return self.find_word(words[start]), 1


@functools.cache
def load_lexicon(path: Path = DATA_FILE) -> Lexicon:
    """The lexicon of a data file, read once a process; raises PerceptionError where it is missing or malformed."""
    try:
        return Lexicon(path.read_bytes())
    except OSError as exc:
        raise PerceptionError(
            f"The emotion lexicon {path} cannot be read ({exc.strerror}); install emoretrieve again.", kind="no_lexicon"
        ) from exc


def _parse(text: str) -> tuple[Entry, ...]:
    header, *rows = text.rstrip("\n").split("\n")
    if tuple(header.split("\t")) != HEADER:
        raise PerceptionError(
            f"The emotion lexicon must begin with the columns {', '.join(HEADER)}.", kind="no_lexicon"
        )
    return tuple(_entry(number, row) for number, row in enumerate(rows, start=2))


def _entry(number: int, row: str) -> Entry:
    try:
        word, excitement, calmness, sadness, theme = row.split("\t")
        return Entry(word, (float(excitement), float(calmness), float(sadness)), theme)
    except ValueError as exc:
        raise PerceptionError(
            f"Line {number} of the emotion lexicon is malformed: {row!r}.", kind="no_lexicon"
        ) from exc
