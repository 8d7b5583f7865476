"""Reading a caption: its emotion words, each with what the words before it do to it.

Negation ("not calm", "without any sadness", "far from gentle") turns a word against its axis; intensity ("very",
"slightly", "a touch of") scales it. Both reach over a few words and never past the end of a clause. A sentence that
begins with "It feels" states the mood outright; its words are marked as stated.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from emoretrieve.perception.lexicon_entries import Entry, Lexicon

_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|[.!?;:…\n\r]|[,()—–]")
_SENTENCE_ENDS = frozenset(".!?;:…\n\r")
_CLAUSE_ENDS = frozenset(",()—–")
_TURNS = frozenset({"but", "yet", "though", "although", "while", "whereas", "however", "instead", "rather than"})

INTENSITIES = {
    "hardly": 0.1, "scarcely": 0.05, "barely": 0.15, "faintly": 0.25, "faint": 0.25, "slightly": 0.4, "slight": 0.4,
    "mildly": 0.5, "somewhat": 0.6, "moderately": 0.6, "partly": 0.6, "vaguely": 0.4, "less": 0.4, "little": 0.3,
    "fairly": 0.7, "rather": 0.8, "quite": 0.9, "very": 1.25, "deeply": 1.3, "highly": 1.3, "strongly": 1.3,
    "really": 1.2, "truly": 1.2, "so": 1.2, "most": 1.2, "more": 1.1, "particularly": 1.2, "especially": 1.2,
    "profoundly": 1.4, "intensely": 1.4, "extremely": 1.5, "utterly": 1.5, "incredibly": 1.5, "overwhelmingly": 1.5,
    "immensely": 1.5, "completely": 1.4, "totally": 1.4, "wholly": 1.4, "purely": 1.3,
    "hint of": 0.25, "hints of": 0.25, "touch of": 0.35, "touches of": 0.35, "trace of": 0.2, "traces of": 0.2,
    "bit of": 0.4, "note of": 0.5, "tinge of": 0.4, "dash of": 0.4, "shade of": 0.4, "suggestion of": 0.4,
    "a bit": 0.4, "kind of": 0.6, "sort of": 0.6,
}  # fmt: skip
"""What a word or phrase before an emotion word multiplies its strength by."""

NEGATORS = frozenset(
    {
        "not", "no", "never", "without", "nor", "neither", "cannot", "lack", "lacks", "lacking", "lacked",
        "far from", "free of", "free from", "devoid of", "absence of", "anything but", "instead of", "rather than",
        "nothing", "none", "isn't", "aren't", "wasn't", "weren't", "doesn't", "don't", "didn't", "won't", "can't",
    }
)  # fmt: skip
NOT_NEGATING = frozenset({"only", "just", "merely", "simply", "doubt", "matter", "longer"})
"""After a negator these mean that nothing is denied: "not only calm", "no doubt a sad song"."""

_NEGATION_REACH = 5
_INTENSITY_REACH = 2
_PHRASES = [tuple(phrase.split()) for phrase in (*INTENSITIES, *NEGATORS) if " " in phrase]
_PHRASES_BY_FIRST_WORD = {first: [phrase for phrase in _PHRASES if phrase[0] == first] for first, *_ in _PHRASES}


@dataclass(frozen=True, slots=True)
class Hit:
    """An emotion word in a text."""

    entry: Entry
    start: int
    end: int
    """The place of the word in the text: `text[start:end]` is the word as written."""
    intensity: float
    """What "very" (above 1) or "slightly" (below 1) makes of it."""
    negated: bool
    stated: bool
    """It stands in a sentence that states the mood outright ("It feels ...")."""


class _Reader:
    """One pass over the words of a text, with the negation and intensity that wait for the next emotion word."""

    def __init__(self, text: str, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._matches = list(_TOKEN.finditer(text))
        self._words = [match.group().lower().replace("’", "'") for match in self._matches]
        self._hits: list[Hit] = []
        self._stated = False
        self._clear()

    def _clear(self) -> None:
        self._negated = False
        self._negation_left = 0
        self._intensity = 1.0
        self._intensity_left = 0

    def read(self) -> list[Hit]:
        place = 0
        sentence_begins = True
        while place < len(self._words):
            if sentence_begins:
                self._stated = self._words[place : place + 2] == ["it", "feels"]
            sentence_begins = self._words[place] in _SENTENCE_ENDS
            place += self._step(place)
        return self._hits

    def _step(self, place: int) -> int:
        """Read what stands at a place; the number of words it took."""
        word = self._words[place]
        if word in _SENTENCE_ENDS or word in _CLAUSE_ENDS or word in _TURNS:
            self._clear()
            return 1
        if taken := self._modifier(place):
            return taken
        entry, taken = self._lexicon.find(self._words, place)
        if entry is not None:
            self._hit(entry, place, taken)
        self._wait(taken)
        return taken

    def _modifier(self, place: int) -> int:
        """Remember a negator or an intensity that stands here; the number of words it took, 0 for none."""
        words = next(
            (
                phrase
                for phrase in _PHRASES_BY_FIRST_WORD.get(self._words[place], ())
                if tuple(self._words[place : place + len(phrase)]) == phrase
            ),
            (self._words[place],),
        )
        name = " ".join(words)
        if name in NEGATORS:
            self._negated = not (self._negated and self._negation_left == _NEGATION_REACH)
            self._negation_left = _NEGATION_REACH
        elif name in INTENSITIES:
            self._intensity = _combine(self._intensity, INTENSITIES[name])
            self._intensity_left = _INTENSITY_REACH + 1
            self._wait(1)
        elif name in NOT_NEGATING and self._negation_left == _NEGATION_REACH:
            self._clear()
        else:
            return 0
        return len(words)

    def _hit(self, entry: Entry, place: int, taken: int) -> None:
        start, end = self._matches[place].start(), self._matches[place + taken - 1].end()
        self._hits.append(Hit(entry, start, end, self._intensity, self._negated, self._stated))
        following = self._words[place + taken : place + taken + 1]
        if following == ["or"] or following == ["nor"]:
            self._negation_left += 3
            self._intensity_left += 3
        else:
            self._intensity, self._intensity_left = 1.0, 0

    def _wait(self, words: int) -> None:
        """Let words go by: negation and intensity wear off."""
        self._negation_left -= words
        self._intensity_left -= words
        if self._negation_left <= 0:
            self._negated = False
        if self._intensity_left <= 0:
            self._intensity = 1.0


def _combine(outer: float, inner: float) -> float:
    """The intensity of two in a row: "hardly a trace of" is less than either, "very slightly" less than slightly."""
    return inner / outer if inner < 1 < outer else inner * outer


def read(text: str, lexicon: Lexicon) -> list[Hit]:
    """The emotion words of a text in their order, with their negation and intensity."""
    return _Reader(text, lexicon).read()
