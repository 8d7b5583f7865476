"""The measures of a frame mean what their names say, and those that librosa has agree with it."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from emoretrieve.perception.lite import sound_frames
from emoretrieve.perception.lite.sound_bands import band_power
from emoretrieve.perception.lite.sound_frames import Column, find_onsets, frame_rows, pulse_contrast, spectral_flux
from emoretrieve.perception.lite.sound_spectrum import spectra
from tests.emoretrieve.perception.lite.sounds import RATE_HZ, Sound, Tune


def rows(sound: Sound) -> NDArray[np.float64]:
    return np.concatenate(list(frame_rows(spectra([sound.astype(np.float32)]))))


def total(sound: Sound, column: Column) -> float:
    return float(rows(sound)[:, column].sum())


def share(sound: Sound, part: Column, whole: Column) -> float:
    return total(sound, part) / total(sound, whole)


def sine(seconds: float, hz: float = 440.0) -> Sound:
    return np.asarray(0.5 * np.sin(2 * np.pi * hz * np.arange(round(seconds * RATE_HZ)) / RATE_HZ))


def clicks(seconds: float, every_s: float) -> Sound:
    """Bursts of noise of 5 ms."""
    rng = np.random.default_rng(0)
    sound = np.zeros(round(seconds * RATE_HZ))
    for at in range(round(0.2 * RATE_HZ), len(sound) - 100, round(every_s * RATE_HZ)):
        sound[at : at + 80] = 0.5 * rng.standard_normal(80)
    return sound


def fade_in(seconds: float) -> Sound:
    """Two seconds of a sine that swells evenly at its beginning."""
    sound = sine(2.0)
    return sound * np.minimum(np.arange(len(sound)) / (seconds * RATE_HZ), 1)


def test_flux_is_librosas_onset_strength_of_the_same_bands() -> None:
    import librosa

    sound = Tune(1).play().astype(np.float32)
    bands = np.concatenate([band_power(batch.power) for batch in spectra([sound])])
    level = 10 * np.log10(bands + np.float32(sound_frames._FLOOR))
    theirs = librosa.onset.onset_strength(S=level.T, lag=3, max_size=1, center=False, detrend=False)
    np.testing.assert_allclose(spectral_flux(bands)[3:], theirs[3:], atol=1e-4)


def test_onsets_are_those_of_librosas_peak_picking() -> None:
    import librosa

    flux = rows(Tune(2, notes_per_s=5.0).play())[:, Column.FLUX]
    theirs = librosa.util.peak_pick(
        np.pad(flux, 40), pre_max=3, post_max=4, pre_avg=25, post_avg=6, delta=sound_frames._CLEAR_DB, wait=0
    )
    np.testing.assert_array_equal(np.flatnonzero(find_onsets(flux)), theirs - 40)


@pytest.mark.parametrize("notes_per_s", [1.0, 2.0, 4.0])
def test_every_click_is_one_onset(notes_per_s: float) -> None:
    assert total(clicks(20.0, 1 / notes_per_s), Column.ONSETS) == pytest.approx(20 * notes_per_s, abs=1)


def test_a_held_tone_has_one_onset() -> None:
    fade_out = np.minimum(np.linspace(20, 0, 10 * RATE_HZ), 1)
    assert total(sine(10.0) * fade_out, Column.ONSETS) == 1


def test_the_level_of_a_full_scale_sine_at_1_khz_is_0_db() -> None:
    assert rows(2 * sine(2.0, 1_000.0))[50, Column.LEVEL] == pytest.approx(0.0, abs=0.2)


def test_silence_is_not_sounding() -> None:
    assert total(np.zeros(RATE_HZ), Column.SOUNDING) == 0


def test_clicks_are_percussive_and_tones_are_not() -> None:
    assert share(clicks(10.0, 0.5), Column.TRANSIENT, Column.AMPLITUDE) > 0.6
    assert share(sine(10.0), Column.TRANSIENT, Column.AMPLITUDE) < 0.05


def test_an_attack_is_the_softer_the_longer_a_tone_takes_to_rise() -> None:
    attacks = [share(fade_in(seconds), Column.SHARP_RISE, Column.RISE) for seconds in (0.001, 0.04, 0.08, 0.2)]
    assert attacks == sorted(attacks, reverse=True)
    assert attacks[0] > 0.7
    assert attacks[-1] < 0.3


def test_an_attack_is_the_same_over_a_sounding_background() -> None:
    notes = sum(np.roll(np.pad(fade_in(0.04), (0, 6 * RATE_HZ)), at * RATE_HZ) for at in (1, 4))
    alone = share(np.asarray(notes), Column.SHARP_RISE, Column.RISE)
    over_a_drone = share(notes + 0.5 * sine(8.0), Column.SHARP_RISE, Column.RISE)
    assert over_a_drone == pytest.approx(alone, abs=0.1)


def test_even_beats_have_more_pulse_than_uneven_ones() -> None:
    rng = np.random.default_rng(5)
    even, uneven = np.zeros(500), np.zeros(500)
    even[::20] = uneven[rng.choice(500, 25, replace=False)] = 1.0
    assert pulse_contrast(even) > 0.6
    assert pulse_contrast(uneven) < 0.3


def test_nothing_is_said_of_a_pulse_in_a_second_of_sound() -> None:
    assert pulse_contrast(np.ones(50)) == 0.0


def test_a_sound_is_measured_the_same_beyond_the_bounds_of_a_stretch() -> None:
    """Onsets, transients and attacks at the seam of two stretches (frame 512) are those of the same sound shifted."""
    sound = clicks(12.0, 0.35)
    shift = 100
    shifted = rows(np.concatenate([np.zeros(shift * 320), sound]))[shift:]
    local = [Column.ONSETS, Column.FLUX, Column.TRANSIENT, Column.SHARP_RISE, Column.LEVEL]
    np.testing.assert_allclose(shifted[:, local], rows(sound)[:, local], rtol=1e-3, atol=1e-5)
