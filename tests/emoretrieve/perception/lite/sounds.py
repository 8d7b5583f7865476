"""Sounds that differ in one thing: how fast, how loud, in which mode, how sharply struck."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from emoretrieve.emotion import Rgb
from emoretrieve.media import MediaFile
from emoretrieve.perception.lexicon import LexiconMapper
from emoretrieve.perception.lite.sound import caption_sound

RATE_HZ = 16_000
MAJOR, MINOR = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10)

Sound = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Tune:
    """A seeded melody over held chords; `seed` picks the notes, the rest how they are played."""

    seed: int
    notes_per_s: float = 3.0
    gain_db: float = -12.0
    scale: Sequence[int] = MAJOR
    attack_s: float = 0.005
    decay_s: float = 0.4
    tonic_midi: int = 60
    partials: int = 5
    seconds: float = 12.0

    def slower(self) -> Tune:
        return replace(self, notes_per_s=self.notes_per_s / 2.5)

    def quieter(self) -> Tune:
        return replace(self, gain_db=self.gain_db - 12)

    def in_minor(self) -> Tune:
        return replace(self, scale=MINOR)

    def softer(self) -> Tune:
        return replace(self, attack_s=0.12)

    def play(self) -> Sound:
        """Samples at RATE_HZ, peak at `gain_db`."""
        sound = np.zeros(round((self.seconds + 3) * RATE_HZ))
        rng = np.random.default_rng(self.seed)
        step = round(RATE_HZ / self.notes_per_s)
        for count, start in enumerate(range(0, round(self.seconds * RATE_HZ), step)):
            if count % 4 == 0:
                root = int(rng.choice([0, 3, 4, 0]))
                for third in (0, 2, 4):
                    self._add(sound, start, self._midi(root + third) - 12, 0.5)
            self._add(sound, start, self._midi(int(rng.choice([0, 1, 2, 2, 4, 5, 7]))), 1.0)
        sound = sound[: round(self.seconds * RATE_HZ)]
        return np.asarray(sound / np.abs(sound).max() * 10 ** (self.gain_db / 20))

    def _midi(self, degree: int) -> int:
        return self.tonic_midi + 12 * (degree // 7) + self.scale[degree % 7]

    def _add(self, sound: Sound, start: int, midi: int, level: float) -> None:
        time = np.arange(2 * RATE_HZ) / RATE_HZ
        envelope = np.minimum(time / self.attack_s, 1) * np.exp(-time / self.decay_s)
        hz = 440 * 2 ** ((midi - 69) / 12)
        tone = sum(np.sin(2 * np.pi * hz * k * time) / k**1.5 for k in range(1, self.partials + 1))
        end = min(len(sound), start + len(time))
        sound[start:end] += (level * envelope * tone)[: end - start]


def write(path: Path, sound: Sound, rate_hz: int = RATE_HZ) -> MediaFile:
    soundfile.write(path, sound, rate_hz, format="WAV", subtype="FLOAT")
    return MediaFile(path, "audio", "wav")


def colour(path: Path, sound: Sound) -> Rgb:
    """The final colour of a whole sound: described, then read by the lexicon."""
    return LexiconMapper().colour(caption_sound(write(path, sound)).captions).whole
