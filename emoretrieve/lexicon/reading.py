"""Reading a caption: its emotion words, each with what the words before it make of it.

Negation ("not calm", "without any sadness", "far from gentle") turns a word against its axis; intensity ("very",
"slightly", "a touch of") scales it. Both reach over a few words and never past the end of a clause. A sentence that
begins with "It feels" states the mood outright, and its words are marked so ("It feels like a summer day" compares
and states nothing).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from emoretrieve.lexicon.entries import Entry, Lexicon

INTENSITIES = {
    "scarcely even": 0.02,
    "scarcely": 0.05, "hardly": 0.1, "barely": 0.15, "faintly": 0.25, "faint": 0.25, "little": 0.3, "slightly": 0.4,
    "slight": 0.4, "vaguely": 0.4, "less": 0.4, "mildly": 0.5, "somewhat": 0.6, "partly": 0.6, "moderately": 0.65,
    "fairly": 0.7, "rather": 0.8, "quite": 0.9,
    "more": 1.1, "most": 1.2, "so": 1.2, "really": 1.2, "truly": 1.2, "particularly": 1.2, "especially": 1.2,
    "very": 1.25, "deeply": 1.3, "highly": 1.3, "strongly": 1.3, "purely": 1.3, "profoundly": 1.4, "intensely": 1.4,
    "completely": 1.4, "totally": 1.4, "wholly": 1.4, "extremely": 1.5, "utterly": 1.5, "incredibly": 1.5,
    "overwhelmingly": 1.5, "immensely": 1.5,
    "trace of": 0.2, "traces of": 0.2, "hint of": 0.25, "hints of": 0.25, "touch of": 0.35, "touches of": 0.35,
    "a bit": 0.4, "bit of": 0.4, "tinge of": 0.4, "dash of": 0.4, "shade of": 0.4, "suggestion of": 0.4,
    "note of": 0.5, "notes of": 0.5,
}  # fmt: skip
"""What a word or phrase before an emotion word multiplies its strength by."""

HARDLY = INTENSITIES["barely"]
"""Outside of graded statements, words of this intensity and below are denied: "hardly calm" is no calm."""

NEGATORS = frozenset((
    "not", "no", "never", "without", "nor", "neither", "none", "nothing", "cannot", "can't", "won't", "isn't", "aren't",
    "wasn't", "weren't", "doesn't", "don't", "didn't", "lack", "lacks", "lacking", "lacked", "devoid of", "far from",
    "free of", "free from", "absence of", "anything but", "instead of", "rather than",
))  # fmt: skip
"""Words and phrases that deny the emotion words after them; one right after another denies nothing ("not without")."""

NOT_DENYING = frozenset(("only", "just", "merely", "simply", "doubt", "matter"))
"""Right after a negator these take it back: "not only calm", "no doubt a sad song"."""

_NEGATION_REACH = 5
_INTENSITY_REACH = 3
_LIST_REACH = 3
"""How many words on a modifier still holds; negation that much longer after "or"."""
_LISTS = frozenset(("and", "or", "nor"))
"""In "hardly calm or settled" and "fairly calm and soothing" the modifier holds for both."""

_TOKEN = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|[.!?;:…\n\r,()—–]")
_SENTENCE_ENDS = frozenset(".!?;:…\n\r")
_CLAUSE_ENDS = _SENTENCE_ENDS | frozenset((*",()—–", "but", "yet", "though", "although", "while", "whereas", "however"))
_PHRASES = [tuple(name.split()) for name in (*INTENSITIES, *NEGATORS) if " " in name]
_PHRASES_FROM = {first: [phrase for phrase in _PHRASES if phrase[0] == first] for first, *_ in _PHRASES}
_SIGNALS = _CLAUSE_ENDS | NEGATORS | NOT_DENYING | INTENSITIES.keys() | _PHRASES_FROM.keys()


@dataclass(frozen=True, slots=True)
class Hit:
    """An emotion word in a text."""

    entry: Entry
    start: int
    end: int
    """The place of the word: `text[start:end]` is the word as written."""
    intensity: float
    """What "very" (above 1) or "slightly" (below 1) makes of it; 1 for the bare word."""
    negated: bool
    stated: bool
    """It stands in a sentence that states the mood outright ("It feels ...")."""

    @property
    def denied(self) -> bool:
        """The text says that it is not so, or hardly."""
        return self.negated or self.intensity <= HARDLY


class _Reader:
    """One pass over the words of a text, with the negation and intensity that wait for the next emotion word."""

    def __init__(self, text: str, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._tokens = list(_TOKEN.finditer(_lower(text)))
        self._words = [token.group() for token in self._tokens]
        self._hits: list[Hit] = []
        self._stated = _states_mood(self._words[:3])
        self._forget()

    def _forget(self) -> None:
        self._negated, self._negated_until = False, -1
        self._intensity, self._intensity_until, self._carried = 1.0, -1, False

    def read(self) -> list[Hit]:
        place, begins = 0, self._lexicon.begins
        while place < len(self._words):
            word = self._words[place]
            if word in _SIGNALS or begins(word):
                place += self._step(place, word)
            else:
                place += 1
        return self._hits

    def _step(self, place: int, word: str) -> int:
        """Take what stands at a place into account; the number of words it took."""
        if word in _CLAUSE_ENDS:
            self._forget()
            if word in _SENTENCE_ENDS:
                self._stated = _states_mood(self._words[place + 1 : place + 4])
            return 1
        name = self._modifier_at(place)
        if name in NEGATORS:
            self._negate(place, name)
        elif name in INTENSITIES:
            self._intensify(place, name)
        elif name in NOT_DENYING and self._negated_until == place - 1 + _NEGATION_REACH:
            self._forget()
        else:
            return self._take_entry(place)
        return name.count(" ") + 1

    def _modifier_at(self, place: int) -> str:
        """The modifying phrase that stands at a place, else the word."""
        for phrase in _PHRASES_FROM.get(self._words[place], ()):
            if tuple(self._words[place : place + len(phrase)]) == phrase:
                return " ".join(phrase)
        return self._words[place]

    def _negate(self, place: int, name: str) -> None:
        self._negated = self._negated_until != place - 1 + _NEGATION_REACH
        self._negated_until = place + name.count(" ") + _NEGATION_REACH

    def _intensify(self, place: int, name: str) -> None:
        """Two in a row combine: "hardly a trace of" is less than either, "very slightly" less than slightly."""
        outer = self._intensity if place <= self._intensity_until and not self._carried else 1.0
        inner = INTENSITIES[name]
        self._intensity = inner / outer if inner < 1 < outer else inner * outer
        self._intensity_until, self._carried = place + name.count(" ") + _INTENSITY_REACH, False

    def _take_entry(self, place: int) -> int:
        entry, taken = self._lexicon.find(self._words, place)
        if entry is None:
            return 1
        if any(entry.weights):
            self._hits.append(self._hit(entry, place, taken))
            self._carry(place + taken)
        return taken

    def _hit(self, entry: Entry, place: int, taken: int) -> Hit:
        return Hit(
            entry,
            start=self._tokens[place].start(),
            end=self._tokens[place + taken - 1].end(),
            intensity=self._intensity if place <= self._intensity_until else 1.0,
            negated=self._negated and place <= self._negated_until,
            stated=self._stated,
        )

    def _carry(self, place: int) -> None:
        """After an emotion word its intensity is used up, unless a list goes on."""
        following = self._words[place] if place < len(self._words) else ""
        self._carried = following in _LISTS
        if not self._carried:
            self._intensity_until = -1
        elif following != "and":
            self._negated_until += _LIST_REACH


def read(text: str, lexicon: Lexicon) -> list[Hit]:
    """The emotion words of a text in their order, with their negation and intensity; time grows with its length."""
    return _Reader(text, lexicon).read()


def _lower(text: str) -> str:
    """Lower case at the same length, so that places in it are places in the text."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)
    return lowered.replace("’", "'")


def _states_mood(words: list[str]) -> bool:
    """Whether a sentence that begins with these three words says outright how it feels."""
    return words[:2] == ["it", "feels"] and words[2:] not in (["like"], ["as"])
