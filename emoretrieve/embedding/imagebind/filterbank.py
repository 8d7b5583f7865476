"""Log mel filter banks as Kaldi computes them, which ImageBind's audio encoder was trained on.

Frames of 25 ms every 10 ms: mean taken away, pre-emphasis, Hann window, power spectrum, 128 triangles of equal width
on the mel scale, logarithm. kaldi-native-fbank (1.23) refuses more than 126 of them at this frame length, because the
narrowest lies between two lines of the spectrum; the original leaves it at the floor, and so does this.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from emoretrieve.emotion.vectors import Floats
from emoretrieve.media.audio import SAMPLE_RATE_HZ, Samples

MEL_BINS = 128
FRAME = 400
"""Samples: 25 ms."""
_SHIFT = 160
_SPECTRUM = 512
"""The next power of two."""
_PRE_EMPHASIS = 0.97
_LOWEST_HZ = 20.0
_FLOOR = float(np.finfo(np.float32).eps)


def filter_banks(samples: Samples) -> Floats:
    """Log energies (frames, 128) of a clip of 16 kHz sound in -1..1; no frame of less than 25 ms."""
    if len(samples) < FRAME:
        return np.zeros((0, MEL_BINS))
    frames = np.lib.stride_tricks.sliding_window_view(samples.astype(np.float64), FRAME)[::_SHIFT]
    frames = frames - frames.mean(axis=1, keepdims=True)
    frames = frames - _PRE_EMPHASIS * np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
    power = np.abs(np.fft.rfft(frames * np.hanning(FRAME), _SPECTRUM)[:, :-1]) ** 2
    banks: Floats = np.log(np.maximum(power @ _triangles().T.astype(np.float64), _FLOOR))
    return banks


def _triangles() -> NDArray[np.float32]:
    """Weights (128, 256) of the lines of the spectrum; in single precision, as the original has them.

    On the flanks of a triangle that holds one line only, its digits decide about the logarithm.
    """
    lowest, highest = _mel(np.array([_LOWEST_HZ, SAMPLE_RATE_HZ / 2]))
    step = np.float32((highest - lowest) / (MEL_BINS + 1))
    number = np.arange(MEL_BINS, dtype=np.float32)[:, None]
    left, centre, right = (np.float32(lowest) + (number + edge) * step for edge in map(np.float32, (0, 1, 2)))
    lines = _mel(np.float32(SAMPLE_RATE_HZ / _SPECTRUM) * np.arange(_SPECTRUM // 2, dtype=np.float32))
    weights: NDArray[np.float32] = np.maximum(
        np.float32(0), np.minimum((lines - left) / (centre - left), (right - lines) / (right - centre))
    )
    return weights


def _mel(hertz: NDArray[np.floating]) -> NDArray[np.floating]:
    one, scale, corner = (hertz.dtype.type(number) for number in (1, 1127, 700))
    mels: NDArray[np.floating] = scale * np.log(one + hertz / corner)
    return mels
