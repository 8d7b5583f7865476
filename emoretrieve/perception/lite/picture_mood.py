"""From measures to a mood: how excited, calm and sad a picture looks.

Each measure is taken as its distance from a middle, in units of a usual spread; both are fixed and typical of
paintings and photographs. Pleasure and arousal follow Valdez and Mehrabian (1994): pleasure = .69 brightness + .22
saturation, arousal = -.31 brightness + .60 saturation. Contrast, detail, hard edges, slanting lines and warm hues add
excitement and take calm away, horizontal lines and symmetry add calm. Sadness is want of pleasure and of arousal,
deepened by blue as against yellow (Palmer et al. 2013: slow music in minor goes with desaturated, dark, bluish
colours).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, tanh

from emoretrieve.perception.lite.picture_measures import Measures


@dataclass(frozen=True, slots=True)
class Mood:
    """Levels 0..1."""

    excitement: float
    calmness: float
    sadness: float


def mood_of(measures: Measures) -> Mood:
    """The mood of one part."""
    light = _units(measures.light, 0.48, 0.17)
    saturation = _units(measures.saturation, 0.24, 0.12)
    contrast = _units(measures.contrast, 0.19, 0.07)
    detail = _units(measures.detail, 0.080, 0.040)
    crispness = _units(measures.crisp_share, 0.040, 0.035)
    slant = _units(measures.diagonal - measures.horizontal, 0.11, 0.13) * min(1.0, measures.line_share / 0.1)
    warmth = _units(measures.warmth, 0.12, 0.15)
    yellowness = _units(measures.yellowness, 0.10, 0.12)
    symmetry = _units(measures.symmetry, 0.0, 0.4)
    pleasure = 0.69 * light + 0.22 * saturation
    arousal = -0.31 * light + 0.60 * saturation
    liveliness = 0.40 * contrast + 0.30 * detail + 0.30 * crispness + 0.30 * slant
    return Mood(
        excitement=_level(0.9 * arousal + 0.9 * liveliness + 0.10 * warmth),
        calmness=_level(0.45 * pleasure - 0.7 * arousal - 0.9 * liveliness + 0.15 * symmetry),
        sadness=_level(-0.95 * pleasure - 0.45 * arousal - 0.30 * yellowness - 0.15 * liveliness),
    )


def _units(value: float, middle: float, spread: float) -> float:
    """Distance from the middle in spreads, bent to stay within four: no single measure decides alone."""
    return 4.0 * tanh((value - middle) / spread / 4.0)


def _level(weight: float) -> float:
    """An S-shaped curve that keeps moving at its ends, where the night gets darker still."""
    return round(0.5 + 0.5 * weight / hypot(2.0, weight), 3)
