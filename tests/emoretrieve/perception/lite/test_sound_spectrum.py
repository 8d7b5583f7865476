"""The shared transform is the one that everybody knows, however the stream is cut."""

from __future__ import annotations

import numpy as np
import pytest

from emoretrieve.media.audio import Samples
from emoretrieve.perception.lite.sound_spectrum import BINS, HOP, WINDOW, spectra


def noise(samples: int) -> Samples:
    return (0.3 * np.random.default_rng(3).standard_normal(samples)).astype(np.float32)


def power(sound: Samples, block: int = 16_000) -> Samples:
    blocks = [sound[at : at + block] for at in range(0, len(sound), block)]
    return np.concatenate([batch.power for batch in spectra(blocks)])


def test_it_is_librosas_transform_of_the_same_window_and_hop() -> None:
    import librosa

    sound = noise(50_000)
    theirs = np.abs(librosa.stft(sound, n_fft=WINDOW, hop_length=HOP, pad_mode="constant")).T ** 2
    ours = power(sound)
    np.testing.assert_allclose(ours, theirs[: len(ours)] * (4 / WINDOW) ** 2, rtol=1e-3, atol=1e-9)


@pytest.mark.parametrize("samples", [1, 319, 320, 321, 20_480, 20_481, 21_504, 21_505, 100_000])
def test_a_sound_has_a_frame_for_every_hop_that_it_begins(samples: int) -> None:
    assert power(noise(samples)).shape == (-(-samples // HOP), BINS)


def test_a_sound_without_samples_has_no_frames() -> None:
    assert list(spectra([])) == []


@pytest.mark.parametrize("block", [1, 777, 20_480, 99_999])
def test_the_cut_of_the_stream_changes_nothing(block: int) -> None:
    sound = noise(30_000)
    np.testing.assert_array_equal(power(sound, block), power(sound))


def test_a_sine_of_full_scale_has_power_one() -> None:
    sine = np.sin(2 * np.pi * 1_000 * np.arange(16_000) / 16_000).astype(np.float32)
    assert power(sine)[25].max() == pytest.approx(1.0, rel=1e-3)


def test_the_hops_hold_the_sound_in_order() -> None:
    sound = noise(50_000)
    hops = np.concatenate([batch.hops for batch in spectra([sound])]).ravel()
    np.testing.assert_array_equal(hops[: len(sound)], sound)
    assert not hops[len(sound) :].any()
