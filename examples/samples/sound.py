"""Building blocks of sound: waves by their overtones, envelopes, filtered noise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Wave: TypeAlias = NDArray[np.float64]

SAMPLE_RATE_HZ = 32_000
_PERIOD = 4_096
_TUNING_HZ = 16_000
"""Overtones above this are left out: they would fold back."""


def overtones(weights: Sequence[float]) -> Wave:
    """One period of a wave with these weights of the first, second, ... overtone."""
    phase = 2 * np.pi * np.arange(_PERIOD) / _PERIOD
    waves = [weight * np.sin(n * phase) for n, weight in enumerate(weights, start=1)]
    return np.asarray(np.sum(waves, axis=0))


def tone(weights: tuple[float, ...], frequency_hz: float, seconds: float, vibrato: float = 0.0) -> Wave:
    """A steady tone; `vibrato` is the share of its frequency that it sways by, 5.5 times a second."""
    times = np.arange(int(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    sway = vibrato / (2 * np.pi * 5.5) * (1 - np.cos(2 * np.pi * 5.5 * times)) if vibrato else 0.0
    cycles = frequency_hz * (times + sway)
    period = overtones(weights[: max(1, int(_TUNING_HZ / frequency_hz))])
    return np.asarray(period[((cycles % 1.0) * _PERIOD).astype(int)])


def swell(samples: int, attack_s: float, release_s: float) -> Wave:
    """An envelope that rises, stays and falls."""
    index = np.arange(samples) / SAMPLE_RATE_HZ
    end = samples / SAMPLE_RATE_HZ
    rise, fall = np.minimum(1, index / attack_s), np.minimum(1, (end - index) / release_s)
    return np.sin(np.pi / 2 * rise) * np.sin(np.pi / 2 * fall)


def dying(samples: int, half_life_s: float, attack_s: float = 0.003) -> Wave:
    """An envelope that is struck and dies away."""
    times = np.arange(samples) / SAMPLE_RATE_HZ
    return np.minimum(1, times / attack_s) * 0.5 ** (times / half_life_s)


def band(noise: Wave, low_hz: float, high_hz: float) -> Wave:
    """Noise between two frequencies, with soft edges."""
    spectrum = np.fft.rfft(noise)
    frequencies = np.fft.rfftfreq(len(noise), 1 / SAMPLE_RATE_HZ)
    keep = 1 / (1 + (frequencies / high_hz) ** 4) / (1 + (low_hz / np.maximum(frequencies, 1)) ** 4)
    return np.fft.irfft(spectrum * keep, len(noise))
