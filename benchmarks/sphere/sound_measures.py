"""Frozen features of sound: spectra, pitch classes and pulse of a waveform, by NumPy alone and without any training."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
WINDOW_S, HOP_S = 0.093, 0.0116
LONG_WINDOW_S, LONG_HOP_S = 0.37, 0.093
MELS = 40
LOWEST_PITCH, PITCHES = 30, 72
"""Semitone bands: F sharp 1 (46 Hz) and the next six octaves, as far as the rate reaches."""
LAGS = 40
PULSE_S = (0.08, 2.0)


def sound_measures(wave: npt.NDArray[np.float32], rate_hz: int, map_columns: int = 0) -> npt.NDArray[np.float32]:
    """[284 + 72 * map_columns]: mean and deviation of the log-mel bands, their rise and fall, level of the semitones,
    pitch classes, loudness, autocorrelation of the onsets; then the semitones in `map_columns` parts of the time."""
    short = _power(wave, rate_hz, WINDOW_S, HOP_S)
    mel = np.log(short @ _mel_bands(short.shape[1], rate_hz).T + 1e-7)
    change = np.diff(mel, axis=0)
    rise, fall = np.maximum(change, 0).mean(axis=0), np.maximum(-change, 0).mean(axis=0)
    long = _power(wave, rate_hz, LONG_WINDOW_S, LONG_HOP_S)
    pitch = np.log(long @ _pitch_bands(long.shape[1], rate_hz).T + 1e-6)
    level, classes = pitch.mean(axis=0), np.exp(pitch / 2).reshape(len(pitch), -1, 12).mean(axis=(0, 1))
    parts = [mel.mean(axis=0), mel.std(axis=0), rise, fall, level - level.mean(), classes / (classes.sum() + 1e-9)]
    parts += [np.array([np.log(np.mean(wave.astype(np.float64) ** 2) + 1e-7)]), _pulse(change, len(wave) / rate_hz)]
    if map_columns:
        parts += [np.stack([part.mean(axis=0) for part in np.array_split(pitch, map_columns)]).ravel()]
    return np.concatenate(parts).astype(np.float32)


def _power(wave: npt.NDArray[np.float32], rate_hz: int, window_s: float, hop_s: float) -> Floats:
    """[frames, bins] squared magnitudes under a Hann window, scaled to the window."""
    size, hop = int(window_s * rate_hz) // 2 * 2, int(hop_s * rate_hz)
    frames = np.lib.stride_tricks.sliding_window_view(wave, size)[::hop]
    window = np.hanning(size).astype(np.float32)
    spectrum = np.fft.rfft(frames * window, axis=1) / window.sum()
    return np.asarray(spectrum.real**2 + spectrum.imag**2, np.float64)


@lru_cache
def _mel_bands(bins: int, rate_hz: int) -> Floats:
    """[40, bins] triangles, even on the mel scale from 30 Hz up to 5 kHz."""
    top = 2595 * np.log10(1 + min(rate_hz / 2, 5_000) / 700)
    edges = 700 * (10 ** (np.linspace(2595 * np.log10(1 + 30 / 700), top, MELS + 2) / 2595) - 1)
    return _triangles(edges, np.linspace(0, rate_hz / 2, bins))


@lru_cache
def _pitch_bands(bins: int, rate_hz: int) -> Floats:
    """[72, bins] triangles, each a semitone to either side."""
    edges = 440 * 2 ** ((np.arange(LOWEST_PITCH - 1, LOWEST_PITCH + PITCHES + 1) - 69) / 12)
    return _triangles(edges, np.linspace(0, rate_hz / 2, bins))


def _triangles(edges: Floats, hz: Floats) -> Floats:
    low, centre, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    return np.asarray(np.clip(np.minimum((hz - low) / (centre - low), (high - hz) / (high - centre)), 0, None))


def _pulse(change: Floats, seconds: float) -> Floats:
    """[39]: autocorrelation of the onset strength at lags that are even on a logarithmic scale, as shares of lag 0."""
    strength = np.maximum(change, 0).mean(axis=1)
    strength = strength - strength.mean()
    spectrum = np.fft.rfft(strength, 2 * len(strength))
    correlation = np.fft.irfft(spectrum * spectrum.conj())[: len(strength)]
    lags_s = np.geomspace(*PULSE_S, LAGS - 1)
    at = np.clip(lags_s * len(strength) / seconds, 0, len(strength) - 1)
    return np.asarray(np.interp(at, np.arange(len(strength)), correlation) / (correlation[0] + 1e-12))
