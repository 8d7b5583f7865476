"""Energy of a frame in frequency bands."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from emoretrieve.media.audio import SAMPLE_RATE_HZ
from emoretrieve.perception.lite.sound_spectrum import WINDOW, Spectra

_LOWEST_HZ, _HIGHEST_HZ = 40.0, 7900.0
_WANTED_BANDS = 110
_NOISE_BANDWIDTH = 1.5
"""Bins over which a Hann window spreads a sine's power (Harris 1978); band sums are divided by it."""


def _mel(hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Pitch as heard, the formula of O'Shaughnessy (1987)."""
    return 2595.0 * np.log10(1.0 + hz / 700.0)


def _edges() -> NDArray[np.intp]:
    """First bins of bands equally wide in mel; each is at least a bin wide."""
    low, high = _mel(np.array([_LOWEST_HZ, _HIGHEST_HZ]))
    hz = 700.0 * (10.0 ** (np.linspace(low, high, _WANTED_BANDS + 1) / 2595.0) - 1.0)
    return np.unique(np.round(hz * WINDOW / SAMPLE_RATE_HZ).astype(np.intp))


def _a_weighting(hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Power gain of the A curve, 1 at 1 kHz (IEC 61672-1)."""
    square = hz**2
    gain = (12194.0**2 * square**2) / (
        (square + 20.6**2) * np.sqrt((square + 107.7**2) * (square + 737.9**2)) * (square + 12194.0**2)
    )
    return (gain * 10 ** (2.0 / 20.0)) ** 2


_EDGES = _edges()
CENTRES_HZ = (_EDGES[:-1] + _EDGES[1:] - 1) / 2 * SAMPLE_RATE_HZ / WINDOW
BANDS = len(CENTRES_HZ)
_HEARD = np.asarray(_a_weighting(CENTRES_HZ), np.float32)
_FAINT_DB = 40.0
"""What lies so far below the whole does not fill the spectrum."""
_TINY = np.float32(1e-20)
"""A power to divide by where there is none."""
_THRESHOLD = np.float32(1e-8)
"""Power of a band that cannot be heard beside music of full scale: 80 dB below it."""


def band_power(power: Spectra) -> Spectra:
    """Sum spectra (frames, BINS) into bands (frames, BANDS); a sine of amplitude 1 gives about 1 in its band.

    Plain sums in a fixed order: unlike a matrix product they do not depend on the number of threads.
    """
    sums = np.add.reduceat(power[:, : _EDGES[-1]], _EDGES[:-1], axis=1)
    return np.asarray(sums / np.float32(_NOISE_BANDWIDTH), np.float32)


def heard_power(bands: Spectra) -> Spectra:
    """A-weighted power (frames,) as the ear takes it; a 1 kHz sine of amplitude 1 gives about 1."""
    return np.asarray((bands * _HEARD).sum(axis=1), np.float32)


def loudness(bands: Spectra) -> Spectra:
    """Loudness (frames,) as felt: what each band contributes grows with the fourth root of its power.

    So the same power is the louder the more bands share it; at the threshold of hearing a band begins at nothing
    (Zwicker and Fastl 2007). A 1 kHz sine of amplitude 1 gives about 1.
    """
    heard = np.sqrt(np.sqrt(bands * _HEARD + _THRESHOLD)) - np.sqrt(np.sqrt(_THRESHOLD))
    return np.asarray(heard.sum(axis=1), np.float32)


def fullness(bands: Spectra) -> Spectra:
    """How much of the heard spectrum sounds (frames,), in dB from 0: the mean of the bands beside their sum.

    What lies `_FAINT_DB` below the sum counts as 0, so that a lone tone is near 0, noise near 16.
    """
    heard = bands * _HEARD
    share = heard / np.maximum(heard.sum(axis=1, keepdims=True), _TINY)
    return np.asarray(_FAINT_DB + 10 * np.log10(np.maximum(share, 10 ** (-_FAINT_DB / 10))).mean(axis=1), np.float32)
