"""The one short-time Fourier transform that every measure of a sound is taken from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emoretrieve.media.audio import SAMPLE_RATE_HZ, Samples, in_hops

HOP = 320
"""Samples from frame to frame: 20 ms."""
WINDOW = 2048
"""Samples in a frame: 128 ms, 7.8 Hz a bin; long enough to tell low notes apart."""
FRAMES_PER_S = SAMPLE_RATE_HZ / HOP
BINS = WINDOW // 2 + 1

_BATCH = 64
"""Frames transformed at a time: they stay in the processor's cache."""

Spectra = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Batch:
    """Consecutive frames of a sound. Frame k is centred on sample `k * HOP`, as librosa centres it."""

    power: Spectra
    """(frames, BINS); a sine of amplitude 1 gives 1 in its bin."""
    hops: Samples
    """(frames, HOP): the samples that follow each frame's centre, zeros beyond the end of the sound."""


def spectra(blocks: Iterable[Samples]) -> Iterator[Batch]:
    """Transform a stream; a sound of n > 0 samples has ceil(n / HOP) frames, zeros stand before and behind it."""
    before = np.zeros(WINDOW // 2, np.float32)  # what the next batch still needs of the past
    pending = np.empty(0, np.float32)
    for block in in_hops(blocks, _BATCH * HOP):
        pending = np.concatenate([pending, block])
        if len(pending) < _BATCH * HOP + WINDOW // 2:
            continue
        signal = np.concatenate([before, pending])
        yield _transform(signal, _BATCH)
        before = signal[_BATCH * HOP :][: WINDOW // 2]
        pending = pending[_BATCH * HOP :]
    while len(pending):
        frames = min(_BATCH, -(-len(pending) // HOP))
        padded = np.concatenate([before, pending, np.zeros(HOP + WINDOW // 2, np.float32)])
        yield _transform(padded, frames)
        before = padded[frames * HOP :][: WINDOW // 2]
        pending = pending[frames * HOP :]


def _transform(signal: Samples, frames: int) -> Batch:
    """Frames of a signal whose first WINDOW / 2 samples lie before the first frame's centre."""
    from scipy.fft import rfft

    framed = np.lib.stride_tricks.sliding_window_view(signal, WINDOW)[: frames * HOP : HOP]
    transformed = rfft(framed * _HANN, axis=1)
    power = np.square(transformed.real)
    power += np.square(transformed.imag)
    centre = WINDOW // 2
    return Batch(power, signal[centre : centre + frames * HOP].reshape(frames, HOP))


def _hann() -> Samples:
    """The periodic Hann window, scaled so that a sine of amplitude 1 has power 1."""
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)
    return np.asarray(window * 2 / window.sum(), np.float32)


_HANN = _hann()
