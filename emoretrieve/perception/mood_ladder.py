"""The phrases that say how excited, calm or sad something feels, from not at all to utterly, in steps of a hundredth.

They are made of authored words: adjectives, each with the levels at which it sounds right, and adverbs; at the lower
end of sadness nouns ("a trace of wistfulness"). A phrase's level is what the lexicon makes of it, so the ladder follows
the lexicon. One adjective is preferred; two ("rather lively and fairly stirring") say what lies between.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from emoretrieve.emotion import AXES
from emoretrieve.lexicon.entries import load_lexicon
from emoretrieve.lexicon.reading import read

_STEPS = 100
_TOLERANCE = 0.003
"""How far a phrase's level may lie from the hundredth that it says."""
_WIDEST_PAIR = 0.15
"""Two phrases are said together only when their levels differ by at most this."""

_ADVERBS = (
    "scarcely even", "scarcely", "hardly", "barely", "faintly", "slightly", "mildly", "somewhat", "fairly", "rather",
    "quite", "",
)  # fmt: skip
_AMOUNTS = ("hardly a trace of", "scarcely any", "hardly any", "barely any", "a trace of", "a hint of", "a touch of")


@dataclass(frozen=True, slots=True)
class Rung:
    """One phrase and its level 0..1 under the lexicon."""

    level: float
    phrase: str


@dataclass(frozen=True, slots=True)
class _Word:
    """An adjective or noun and the levels at which it is said."""

    text: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class _Single:
    """A word with a modifier."""

    place: int
    """Of the modifier among all, from the least to the most."""
    text: str
    level: float


_NOTHING = {"excitement": "not at all lively", "calmness": "not at all calm", "sadness": "without any sadness"}
_ADJECTIVES = {
    "excitement": (
        _Word("stirring", 0.0, 0.6),
        _Word("animated", 0.0, 0.65),
        _Word("lively", 0.0, 0.82),
        _Word("energetic", 0.0, 1.0),
        _Word("intense", 0.5, 0.9),
        _Word("vigorous", 0.5, 0.95),
        _Word("driving", 0.5, 1.0),
        _Word("fiery", 0.7, 1.0),
        _Word("rousing", 0.7, 1.0),
        _Word("exciting", 0.75, 1.0),
        _Word("thrilling", 0.75, 1.0),
    ),
    "calmness": (
        _Word("settled", 0.0, 0.55),
        _Word("mellow", 0.3, 0.7),
        _Word("gentle", 0.0, 0.85),
        _Word("restful", 0.0, 0.95),
        _Word("calm", 0.0, 1.0),
        _Word("soothing", 0.5, 1.0),
        _Word("peaceful", 0.6, 1.0),
        _Word("tranquil", 0.7, 1.0),
        _Word("serene", 0.7, 1.0),
    ),
    "sadness": (
        _Word("wistful", 0.35, 0.8),
        _Word("nostalgic", 0.35, 0.7),
        _Word("sombre", 0.35, 0.82),
        _Word("melancholy", 0.35, 1.0),
        _Word("plaintive", 0.5, 0.9),
        _Word("mournful", 0.6, 1.0),
        _Word("sorrowful", 0.7, 1.0),
        _Word("sad", 0.35, 1.0),
    ),
}
_NOUNS = tuple(_Word(noun, 0.0, 0.35) for noun in ("sadness", "wistfulness", "melancholy", "nostalgia", "sombreness"))


@functools.cache
def ladder(axis: str) -> tuple[Rung, ...]:
    """The phrases of an axis of `AXES` with strictly rising levels, from 0 to 1."""
    found = [_best(_candidates(axis), step / _STEPS) for step in range(1, _STEPS + 1)]
    return (Rung(0.0, _NOTHING[axis]), *(rung for rung in found if rung is not None))


def _best(candidates: Sequence[Rung], level: float) -> Rung | None:
    """The phrase of fewest words among those that say this level, then the nearest."""
    near = [rung for rung in candidates if abs(rung.level - level) <= _TOLERANCE]
    return min(near, key=lambda rung: (rung.phrase.count(" "), abs(rung.level - level), rung.phrase), default=None)


@functools.cache
def _candidates(axis: str) -> tuple[Rung, ...]:
    column = AXES.index(axis)
    candidates = list(_combine(column, _ADVERBS, _ADJECTIVES[axis], ""))
    if axis == "sadness":
        candidates += _combine(column, _AMOUNTS, _NOUNS, "with ")
    return tuple(candidates)


def _combine(column: int, modifiers: Sequence[str], words: Sequence[_Word], opening: str) -> Iterator[Rung]:
    """Every modified word, and every two of them that sound right together, the stronger first."""
    singles = [
        _Single(place, word.text, level)
        for (place, modifier), word in itertools.product(enumerate(modifiers), words)
        if word.low <= (level := _level(f"{modifier} {word.text}", column)) <= word.high
    ]
    for single in singles:
        yield Rung(single.level, f"{opening}{modifiers[single.place]} {single.text}".strip())
    for stronger, weaker in itertools.permutations(singles, 2):
        if _sound_right(modifiers, stronger, weaker):
            second = "" if stronger.place == weaker.place else modifiers[weaker.place]
            phrase = f"{opening}{modifiers[stronger.place]} {stronger.text} and {second} {weaker.text}"
            yield Rung((stronger.level + weaker.level) / 2, " ".join(phrase.split()))


def _sound_right(modifiers: Sequence[str], stronger: _Single, weaker: _Single) -> bool:
    """Whether two are said together: near in strength, and no modifier of the first that the second would inherit."""
    return (
        stronger.text != weaker.text
        and 0 <= stronger.level - weaker.level <= _WIDEST_PAIR
        and abs(stronger.place - weaker.place) <= 1
        and (modifiers[weaker.place] != "" or modifiers[stronger.place] == "")
    )


def _level(phrase: str, column: int) -> float:
    """What the lexicon makes of one modified word."""
    (hit,) = read(phrase, load_lexicon())
    return hit.intensity * hit.entry.weights[column]
