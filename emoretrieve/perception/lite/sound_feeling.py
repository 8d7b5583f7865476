"""From measures to a feeling: how excited, calm and sad a stretch of sound is.

What speaks for an axis counts equally, each on a fixed scale, so nothing depends on which other sounds there are.
Arousal follows loudness, the fullness of the spectrum, density of onsets, flux, the percussive share, attack and the
pulse; tempo and brightness, the textbook's favourites, mislead on orchestral music and are left out. Sadness follows
the minor mode against arousal, soft attacks included (Juslin and Laukka 2004).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from emoretrieve.perception.lite.sound_measures import Measures


@dataclass(frozen=True, slots=True)
class Feeling:
    """Levels of the three axes, 0..1."""

    excitement: float
    calmness: float
    sadness: float


NOTHING = Feeling(0.0, 0.0, 0.0)

_LOUDNESS_DB = (10.0, 40.0)
_FULLNESS_DB = (4.0, 14.0)
_ONSETS_PER_S = (0.5, 5.5)
_FLUX_DB = (0.1, 1.4)
_PERCUSSIVE = (0.09, 0.24)
_ATTACK = (0.38, 0.66)
_PULSE = (0.17, 0.73)
_MINOR = (-0.25, 0.25)
_MINOR_TRIADS = (-0.2, 0.06)
"""Where each scale passes 0.1 and 0.9: one slow voice and dense mastered music; plainly major and plainly minor."""

_BEND = math.atanh(0.8)
"""The steepness at which a hyperbolic tangent between 0 and 1 passes 0.1 and 0.9 at the ends."""
_LEAST = 1e-3
"""Ratios are counted from here."""


def feel(measures: Measures) -> Feeling:
    """The feeling of a stretch; nothing where it is silent."""
    if measures.silent:
        return NOTHING
    excitement = arousal(measures)
    sadness = _mean(minorness(measures), 1 - excitement)
    return Feeling(excitement, _stillness(measures), sadness)


def arousal(measures: Measures) -> float:
    """Near 0 for a soft drone, near 1 for loud, full, dense, sharp and steady percussion."""
    return _mean(
        _scale(measures.loudness_db, _LOUDNESS_DB),
        _scale(measures.fullness_db, _FULLNESS_DB),
        _scale(measures.onsets_per_s, _ONSETS_PER_S),
        _ratio_scale(measures.flux_db, _FLUX_DB),
        _scale(measures.percussive, _PERCUSSIVE),
        _scale(measures.attack, _ATTACK),
        _scale(measures.pulse, _PULSE),
    )


def minorness(measures: Measures) -> float:
    """Near 0 for plainly major, near 1 for plainly minor, 0.5 where the mode is not clear: the key and the chords."""
    return _mean(_scale(measures.minor, _MINOR), _scale(measures.minor_triads, _MINOR_TRIADS))


def _stillness(measures: Measures) -> float:
    """Soft, thin, few beginnings, long tones."""
    return 1 - _mean(
        _scale(measures.loudness_db, _LOUDNESS_DB),
        _scale(measures.fullness_db, _FULLNESS_DB),
        _scale(measures.onsets_per_s, _ONSETS_PER_S),
        _ratio_scale(measures.flux_db, _FLUX_DB),
        _scale(measures.attack, _ATTACK),
    )


def _scale(value: float, ends: tuple[float, float]) -> float:
    """0.1 and 0.9 at the ends, nearly straight between them; it bends beyond, so that more always counts as more."""
    low, high = ends
    return 0.5 + 0.5 * math.tanh(_BEND * (2 * value - low - high) / (high - low))


def _ratio_scale(value: float, ends: tuple[float, float]) -> float:
    """Like `_scale`, but doubling is the same step everywhere."""
    low, high = ends
    return _scale(math.log(max(value, _LEAST)), (math.log(low), math.log(high)))


def _mean(*values: float) -> float:
    return sum(values) / len(values)
