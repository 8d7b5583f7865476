"""The emotion mapper of the built-in perception: captions to colours by an authored lexicon.

Each caption is coloured by itself. Every emotion word is evidence for an axis or against it, counted once however often
it is repeated; the level of an axis is the share of the evidence that speaks for it:

    level = for / (for + against + doubt)

`doubt` stands for all that a caption leaves unsaid, so that one word moves a colour less than five. The axes are not
independent, neither in people nor in what a language model reads out of captions: `Interactions` says how evidence
for one axis counts on another.

A sentence that states the mood outright ("It feels very lively, but hardly calm, with a trace of sadness") is taken at
its word: on each axis that it names, its level weighs `_OUTRIGHT` words and the interactions of its own words are left
out, so that any mood can be said. Description around it only tints the colour.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from emoretrieve.emotion import AXES, EmotionProfile, Rgb
from emoretrieve.item import Captions
from emoretrieve.lexicon.entries import Weights, load_lexicon
from emoretrieve.lexicon.reading import Hit, read
from emoretrieve.perception.registry import Opening

RULES_VERSION = "1"
"""Counts up whenever a rule changes what any caption's colour is; the words are covered by their file's SHA-256."""

_EXCITEMENT, _CALMNESS, _SADNESS = range(3)
_DOUBT = 1.0
_CONTRARY = 1.5
"""Evidence against an axis counts more than evidence for it: captions name what is there, seldom what is not."""
_DENIAL = 0.5
"""The share of its weight that a denied word turns round: "not sad" says less than "happy"."""
_OUTRIGHT = 150.0
_MAIN = 0.5
"""The share of its greatest weight that makes a word speak of an axis: "animated" is no reason for calmness."""


@dataclass(frozen=True, slots=True)
class Interactions:
    """How much the evidence for one axis counts on another one, for or against it."""

    sadness_against_excitement: float = 1.0
    """Sadness is a feeling of low arousal (Russell 1980)."""
    calmness_against_excitement: float = 0.3
    """Mostly said by the words themselves, which carry negative weights."""
    sadness_against_calmness: float = 1.0
    """Calm is pleasant: sorrow is as little aroused, yet no peace."""
    excitement_against_sadness: float = 1.0
    """Movement takes the mind off loss, and captions of lively pieces use sad words of passing colour."""
    calmness_for_sadness: float = 0.6
    """What is slow, soft and still is readily heard and seen as wistful; the axis holds nostalgia too."""
    calmness_against_sadness: float = 0.4
    """The rest of the calm evidence is calm without a shade, so that calm alone never looks as sad as it is calm."""


WORDS_ALONE = Interactions(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
"""Each axis by its own words; what the interactions are measured against."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One emotion word of a caption and what it says."""

    word: str
    """As written."""
    weights: Weights
    """For (above 0) or against (below 0) excitement, calmness and sadness, after negation and intensity."""
    stated: bool
    """It stands in a sentence that states the mood outright."""


class LexiconMapper:
    """Colours captions by the words in them: deterministic, without any model."""

    def __init__(self, interactions: Interactions | None = None) -> None:
        self._interactions = interactions or Interactions()
        self._lexicon = load_lexicon()

    @property
    def signature(self) -> Mapping[str, str]:
        words_alone = {"interactions": "none"} if self._interactions == WORDS_ALONE else {}
        return {"name": "lexicon", "rules": RULES_VERSION, "sha256": self._lexicon.sha256, **words_alone}

    def colour(self, captions: Captions) -> EmotionProfile:
        return EmotionProfile.of([tuple(self.colour_text(caption)) for caption in captions.parts])

    def colour_text(self, text: str) -> Rgb:
        hits = read(text, self._lexicon)
        described = _strongest_of_each(hit for hit in hits if not hit.stated)
        pros, cons = _weigh(described, self._interactions)
        return Rgb(*(_channel(*axis) for axis in zip(pros, cons, _stated_levels(hits), strict=True)))


def open_mapper(_opening: Opening) -> LexiconMapper:
    """The mapper, which has no settings."""
    return LexiconMapper()


def explain(text: str) -> list[Evidence]:
    """Every emotion word of a caption in reading order, with its weights."""
    return [Evidence(text[hit.start : hit.end], _weights(hit), hit.stated) for hit in read(text, load_lexicon())]


def evidence(text: str, axis: str) -> list[str]:
    """The words of a caption that speak for an axis of `AXES`: as written, strongest first, each once.

    Words of a sentence that states the mood outright stand before all others. Left out are denied words, which read
    like their opposite, and, unless there are no others, words that speak of the axis only beside another one.
    """
    column = AXES.index(axis)
    hits = read(text, load_lexicon())
    speaking = [hit for hit in hits if hit.entry.weights[column] > 0 and _weights(hit)[column] > 0]
    found = [hit for hit in speaking if hit.entry.weights[column] >= _MAIN * max(hit.entry.weights)] or speaking
    found.sort(key=lambda hit: (hit.stated, _weights(hit)[column]), reverse=True)
    words: dict[str, str] = {}
    for hit in found:
        word = text[hit.start : hit.end]
        words.setdefault(word.lower(), word)
    return list(words.values())


def stated_levels(text: str) -> list[float | None]:
    """The level 0..1 of each axis that a text states outright ("It feels ..."); None where it does not."""
    return _stated_levels(read(text, load_lexicon()))


def _weights(hit: Hit) -> Weights:
    """What a word says here; a denied word, and one that is hardly meant, says the opposite at part of its weight."""
    factor = -_DENIAL if hit.denied else hit.intensity
    excitement, calmness, sadness = hit.entry.weights
    return factor * excitement, factor * calmness, factor * sadness


def _strongest_of_each(hits: Iterable[Hit]) -> Iterable[Hit]:
    """One hit for each entry of the lexicon, denied and not: a word that is repeated says nothing new."""
    strongest: dict[tuple[str, bool], Hit] = {}
    for hit in hits:
        key = (hit.entry.pattern, hit.negated)
        if key not in strongest or strongest[key].intensity < hit.intensity:
            strongest[key] = hit
    return strongest.values()


def _weigh(hits: Iterable[Hit], interactions: Interactions) -> tuple[list[float], list[float]]:
    """The evidence for and against each axis."""
    pros, cons = [0.0] * len(AXES), [0.0] * len(AXES)
    for hit in hits:
        for axis, weight in enumerate(_weights(hit)):
            if weight > 0:
                pros[axis] += weight
            else:
                cons[axis] -= _CONTRARY * weight
    return _interact(pros, cons, interactions)


def _interact(
    pros: Sequence[float], cons: Sequence[float], interactions: Interactions
) -> tuple[list[float], list[float]]:
    excitement, calmness, sadness = pros
    wistful = interactions.calmness_for_sadness * calmness
    return [excitement, calmness, sadness + wistful], [
        cons[_EXCITEMENT]
        + interactions.calmness_against_excitement * calmness
        + interactions.sadness_against_excitement * sadness,
        cons[_CALMNESS] + interactions.sadness_against_calmness * sadness,
        cons[_SADNESS]
        + interactions.excitement_against_sadness * excitement
        + interactions.calmness_against_sadness * calmness,
    ]


def _stated_levels(hits: Iterable[Hit]) -> list[float | None]:
    """Each stated word speaks of the one axis that it is strongest on; several on an axis are averaged."""
    levels: list[list[float]] = [[] for _ in AXES]
    for hit in hits:
        strongest = max(hit.entry.weights)
        if hit.stated and strongest > 0:
            level = 0.0 if hit.negated else min(1.0, strongest * hit.intensity)
            levels[hit.entry.weights.index(strongest)].append(level)
    return [sum(given) / len(given) if given else None for given in levels]


def _channel(pro: float, con: float, stated: float | None) -> int:
    """The channel 0..255 of one axis."""
    if stated is None:
        return round(255 * pro / (pro + con + _DOUBT))
    return round(255 * (pro + _OUTRIGHT * stated) / (pro + con + _OUTRIGHT))
