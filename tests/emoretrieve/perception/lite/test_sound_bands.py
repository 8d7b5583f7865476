"""Bands sum energy, and the ear's weighting is the standard's."""

from __future__ import annotations

import numpy as np
import pytest

from emoretrieve.perception.lite.sound_bands import BANDS, CENTRES_HZ, band_power, heard_power
from emoretrieve.perception.lite.sound_spectrum import spectra


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
