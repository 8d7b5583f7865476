"""Bands sum energy, and the ear's weighting is the standard's."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from emoretrieve.perception.lite.sound_bands import BANDS, CENTRES_HZ, band_power, fullness, heard_power, loudness
from emoretrieve.perception.lite.sound_spectrum import Spectra, spectra


@pytest.mark.parametrize("hz", [110.0, 1_000.0, 5_000.0])
def test_a_sine_of_full_scale_gives_one_in_its_bands(hz: float) -> None:
    sine = np.sin(2 * np.pi * hz * np.arange(16_000) / 16_000).astype(np.float32)
    bands = np.concatenate([band_power(batch.power) for batch in spectra([sine])])[25]
    assert bands.sum() == pytest.approx(1.0, rel=0.02)
    assert CENTRES_HZ[bands.argmax()] == pytest.approx(hz, rel=0.06)


def test_heard_power_follows_the_a_curve() -> None:
    import librosa

    heard = heard_power(np.eye(BANDS, dtype=np.float32))
    np.testing.assert_allclose(10 * np.log10(heard), librosa.A_weighting(CENTRES_HZ, min_db=None), atol=0.05)


def bands_of(sound: NDArray[np.float64]) -> Spectra:
    return np.concatenate([band_power(batch.power) for batch in spectra([sound.astype(np.float32)])])[25:75]


def tone(hz: float) -> NDArray[np.float64]:
    return np.asarray(np.sin(2 * np.pi * hz * np.arange(32_000) / 16_000))


def noise() -> NDArray[np.float64]:
    return np.asarray(np.random.default_rng(0).standard_normal(32_000) / np.sqrt(2))


def test_a_sine_of_full_scale_at_1_khz_has_loudness_one() -> None:
    assert loudness(bands_of(tone(1_000.0))).mean() == pytest.approx(1.0, rel=0.02)


def test_loudness_doubles_with_sixteen_times_the_power() -> None:
    bands = bands_of(noise())
    louder = bands * np.float32(16)
    assert loudness(louder).mean() == pytest.approx(2 * loudness(bands).mean(), rel=0.05)


def test_the_same_power_is_louder_where_more_bands_share_it() -> None:
    one, two = bands_of(tone(1_000.0)), bands_of((tone(1_000.0) + tone(2_000.0)) / np.sqrt(2))
    assert loudness(two).mean() > 1.5 * loudness(one).mean()


def test_fullness_grows_from_a_tone_over_a_chord_to_noise() -> None:
    chord = sum(tone(hz) for hz in (220.0, 440.0, 660.0, 880.0, 1_760.0))
    full = [float(fullness(bands_of(np.asarray(sound))).mean()) for sound in (tone(440.0), chord, noise())]
    assert full == sorted(full)
    assert full[0] < 1
    assert full[2] > 15


def test_fullness_does_not_depend_on_the_level() -> None:
    bands = bands_of(noise())
    assert fullness(bands * np.float32(0.01)).mean() == pytest.approx(fullness(bands).mean(), abs=1e-3)


def test_silence_is_not_full() -> None:
    np.testing.assert_array_equal(fullness(np.zeros((3, BANDS), np.float32)), 0)
