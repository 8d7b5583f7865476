"""The measures of a stretch of sound, from the sums over its frames."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emoretrieve.perception.lite.sound_frames import Column, Floats
from emoretrieve.perception.lite.sound_key import find_key
from emoretrieve.perception.lite.sound_pitch import CLASSES
from emoretrieve.perception.lite.sound_spectrum import FRAMES_PER_S

_HEARD_SHARE = 0.02
"""A stretch with less than this share of frames above the silence level is silent."""


@dataclass(frozen=True, slots=True)
class Measures:
    """What is measured in a stretch of sound; all are 0 where it is silent."""

    silent: bool
    loudness_db: float
    """Mean loudness as felt, in dB: 0 for a 1 kHz sine of full scale, more where many bands sound."""
    dynamics_db: float
    """Standard deviation of the A-weighted level from frame to frame."""
    fullness_db: float
    """How much of the spectrum sounds: 0 for a lone tone, 16 for noise."""
    onsets_per_s: float
    flux_db: float
    percussive: float
    """Share of the amplitude that is gone within 100 ms, 0..1."""
    attack: float
    """How sudden rises are, 0..1."""
    pulse: float
    """Contrast of the beat, 0..1."""
    height_octaves: float
    """Mean height of the pitches above A4."""
    brightness_octaves: float
    """Mean height of all energy above A4."""
    minor: float
    """Fit of the best minor key less that of the best major key."""
    key_clarity: float
    """Fit of the best key, 0..1."""
    minor_triads: float
    """Fit of the best minor triad less that of the best major triad, mean of all chords."""


def measure(sums: Floats) -> Measures:
    """Measures of a stretch from its sums (COLUMNS,).

    Rounded to far more than the ear tells apart, so that the last bits of other machines' arithmetic vanish.
    """
    frames, sounding = sums[Column.FRAMES], sums[Column.SOUNDING]
    if sounding <= _HEARD_SHARE * frames:
        return Measures(True, *[0.0] * 13)
    level = sums[Column.LEVEL] / sounding
    pitches = sums[Column.PITCH : Column.PITCH + CLASSES]
    key = find_key(pitches)
    values = (
        40 * np.log10(sums[Column.LOUDNESS] / sounding + 1e-3),
        np.sqrt(max(sums[Column.LEVEL_SQUARED] / sounding - level * level, 0.0)),
        sums[Column.FULLNESS] / sounding,
        sums[Column.ONSETS] / sounding * FRAMES_PER_S,
        sums[Column.FLUX] / sounding,
        _ratio(sums, Column.TRANSIENT, Column.AMPLITUDE),
        _ratio(sums, Column.SHARP_RISE, Column.RISE),
        sums[Column.PULSE] / sounding,
        sums[Column.PITCH_HEIGHT] / max(pitches.sum(), 1e-12),
        _ratio(sums, Column.BRIGHTNESS, Column.AMPLITUDE),
        key.minor,
        key.clarity,
        sums[Column.MINOR_TRIADS] / max(pitches.sum(), 1e-12),
    )
    return Measures(False, *(round(float(value), 4) for value in values))


def _ratio(sums: Floats, part: Column, whole: Column) -> float:
    return float(sums[part] / sums[whole]) if sums[whole] > 0 else 0.0
