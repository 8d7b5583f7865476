"""Saying a measured mood in words that the lexicon reads back.

`mood_sentence(.9, .1, .2)` is "It feels fiery and quite driving, but hardly calm, with a trace of sadness." Its colour
under the lexicon is close to 255 times the three numbers: each axis has a ladder of phrases, authored from the least
to the most, and the phrase whose level under the lexicon is nearest is said.

A caption may describe before and after it. Stated levels weigh about thirty times a describing word, so these only
tint the colour. Words for what is measured are neutral (no weight at all) where `docs/lexicon.md` lists them, such as
note, tone, key, tempo, attack (as in "soft attacks" only the first word counts), register, texture, hue, edges; words
such as loud, soft, slow, dark, bright or vivid carry a little weight, as they do in anybody's caption.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

from emoretrieve.emotion import AXES
from emoretrieve.perception.lexicon import stated_levels

_EXCITEMENT = (
    "not at all lively",
    "scarcely stirring",
    "scarcely energetic",
    "hardly animated",
    "hardly energetic",
    "barely lively",
    "faintly stirring",
    "faintly animated",
    "faintly lively",
    "faintly energetic",
    "slightly stirring",
    "slightly animated",
    "mildly stirring",
    "slightly lively",
    "mildly animated",
    "mildly animated and slightly exciting",
    "mildly lively",
    "somewhat animated",
    "somewhat lively and fairly stirring",
    "fairly animated",
    "somewhat energetic and lively",
    "fairly energetic and somewhat animated",
    "fairly lively and somewhat energetic",
    "rather lively and stirring",
    "quite lively and rather stirring",
    "rather vigorous and fairly intense",
    "rather vigorous and fairly driving",
    "rather driving and fairly energetic",
    "rather vigorous and quite intense",
    "quite energetic and rather lively",
    "quite driving and rather vigorous",
    "quite vigorous and energetic",
    "lively and quite driving",
    "vigorous and quite energetic",
    "energetic and quite driving",
    "vigorous and driving",
    "fiery and driving",
    "exciting and vigorous",
    "thrilling and fiery",
    "thrilling and rousing",
    "very fiery and thrilling",
)
_CALMNESS = (
    "not at all calm",
    "scarcely settled",
    "scarcely calm",
    "hardly settled",
    "hardly calm",
    "barely gentle",
    "barely calm",
    "faintly settled",
    "faintly gentle",
    "faintly restful",
    "faintly calm",
    "slightly settled",
    "slightly gentle",
    "mildly settled",
    "slightly restful",
    "mildly gentle",
    "somewhat settled and mildly gentle",
    "somewhat settled and mildly restful",
    "somewhat restful and mildly settled",
    "somewhat restful and mildly gentle",
    "fairly mellow and somewhat settled",
    "fairly restful and somewhat settled",
    "fairly gentle and somewhat restful",
    "rather mellow and fairly settled",
    "rather mellow and fairly gentle",
    "rather gentle and fairly restful",
    "fairly calm and soothing",
    "rather restful and fairly soothing",
    "rather soothing and fairly calm",
    "quite restful and rather gentle",
    "quite soothing and fairly calm",
    "quite calm and rather gentle",
    "quite gentle and tranquil",
    "restful and rather tranquil",
    "quite serene and rather peaceful",
    "calm and rather tranquil",
    "peaceful and rather serene",
    "tranquil and quite peaceful",
    "calm and soothing",
    "calm and tranquil",
    "very soothing and calm",
)
_SADNESS = (
    "without any sadness",
    "with hardly a trace of sadness",
    "with scarcely any sadness",
    "with hardly any wistfulness",
    "with hardly any sadness",
    "with barely any wistfulness",
    "with barely any sadness",
    "with a trace of wistfulness",
    "with a trace of sadness",
    "with a hint of wistfulness",
    "with a hint of sadness",
    "with a touch of sombreness",
    "with a touch of wistfulness",
    "with a touch of melancholy",
    "with a touch of sadness",
    "slightly melancholy",
    "slightly sad and mournful",
    "mildly sombre and wistful",
    "mildly melancholy and wistful",
    "somewhat wistful and mildly nostalgic",
    "somewhat melancholy and sombre",
    "fairly sombre and somewhat melancholy",
    "fairly melancholy and somewhat wistful",
    "fairly nostalgic and wistful",
    "fairly melancholy and plaintive",
    "rather plaintive and fairly wistful",
    "rather melancholy and fairly wistful",
    "rather mournful and sombre",
    "quite plaintive and rather sombre",
    "quite mournful and rather sombre",
    "quite melancholy and rather plaintive",
    "quite melancholy and wistful",
    "mournful and quite sombre",
    "quite sorrowful and rather sad",
    "mournful and rather sorrowful",
    "sad and rather sorrowful",
    "mournful and quite sorrowful",
    "sorrowful and quite sad",
    "sad and mournful",
    "deeply sad and very sorrowful",
)
_LADDERS = dict(zip(AXES, (_EXCITEMENT, _CALMNESS, _SADNESS), strict=True))
_LOW = 0.24
"""An axis below this level is set against the others with "but"."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One phrase of a ladder and its level 0..1 under the lexicon."""

    level: float
    phrase: str


def mood_sentence(excitement: float, calmness: float, sadness: float) -> str:
    """A sentence that feels this excited, calm and sad (each 0..1; values outside are taken to the nearest end)."""
    rungs = [_nearest(ladder(axis), value) for axis, value in zip(AXES, (excitement, calmness, sadness), strict=True)]
    rungs.sort(key=lambda rung: -rung.level)
    last = [rung.phrase for rung in rungs if rung.phrase.startswith("with")]
    adjectives = [rung for rung in rungs if rung.phrase not in last]
    high = ", ".join(rung.phrase for rung in adjectives if rung.level >= _LOW)
    low = " and ".join(rung.phrase for rung in adjectives if rung.level < _LOW)
    return f"It feels {', '.join([part for part in (_contrast(high, low), *last) if part])}."


@functools.cache
def ladder(axis: str) -> tuple[Rung, ...]:
    """The phrases of an axis from the least to the most, each with its level under the lexicon."""
    column = AXES.index(axis)
    levels = ((stated_levels(f"It feels {phrase}.")[column], phrase) for phrase in _LADDERS[axis])
    return tuple(Rung(level, phrase) for level, phrase in levels if level is not None)


def _nearest(rungs: Sequence[Rung], value: float) -> Rung:
    return min(rungs, key=lambda rung: abs(rung.level - value))


def _contrast(high: str, low: str) -> str:
    return f"{high}, but {low}" if high and low else high or low
