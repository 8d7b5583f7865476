"""The emotion mapper of the built-in perception: captions to colours by an authored lexicon.

Each caption is coloured by itself. Every emotion word is evidence for an axis, or against it; an axis's level is the
share of the evidence that speaks for it:

    level = (for + stated) / (for + against + other axes + doubt + outright)

`doubt` stands for all that a caption leaves unsaid, so that one word moves a colour less than five. A sentence that
states the mood outright ("It feels very lively, hardly calm, with a trace of sadness") is taken at its word: the
levels that it gives weigh `OUTRIGHT` on the axes that it names, more than any description around it, and the axes
do not compete there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from emoretrieve.emotion import AXES, EmotionProfile, Rgb
from emoretrieve.item import Captions
from emoretrieve.perception.lexicon_entries import Weights, load_lexicon
from emoretrieve.perception.lexicon_reading import Hit, read

RULES_VERSION = "1"

_DOUBT = 2.0
_OUTRIGHT = 60.0
_DENIAL = 0.5
"""Share of a denied word's weight that speaks against its axis."""
_FULL = 1.25
"""Levels are stretched by this: doubt keeps the share of evidence below 1."""

_COMPETITION: tuple[Weights, Weights, Weights] = (
    (0.0, 0.6, 0.6),
    (0.6, 0.0, 0.2),
    (0.8, 0.2, 0.0),
)
"""Row: the axis that is lowered; column: the axis whose evidence lowers it."""
_CALM_IN_SADNESS = 0.3
"""Stillness is heard as wistful: the share of the calm evidence that also speaks for sadness/nostalgia."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One emotion word of a caption and what it says."""

    word: str
    """As written."""
    weights: Weights
    """Excitement, calmness, sadness, after negation and intensity."""
    stated: bool
    """It stands in a sentence that states the mood outright."""


class LexiconMapper:
    """Colours captions by the words in them; deterministic, without any model."""

    def __init__(self) -> None:
        self._lexicon = load_lexicon()

    @property
    def signature(self) -> Mapping[str, str]:
        return {"name": "lexicon", "rules": RULES_VERSION, "sha256": self._lexicon.sha256}

    def colour(self, captions: Captions) -> EmotionProfile:
        return EmotionProfile.of([tuple(self.colour_text(caption)) for caption in captions.parts])

    def colour_text(self, text: str) -> Rgb:
        hits = read(text, self._lexicon)
        said, stated = _describe(hits), _state(hits)
        return Rgb(*(_channel(axis, said, stated) for axis in range(len(AXES))))


def explain(text: str) -> list[Evidence]:
    """Every emotion word of a caption with its weights, in reading order."""
    return [Evidence(text[hit.start : hit.end], _weights(hit), hit.stated) for hit in read(text, load_lexicon())]


def evidence(text: str, axis: str) -> list[str]:
    """The words of a caption that speak for an axis of `AXES`, as written, strongest first, each once."""
    column = AXES.index(axis)
    found = [word for word in explain(text) if word.weights[column] > 0]
    found.sort(key=lambda word: (-word.stated, -word.weights[column]))
    return list({word.word.lower(): word.word for word in reversed(found)}.values())[::-1]


def stated_levels(text: str) -> list[float | None]:
    """The level 0..1 of each axis that a text states outright ("It feels ..."); None where it does not."""
    return _state(read(text, load_lexicon()))


def _weights(hit: Hit) -> Weights:
    factor = -_DENIAL if hit.negated else hit.intensity
    excitement, calmness, sadness = (
        weight * factor if weight > 0 or not hit.negated else 0.0 for weight in hit.entry.weights
    )
    return excitement, calmness, sadness


def _describe(hits: Sequence[Hit]) -> tuple[list[float], list[float]]:
    """What the words say for and against each axis, outright statements left aside."""
    pros, cons = [0.0] * len(AXES), [0.0] * len(AXES)
    for hit in hits:
        if not hit.stated:
            for axis, weight in enumerate(_weights(hit)):
                (pros if weight > 0 else cons)[axis] += abs(weight)
    return pros, cons


def _state(hits: Sequence[Hit]) -> list[float | None]:
    """The level 0..1 that outright statements give each axis; None where they do not speak of it."""
    levels: list[list[float]] = [[] for _ in AXES]
    for hit in hits:
        strongest = max(hit.entry.weights)
        if hit.stated and strongest > 0:
            level = 0.0 if hit.negated else min(1.0, strongest * hit.intensity)
            levels[hit.entry.weights.index(strongest)].append(level)
    return [sum(given) / len(given) if given else None for given in levels]


def _channel(axis: int, said: tuple[list[float], list[float]], stated: Sequence[float | None]) -> int:
    pros, cons = said
    speaks_for = pros[axis] + (_CALM_IN_SADNESS * pros[1] if axis == 2 else 0.0)
    against = cons[axis] + sum(share * other for share, other in zip(_COMPETITION[axis], pros, strict=True))
    level = stated[axis]
    if level is None:
        share = speaks_for / (speaks_for + against + _DOUBT)
    else:
        share = (speaks_for + _OUTRIGHT * level / _FULL) / (speaks_for + against + _OUTRIGHT)
    return round(255 * min(1.0, _FULL * share))
