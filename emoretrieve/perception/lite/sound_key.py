"""Major or minor: how well the pitches of a stretch fit the two modes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emoretrieve.perception.lite.sound_pitch import CLASSES

Floats = NDArray[np.float64]

_MAJOR = np.array([0.748, 0.060, 0.488, 0.082, 0.670, 0.460, 0.096, 0.715, 0.104, 0.366, 0.057, 0.400])
_MINOR = np.array([0.712, 0.084, 0.474, 0.618, 0.049, 0.460, 0.105, 0.747, 0.404, 0.067, 0.133, 0.330])
"""How often each degree is heard in a segment of a piece in this mode, the tonic first (Temperley 2007, table 6.1)."""
_SEMITONES = 12


@dataclass(frozen=True, slots=True)
class Key:
    """The mode of a stretch of music."""

    minor: float
    """How much better the best minor key fits than the best major key, difference of correlations."""
    clarity: float
    """Correlation of the pitches with the key that fits best; 0 where there are no pitches."""


def find_key(pitches: Floats) -> Key:
    """The mode of pitch class weights (CLASSES,)."""
    chroma = _in_tune(pitches)
    deviation = chroma - chroma.mean()
    norm = float(np.sqrt((deviation * deviation).sum()))
    if norm <= 1e-9:
        return Key(0.0, 0.0)
    major, minor = ((_rotations(profile) * (deviation / norm)).sum(axis=1).max() for profile in (_MAJOR, _MINOR))
    return Key(float(minor - major), float(max(major, minor, 0.0)))


def _in_tune(pitches: Floats) -> Floats:
    """Twelve semitones (12,), on the grid (of three, a third of a semitone apart) that catches the most."""
    per_semitone = CLASSES // _SEMITONES
    grids = [np.roll(pitches, shift).reshape(_SEMITONES, per_semitone) for shift in range(per_semitone)]
    best = max(grids, key=lambda grid: float(grid[:, per_semitone // 2].sum()))
    return np.asarray(best.sum(axis=1))


def _rotations(profile: Floats) -> Floats:
    """The twelve keys of a mode as unit vectors without mean, (12, 12)."""
    centred = profile - profile.mean()
    unit = centred / np.sqrt((centred * centred).sum())
    return np.stack([np.roll(unit, tonic) for tonic in range(_SEMITONES)])
