"""From measures to a feeling: how excited, calm and sad a stretch of sound is.

What speaks for an axis counts equally, each on a fixed scale, so nothing depends on which other sounds there are.
Arousal follows loudness, density and strength of onsets, flux, the percussive share, attack and the pulse; tempo and
brightness, the textbook's favourites, mislead on orchestral music and are left out. Sadness follows the minor mode
against arousal, soft attacks included (Juslin and Laukka 2004).
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

_LOUDNESS_DB = (-40.0, -12.0)
_ONSETS_PER_S = (0.0, 6.0)
_DRIVE_DB_PER_S = (0.3, 30.0)
_FLUX_DB = (0.1, 2.0)
_PERCUSSIVE = (0.05, 0.3)
_ATTACK = (0.35, 0.6)
_PULSE = (0.1, 0.7)
_MINOR = (-0.25, 0.25)
"""Where each scale begins and ends: from a drone to dense percussion, from plainly major to plainly minor."""


def feel(measures: Measures) -> Feeling:
    """The feeling of a stretch; nothing where it is silent."""
    if measures.silent:
        return NOTHING
    excitement = arousal(measures)
    sadness = _mean(minorness(measures), 1 - excitement)
    return Feeling(excitement, _stillness(measures), sadness)


def arousal(measures: Measures) -> float:
    """0 for a soft drone, 1 for loud, dense, sharp and steady percussion."""
    return _mean(
        _scale(measures.loudness_db, _LOUDNESS_DB),
        _scale(measures.onsets_per_s, _ONSETS_PER_S),
        _ratio_scale(measures.drive_db_per_s, _DRIVE_DB_PER_S),
        _ratio_scale(measures.flux_db, _FLUX_DB),
        _scale(measures.percussive, _PERCUSSIVE),
        _scale(measures.attack, _ATTACK),
        _scale(measures.pulse, _PULSE),
    )


def minorness(measures: Measures) -> float:
    """0 for plainly major, 1 for plainly minor, 0.5 where the mode is not clear."""
    return _scale(measures.minor, _MINOR)


def _stillness(measures: Measures) -> float:
    """Long tones, few beginnings, soft dynamics."""
    return 1 - _mean(
        _scale(measures.loudness_db, _LOUDNESS_DB),
        _scale(measures.onsets_per_s, _ONSETS_PER_S),
        _ratio_scale(measures.flux_db, _FLUX_DB),
        _scale(measures.attack, _ATTACK),
    )


def _scale(value: float, ends: tuple[float, float]) -> float:
    low, high = ends
    return min(max((value - low) / (high - low), 0.0), 1.0)


def _ratio_scale(value: float, ends: tuple[float, float]) -> float:
    """Like `_scale`, but doubling is the same step everywhere."""
    low, high = ends
    return _scale(math.log(max(value, low)), (math.log(low), math.log(high)))


def _mean(*values: float) -> float:
    return sum(values) / len(values)
