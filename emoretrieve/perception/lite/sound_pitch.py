"""Pitches of a frame: the peaks of its spectrum, by pitch class and by height.

Peaks are located between bins, so that neighbouring semitones stay apart down to the low strings although a bin is
7.8 Hz wide (harmonic pitch class profiles, Gomez 2006).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from emoretrieve.media.audio import SAMPLE_RATE_HZ
from emoretrieve.perception.lite.sound_spectrum import WINDOW, Spectra

CLASSES = 36
"""Pitch classes, three a semitone, so that the tuning of the whole sound can be found afterwards; 0 is the A."""
STEP = 4
"""Only every fourth frame is looked at: windows overlap by more than that."""

_A_HZ = 440.0
_FIRST_BIN, _LAST_BIN = 9, 230
"""70 to 1,800 Hz, where melodies and their accompaniment lie."""
_FAINT = 1e-3
"""Peaks 30 dB below the strongest of a frame are left out, and all below -70 dB."""
_INAUDIBLE = 1e-7
_LOUDNESS_EXPONENT = 0.33
"""Power to weight: about how loud a peak is heard (Stevens 1957), so that the bass does not drown the rest."""


def pitch_rows(power: Spectra) -> Spectra:
    """Weights of the pitch classes and, last, weighted height (octaves above A4) of spectra (frames, BINS).

    Shape (frames, CLASSES + 1); zeros in the frames that are not looked at.
    """
    rows = np.zeros((len(power), CLASSES + 1), np.float32)
    looked_at = power[::STEP]
    frame, frequency, weight = _peaks(looked_at)
    octaves = np.log2(frequency / _A_HZ)
    place = np.round(octaves * CLASSES).astype(np.intp) % CLASSES
    size = len(looked_at) * CLASSES
    classes = np.bincount(frame * CLASSES + place, weights=weight, minlength=size).reshape(-1, CLASSES)
    rows[::STEP, :CLASSES] = classes
    rows[::STEP, CLASSES] = np.bincount(frame, weights=weight * octaves, minlength=len(looked_at))
    return rows


def _peaks(power: Spectra) -> tuple[NDArray[np.intp], NDArray[np.float64], NDArray[np.float64]]:
    """Row, frequency in Hz and weight of each peak, by parabolic interpolation of the log power."""
    middle = power[:, _FIRST_BIN:_LAST_BIN]
    below = power[:, _FIRST_BIN - 1 : _LAST_BIN - 1]
    above = power[:, _FIRST_BIN + 1 : _LAST_BIN + 1]
    threshold = np.maximum(middle.max(axis=1, keepdims=True) * np.float32(_FAINT), np.float32(_INAUDIBLE))
    row, column = np.nonzero((middle > below) & (middle >= above) & (middle > threshold))
    left, centre, right = (np.log(side[row, column].astype(np.float64) + 1e-30) for side in (below, middle, above))
    offset = 0.5 * (left - right) / np.minimum(left - 2 * centre + right, -1e-9)
    frequency = (column + _FIRST_BIN + np.clip(offset, -0.5, 0.5)) * SAMPLE_RATE_HZ / WINDOW
    return row, frequency, np.exp(centre * _LOUDNESS_EXPONENT)
