"""The band: each instrument makes a note from a frequency and a length, each drum a stroke."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from samples.sound import SAMPLE_RATE_HZ, Wave, band, dying, swell, tone

__all__ = ["SAMPLE_RATE_HZ", "Drum", "Instrument"]


class Instrument(Protocol):
    def __call__(self, frequency_hz: float, seconds: float, rng: np.random.Generator, /) -> Wave: ...


class Drum(Protocol):
    def __call__(self, rng: np.random.Generator, /) -> Wave: ...


_SAW = tuple(1 / n for n in range(1, 25))
_SOFT = tuple(1 / n**2 for n in range(1, 12))
_REED = (1.0, 0.2, 0.7, 0.15, 0.5, 0.1, 0.35, 0.1, 0.2)
_PIPES = (1.0, 0.6, 0.25, 0.4, 0.1, 0.1, 0.05, 0.2)


def strings(frequency_hz: float, seconds: float, rng: np.random.Generator) -> Wave:
    """A bowed section: three players slightly apart, slow to speak."""
    length = seconds + 0.35
    players = [
        tone(_SOFT, frequency_hz * (1 + detune), length, 0.004) + 0.25 * tone(_SAW, frequency_hz * (1 - detune), length)
        for detune in rng.normal(0, 0.0015, 3)
    ]
    sound: Wave = np.sum(players, axis=0) / 3
    return sound * swell(len(sound), min(0.35, 0.4 * length), 0.35)


def staccato(frequency_hz: float, seconds: float, rng: np.random.Generator) -> Wave:
    """A bow that bites: short and rough."""
    sound = tone(_SAW, frequency_hz * (1 + float(rng.normal(0, 0.001))), min(seconds, 0.35))
    return 0.8 * sound * dying(len(sound), 0.07, 0.004)


def brass(frequency_hz: float, seconds: float, rng: np.random.Generator) -> Wave:
    """Opens from dark to bright as it is blown."""
    detuned = frequency_hz * (1 + float(rng.normal(0, 0.001)))
    dark, bright = tone(_SOFT, detuned, seconds + 0.08, 0.002), tone(_SAW, detuned, seconds + 0.08, 0.002)
    opening = np.minimum(1, np.arange(len(dark)) / (0.06 * SAMPLE_RATE_HZ))
    return (0.6 * dark + 0.5 * opening * bright) * swell(len(dark), 0.02, 0.08)


def flute(frequency_hz: float, seconds: float, rng: np.random.Generator) -> Wave:
    sound = tone((1.0, 0.25, 0.08), frequency_hz, seconds + 0.1, 0.004)
    breath = band(rng.normal(0, 0.08, len(sound)), frequency_hz, 3 * frequency_hz)
    return (sound + breath) * swell(len(sound), 0.09, 0.12)


def reed(frequency_hz: float, seconds: float, rng: np.random.Generator) -> Wave:
    """An accordion: two tongues that beat against each other."""
    detune = 1 + 0.004 * float(rng.uniform(0.7, 1.3))
    sound = tone(_REED, frequency_hz, seconds + 0.05) + tone(_REED, frequency_hz * detune, seconds + 0.05)
    return 0.4 * sound * swell(len(sound), 0.06, 0.08)


def organ(frequency_hz: float, seconds: float, rng: np.random.Generator) -> Wave:
    pipes = frequency_hz * (1 + float(rng.normal(0, 0.0005)))
    sound = tone(_PIPES, pipes, seconds + 0.2) + 0.5 * tone(_SOFT, pipes / 2, seconds + 0.2)
    return 0.6 * sound * swell(len(sound), 0.08, 0.2)


def piano(frequency_hz: float, seconds: float, rng: np.random.Generator) -> Wave:
    """A struck string: its overtones die first, high notes sooner than low ones."""
    length = seconds + 1.2
    dark, bright = tone(_SOFT, frequency_hz, length), tone(_SAW, frequency_hz * 1.0006, length)
    half_life = float(np.clip(180 / frequency_hz, 0.15, 1.2)) * float(rng.uniform(0.95, 1.05))
    sound = dark * dying(len(dark), half_life) + 0.35 * bright * dying(len(dark), 0.12 * half_life + 0.03)
    return sound * swell(len(sound), 0.001, 0.3)


def harp(frequency_hz: float, seconds: float, rng: np.random.Generator) -> Wave:
    sound = tone((1.0, 0.4, 0.15, 0.05), frequency_hz * (1 + float(rng.normal(0, 0.0006))), seconds + 1.0)
    return sound * dying(len(sound), 0.28, 0.006) * swell(len(sound), 0.001, 0.3)


def bell(frequency_hz: float, seconds: float, rng: np.random.Generator) -> Wave:
    """Partials that are no overtones, each dying at its own pace; softly struck."""
    partials = ((1.0, 1.0), (2.76, 0.3), (5.4, 0.1))
    sounds = [weight * tone((1.0,), frequency_hz * ratio, seconds + 1.5) for ratio, weight in partials]
    sound: Wave = np.sum([wave * dying(len(wave), 0.5 / (n + 1), 0.004) for n, wave in enumerate(sounds)], axis=0)
    return sound * swell(len(sound), 0.001, 0.4) * float(rng.uniform(0.95, 1.05))


def pad(frequency_hz: float, seconds: float, rng: np.random.Generator) -> Wave:
    """Something between voices and air."""
    length = seconds + 1.5
    voices = [tone(_SOFT[:5], frequency_hz * (1 + d), length, 0.002) for d in rng.normal(0, 0.002, 3)]
    sound: Wave = np.sum(voices, axis=0) / 3
    return sound * swell(len(sound), 0.4 * length, 0.5 * length)


def bass(frequency_hz: float, seconds: float, rng: np.random.Generator) -> Wave:
    sound = tone((1.0, 0.6, 0.3, 0.2, 0.1), frequency_hz * (1 + float(rng.normal(0, 0.0004))), seconds + 0.1)
    return sound * dying(len(sound), 0.35, 0.005) * swell(len(sound), 0.004, 0.08)


def synth(frequency_hz: float, seconds: float, rng: np.random.Generator) -> Wave:
    """An electronic sawtooth with a snapping filter."""
    sound = tone(_SAW, frequency_hz * (1 + float(rng.normal(0, 0.0005))), seconds + 0.03)
    mellow = tone(_SOFT, frequency_hz, seconds + 0.03)
    return (0.7 * sound * dying(len(sound), 0.08) + 0.5 * mellow) * swell(len(sound), 0.003, 0.03)


def kick(rng: np.random.Generator) -> Wave:
    times = np.arange(int(0.35 * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    fall = 2 * np.pi * (50 * times + 6 * (1 - np.exp(-times * 30)))
    return np.asarray(1.6 * np.sin(fall) * dying(len(times), 0.07, 0.002) * float(rng.uniform(0.95, 1.05)))


def snare(rng: np.random.Generator) -> Wave:
    noise = band(rng.normal(0, 1, int(0.25 * SAMPLE_RATE_HZ)), 900, 7_000)
    skin = tone((1.0, 0.5), 190, 0.25)
    return (0.9 * noise + 0.5 * skin) * dying(len(noise), 0.035, 0.001)


def hat(rng: np.random.Generator) -> Wave:
    noise = band(rng.normal(0, 1, int(0.09 * SAMPLE_RATE_HZ)), 6_000, 14_000)
    return 0.8 * noise * dying(len(noise), 0.014, 0.001)


def tom(rng: np.random.Generator) -> Wave:
    sound = tone((1.0, 0.3, 0.1), 110 * float(rng.uniform(0.98, 1.02)), 0.4)
    return 1.1 * sound * dying(len(sound), 0.07, 0.002)


def timpani(rng: np.random.Generator) -> Wave:
    partials = [weight * tone((1.0,), 73.4 * ratio, 1.4) for ratio, weight in ((1, 1.0), (1.5, 0.5), (1.98, 0.3))]
    sound: Wave = np.sum(partials, axis=0)
    thud = band(rng.normal(0, 1, len(sound)), 60, 500) * dying(len(sound), 0.03)
    return 1.2 * sound * dying(len(sound), 0.22, 0.003) + 0.8 * thud


def cymbal(rng: np.random.Generator) -> Wave:
    noise = band(rng.normal(0, 1, int(1.8 * SAMPLE_RATE_HZ)), 3_000, 13_000)
    return 0.9 * noise * dying(len(noise), 0.35, 0.002)
