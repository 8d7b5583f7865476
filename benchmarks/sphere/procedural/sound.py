"""A waveform that has the fifteen attributes that can be heard, and a melody of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy.signal import fftconvolve

from benchmarks.sphere.procedural.attributes import INDEX

Wave = npt.NDArray[np.float32]
RATE_HZ = 11_025
SECONDS = 4.0
SAMPLES = int(RATE_HZ * SECONDS)
SNR_DB = (5.0, 40.0)
"""Bounds of the even draw of how far the private noise lies below the music."""
_SCALES = ((0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10))
_PARTIALS = 7


@dataclass(frozen=True, slots=True)
class Heard:
    """The attributes of one item by name, each in [0, 1] or the number of a kind."""

    values: npt.NDArray[np.float64]

    def __getitem__(self, name: str) -> float:
        return float(self.values[INDEX[name]])


def render_sound(values: npt.NDArray[np.float64], random: np.random.Generator) -> tuple[Wave, float]:
    """[44,100] samples of at most 1, and the signal-to-noise ratio in dB of the noise that is this item's alone."""
    heard = Heard(values)
    wave = np.zeros(SAMPLES + RATE_HZ)
    for start_s, strength, pitch in _melody(heard, random):
        tone = _tone(heard, pitch) * strength
        first = int(start_s * RATE_HZ)
        wave[first : first + len(tone)] += tone[: len(wave) - first]
    wave = wave[:SAMPLES] / max(float(np.abs(wave).max()), 1e-9)
    wave += 0.5 * heard["bass"] ** 2 * _drone(heard) + heard["drums"] ** 2 * _drums(heard, random)
    wave = _reverberate(wave, heard["reverb"])
    wave *= 0.02 * 20 ** heard["dynamics"] / max(float(np.sqrt(np.mean(wave**2))), 1e-9)
    level = float(np.sqrt(np.mean(wave**2)))
    wave += _hiss(random) * level * 0.7 * heard["noisiness"] ** 2
    snr_db = float(random.uniform(*SNR_DB))
    wave += random.standard_normal(SAMPLES) * level * 10 ** (-snr_db / 20)
    return (wave / max(1.0, float(np.abs(wave).max()))).astype(np.float32), snr_db


def _melody(heard: Heard, random: np.random.Generator) -> Iterator[tuple[float, float, int]]:
    """Onset in seconds, strength and MIDI pitch of each note: the metre accents beats, with a triad on the first."""
    beat_s = _beat_s(heard)
    beats_of_bar = 2 + int(heard["metre"])
    tonic = 36 + round(36 * heard["register"]) // 12 * 12 + int(heard["key"])
    scale = _SCALES[int(heard["mode"])]
    degree, share = 0, 0.1 + 0.85 * heard["density"]
    for half in range(int(SECONDS / beat_s * 2) + 1):
        on_beat, first = half % 2 == 0, half % (2 * beats_of_bar) == 0
        if not first and random.uniform() > share:
            continue
        start_s = half / 2 * beat_s
        if start_s >= SECONDS - 0.05:
            return
        degree = 0 if first else int(np.clip(degree + random.integers(-2, 3), -3, 7))
        octave, step = divmod(degree, 7)
        yield start_s, 1.6 if first else (1.0 if on_beat else 0.7), tonic + 12 * octave + scale[step]
        if first:
            yield start_s, 1.2, tonic + scale[2]
            yield start_s, 0.8, tonic + 7


def _beat_s(heard: Heard) -> float:
    return float(60 / (70 * 3.2 ** heard["tempo"]))


def _drone(heard: Heard) -> npt.NDArray[np.float64]:
    """The tonic between 65 and 123 Hz."""
    hz = 440 * 2 ** ((36 + heard["key"] - 69) / 12)
    return np.asarray(np.sin(2 * np.pi * hz * np.arange(SAMPLES) / RATE_HZ))


def _drums(heard: Heard, random: np.random.Generator) -> npt.NDArray[np.float64]:
    """A burst of noise on every beat."""
    since_s = np.arange(SAMPLES) / RATE_HZ % _beat_s(heard)
    return np.asarray(random.standard_normal(SAMPLES) * np.exp(-since_s / 0.02))


def _tone(heard: Heard, pitch: int) -> npt.NDArray[np.float64]:
    seconds = 0.35 + 0.3 * heard["attack"]
    time_s = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    hz = 440 * 2 ** ((pitch - 69) / 12)
    wobble = 0.02 * heard["vibrato"] / 5.5 * np.cos(2 * np.pi * 5.5 * time_s)
    phase = 2 * np.pi * hz * (time_s - wobble)
    rolloff = 2.6 - 2.2 * heard["brightness"]
    strengths = _partials(int(heard["timbre"])) * np.arange(1, _PARTIALS + 1) ** -rolloff
    strengths = strengths[: max(1, int(0.45 * RATE_HZ / hz))]
    tone = sum(strength * np.sin(number * phase) for number, strength in enumerate(strengths, 1))
    rise = np.minimum(time_s / (0.003 + 0.15 * heard["attack"]), 1)
    return np.asarray(tone * rise * np.exp(-time_s * (6 - 4.5 * heard["attack"])) / np.sqrt((strengths**2).sum()))


@cache
def _partials(timbre: int) -> npt.NDArray[np.float64]:
    """Relative strengths of the first partials: flute, reed (odd ones), brass (the middle ones), string (all)."""
    return np.array(
        [
            (1, 0.25, 0.1, 0.03, 0.02, 0.01, 0.01),
            (1, 0.05, 0.9, 0.05, 0.8, 0.05, 0.7),
            (0.5, 0.9, 1.4, 1.6, 1.4, 1.0, 0.8),
            (1, 1, 0.9, 0.9, 0.8, 0.8, 0.7),
        ][timbre]
    )


def _reverberate(wave: npt.NDArray[np.float64], amount: float) -> npt.NDArray[np.float64]:
    seconds = 0.05 + 1.2 * amount
    time_s = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    tail = np.random.default_rng(0).standard_normal(len(time_s)) * np.exp(-5 * time_s / seconds)
    wet = fftconvolve(wave, tail / np.sqrt((tail**2).sum()))[: len(wave)]
    return np.asarray((1 - 0.6 * amount) * wave + 0.9 * amount * wet)


def _hiss(random: np.random.Generator) -> npt.NDArray[np.float64]:
    """Noise of unit power that grows with frequency."""
    noise = np.diff(random.standard_normal(SAMPLES + 1))
    return np.asarray(noise / np.sqrt(2))
