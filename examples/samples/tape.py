"""A tape that notes are played onto: scores as text, a room around it, a level at the end."""

from __future__ import annotations

import re

import numpy as np

from samples.instruments import SAMPLE_RATE_HZ, Drum, Instrument
from samples.sound import Wave

_SEMITONES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_NOTE = re.compile(r"([A-G])([#b]?)(\d)")


def frequency_hz(note: str) -> float:
    """Of a note such as `F#3`; A4 is 440 Hz."""
    match = _NOTE.fullmatch(note)
    if match is None:
        raise ValueError(f"{note!r} is no note")
    name, sign, octave = match.groups()
    semitone = _SEMITONES[name] + {"#": 1, "b": -1, "": 0}[sign] + 12 * (int(octave) + 1)
    return float(440 * 2 ** ((semitone - 69) / 12))


class Tape:
    """Two channels of sound, and the beat that times are counted in."""

    def __init__(self, seed: int, bpm: float, beats: float, tail_s: float = 2.0) -> None:
        self.rng = np.random.default_rng(seed)
        self.beat_s = 60 / bpm
        self.beats = beats
        self.channels: Wave = np.zeros((2, int((beats * self.beat_s + tail_s) * SAMPLE_RATE_HZ)))

    def play(self, instrument: Instrument, score: str, *, at: float = 0, gain: float = 1.0, pan: float = 0.0) -> None:
        """Play a score from a beat on: `A4:2 C4+E4:1 -:.5` are a note, a chord and a rest with their beats.

        Slight differences of time and force keep it from sounding like a clock; `pan` is -1 (left) to 1.
        """
        beat = at
        for word in score.split():
            notes, length = word.split(":")
            sounding = notes != "-" and beat < self.beats
            for note in notes.split("+") if sounding else ():
                force = gain * float(self.rng.uniform(0.85, 1.1))
                sound = instrument(frequency_hz(note), float(length) * self.beat_s, self.rng)
                self._mix(force * sound, beat, pan)
            beat += float(length)

    def loop(
        self, instrument: Instrument, score: str, *, gain: float = 1.0, pan: float = 0.0, start: float = 0
    ) -> None:
        """Play a score again and again to the end of the tape."""
        length = sum(float(word.split(":")[1]) for word in score.split())
        for at in np.arange(start, self.beats - 1e-6, length):
            self.play(instrument, score, at=float(at), gain=gain, pan=pan)

    def beat(self, drum: Drum, pattern: str, *, gain: float = 1.0, pan: float = 0.0, step: float = 0.5) -> None:
        """Strike a drum through the tape where the pattern has `x` (`X` is harder), one `step` of a beat a sign."""
        strokes = {"x": 0.6, "X": 1.0}
        for index, at in enumerate(np.arange(0, self.beats - 1e-6, step)):
            force = strokes.get(pattern[index % len(pattern)])
            if force is not None:
                self._mix(gain * force * float(self.rng.uniform(0.9, 1.1)) * drum(self.rng), float(at), pan)

    def lay(self, sound: Wave, gain: float = 1.0) -> None:
        """Mix in a sound (samples,) as long as the tape, on both sides."""
        self.channels += gain * sound[: self.channels.shape[1]]

    def noise(self) -> Wave:
        """White noise as long as the tape."""
        return np.asarray(self.rng.normal(0, 1, self.channels.shape[1]))

    def seconds(self) -> Wave:
        return np.arange(self.channels.shape[1]) / SAMPLE_RATE_HZ

    def finish(self, level_dbfs: float, room: float = 0.25, decay_s: float = 1.6) -> Wave:
        """(samples, 2) in a room, brought to a root-mean-square level, peaks rounded off below full scale."""
        wet = np.stack([self._echo(channel, decay_s) for channel in self.channels])
        sound = (1 - room) * _unit(self.channels) + room * _unit(wet)
        sound *= 10 ** (level_dbfs / 20) / np.sqrt(np.mean(sound**2))
        fade = np.minimum(1, np.arange(sound.shape[1])[::-1] / (0.4 * SAMPLE_RATE_HZ))
        return np.asarray((np.tanh(sound * fade) * 0.97).T)

    def _mix(self, sound: Wave, beat: float, pan: float) -> None:
        human = float(self.rng.normal(0, 0.004))
        start = max(0, int((beat * self.beat_s + human) * SAMPLE_RATE_HZ))
        sound = sound[: self.channels.shape[1] - start]
        for channel, side in zip(self.channels, (1 - pan, 1 + pan), strict=True):
            channel[start : start + len(sound)] += side / 2 * sound

    def _echo(self, channel: Wave, decay_s: float) -> Wave:
        """Convolution with dying noise."""
        times = np.arange(int(decay_s * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
        response = self.rng.normal(0, 1, len(times)) * np.exp(-6 * times / decay_s)
        size = 1 << (len(channel) + len(times)).bit_length()
        spectrum = np.fft.rfft(channel, size) * np.fft.rfft(response, size)
        return np.fft.irfft(spectrum, size)[: len(channel)]


def _unit(sound: Wave) -> Wave:
    return sound / max(float(np.sqrt(np.mean(sound**2))), 1e-9)
