"""Major or minor: how well the pitches of a stretch fit the two modes, as a key over its length and chord by chord.

A piece in major may dwell on minor chords; both are heard as sad, so both are measured.
"""

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
_MAJOR_TRIAD = np.isin(np.arange(_SEMITONES), (0, 4, 7)).astype(np.float64)
_MINOR_TRIAD = np.isin(np.arange(_SEMITONES), (0, 3, 7)).astype(np.float64)


@dataclass(frozen=True, slots=True)
class Key:
    """The mode of a stretch of music."""

    minor: float
    """How much better the best minor key fits than the best major key, difference of correlations."""
    clarity: float
    """Correlation of the pitches with the key that fits best; 0 where there are no pitches."""


def find_key(pitches: Floats) -> Key:
    """The mode of pitch class weights (CLASSES,)."""
    ((major, minor),) = _fits(pitches[np.newaxis], _MAJOR, _MINOR)
    return Key(float(minor - major), float(max(major, minor, 0.0)))


def minor_triads(chords: Floats) -> Floats:
    """How much better the best minor triad fits each chord (chords, CLASSES) than the best major one.

    A difference of correlations (chords,); 0 where nothing sounds. The overtones of any one note form a major triad,
    so music between the modes lies a little below 0.
    """
    fits = _fits(chords, _MAJOR_TRIAD, _MINOR_TRIAD)
    return fits[:, 1] - fits[:, 0]


def _fits(pitches: Floats, major: Floats, minor: Floats) -> Floats:
    """Correlation of each row (rows, CLASSES) with its best transposition of both patterns, (rows, 2); 0 for silence.

    The rows are in one tuning.
    """
    chroma = _in_tune(pitches)
    deviation = chroma - chroma.mean(axis=1, keepdims=True)
    norm = np.sqrt((deviation * deviation).sum(axis=1, keepdims=True))
    unit = np.where(norm > 1e-9, deviation / np.maximum(norm, 1e-9), 0.0)
    fits = [(unit[:, np.newaxis] * _rotations(pattern)).sum(axis=2).max(axis=1) for pattern in (major, minor)]
    return np.stack(fits, axis=1)


def _in_tune(pitches: Floats) -> Floats:
    """Twelve semitones (rows, 12), on the grid (of three, a third of a semitone apart) that catches the most."""
    per_semitone = CLASSES // _SEMITONES
    shape = (len(pitches), _SEMITONES, per_semitone)
    grids = [np.roll(pitches, shift, axis=1).reshape(shape) for shift in range(per_semitone)]
    best = max(grids, key=lambda grid: float(grid[:, :, per_semitone // 2].sum()))
    return np.asarray(best.sum(axis=2))


def _rotations(pattern: Floats) -> Floats:
    """The twelve transpositions of a pattern as unit vectors without mean, (12, 12)."""
    centred = pattern - pattern.mean()
    unit = centred / np.sqrt((centred * centred).sum())
    return np.stack([np.roll(unit, tonic) for tonic in range(_SEMITONES)])
