"""Saying a measured mood in words that the lexicon reads back.

`mood_sentence(.9, .1, .2)` is "It feels driving, but hardly calm, with a hint of sombreness." Its colour under the
lexicon is 255 times the three numbers, to within a few units; each axis is said by itself, so that changing one number
changes one channel only.

A caption may describe before and after its mood sentence. What is stated outweighs any description (see
`emoretrieve.perception.lexicon`), which tints a channel by a few units at most. Words for what is measured that have
no weight at all are listed in `docs/lexicon.md`: note, tone, tempo, pulse, attack, register, timbre, texture, hue,
contrast, detail, edge, line and their like. Loud, soft, slow, dark, bright, vivid and muted have some, as in anybody's
caption.
"""

from __future__ import annotations

from collections.abc import Sequence

from emoretrieve.emotion import AXES
from emoretrieve.perception.mood_ladder import Rung, ladder

_LOW = 0.24
"""An axis below this level is set against the others with "but"."""


def mood_sentence(excitement: float, calmness: float, sadness: float) -> str:
    """A sentence that feels this excited, calm and sad (each 0..1; values outside are taken to the nearest end)."""
    rungs = [_nearest(ladder(axis), value) for axis, value in zip(AXES, (excitement, calmness, sadness), strict=True)]
    rungs.sort(key=lambda rung: -rung.level)
    amounts = [rung.phrase for rung in rungs if rung.phrase.startswith("with")]
    adjectives = [rung for rung in rungs if rung.phrase not in amounts]
    high = ", ".join(rung.phrase for rung in adjectives if rung.level >= _LOW)
    low = _join([rung.phrase for rung in adjectives if rung.level < _LOW])
    return f"It feels {', '.join([part for part in (_contrast(high, low), *amounts) if part])}."


def _nearest(rungs: Sequence[Rung], value: float) -> Rung:
    """The phrase for a level; whatever is there at all is said, so that only 0 is nothing."""
    nothing, *something = rungs
    return min(something, key=lambda rung: abs(rung.level - value)) if value > 0 else nothing


def _join(phrases: Sequence[str]) -> str:
    return (", " if any(" and " in phrase for phrase in phrases) else " and ").join(phrases)


def _contrast(high: str, low: str) -> str:
    return f"{high}, but {low}" if high and low else high or low
