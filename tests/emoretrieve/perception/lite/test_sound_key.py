"""Major and minor are told apart in every key and tuning."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from emoretrieve.perception.lite.sound_key import find_key, minor_triads
from emoretrieve.perception.lite.sound_pitch import CLASSES, pitch_rows
from emoretrieve.perception.lite.sound_spectrum import spectra
from tests.emoretrieve.perception.lite.sounds import MINOR, RATE_HZ, Sound, Tune


def pitches(sound: Sound) -> NDArray[np.float64]:
    rows = np.concatenate([pitch_rows(batch.power) for batch in spectra([sound.astype(np.float32)])])
    return np.asarray(rows[:, :CLASSES].sum(axis=0, dtype=np.float64))


def chord(*semitones: int, tuning_cents: float = 0.0) -> Sound:
    time = np.arange(2 * RATE_HZ) / RATE_HZ
    hertz = [440 * 2 ** ((semitone + tuning_cents / 100) / 12) for semitone in semitones]
    return np.asarray(sum(np.sin(2 * np.pi * hz * time) for hz in hertz) / 10)


@pytest.mark.parametrize("tonic", range(12))
def test_a_major_and_a_minor_tune_differ_in_every_key(tonic: int) -> None:
    major = Tune(7, tonic_midi=54 + tonic)
    minor = replace(major, scale=MINOR)
    assert find_key(pitches(major.play())).minor < 0 < find_key(pitches(minor.play())).minor


@pytest.mark.parametrize("cents", [-45, -30, 0, 30, 45])
def test_the_tuning_does_not_matter(cents: float) -> None:
    major = pitches(chord(-12, -8, -5, 0, 2, 5, tuning_cents=cents))
    minor = pitches(chord(-12, -9, -5, 0, 2, 5, tuning_cents=cents))
    assert find_key(major).minor < 0 < find_key(minor).minor


@pytest.mark.parametrize("semitone", [-24, -7, 0, 13])
def test_a_single_tone_is_one_pitch_class(semitone: int) -> None:
    weights = pitches(chord(semitone))
    assert weights.argmax() == 3 * semitone % CLASSES
    assert weights.max() > 0.9 * weights.sum()


def test_where_there_are_no_pitches_there_is_no_key() -> None:
    key = find_key(np.zeros(CLASSES))
    assert (key.minor, key.clarity) == (0.0, 0.0)


@pytest.mark.parametrize("tonic", range(12))
def test_minor_triads_are_told_from_major_ones_on_every_tone(tonic: int) -> None:
    low = tonic - 18
    chords = np.stack([pitches(chord(low, low + 4, low + 7)), pitches(chord(low, low + 3, low + 7))])
    major, minor = minor_triads(chords)
    assert major < 0 < minor


def test_a_silent_chord_is_between_major_and_minor() -> None:
    assert minor_triads(np.zeros((1, CLASSES))).tolist() == [0.0]
