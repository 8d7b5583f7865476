"""Excerpts of sounds, whichever decoder knows their format."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile

from emoretrieve.media.preview import excerpt

RATE_HZ = 16_000
needs_ffmpeg = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="the ffmpeg program is not installed")


def encoded(folder: Path, seconds: int, suffix: str) -> Path:
    """A sound that is silent for its first quarter, then a tone."""
    time = np.arange(seconds * RATE_HZ) / RATE_HZ
    soundfile.write(folder / "sound.wav", np.sin(2_000 * time) * 0.5 * (time >= seconds / 4), RATE_HZ)
    target = folder / f"sound.{suffix}"
    if suffix != "wav":
        command = ["ffmpeg", "-nostdin", "-v", "error", "-i", str(folder / "sound.wav"), str(target)]
        subprocess.run(command, check=True)
    return target


@pytest.mark.parametrize("suffix", ["wav", pytest.param("m4a", marks=needs_ffmpeg)])
def test_an_excerpt_is_half_a_minute_from_after_the_first_quarter(tmp_path: Path, suffix: str) -> None:
    cut = excerpt(encoded(tmp_path, 48, suffix))
    assert cut is not None
    samples, rate_hz = soundfile.read(io.BytesIO(cut.data))
    seconds = [np.sqrt(np.mean(part**2)) for part in np.array_split(samples[: 30 * rate_hz], 30)]
    assert cut.shortened
    assert len(samples) / rate_hz == pytest.approx(30, abs=0.2)
    assert min(seconds[1:-1]) == pytest.approx(0.5 / np.sqrt(2), rel=0.1)
    assert max(seconds[0], seconds[-1]) < min(seconds[1:-1])


@pytest.mark.parametrize("suffix", ["wav", pytest.param("m4a", marks=needs_ffmpeg)])
def test_a_short_sound_is_there_as_a_whole(tmp_path: Path, suffix: str) -> None:
    cut = excerpt(encoded(tmp_path, 4, suffix))
    assert cut is not None
    samples, rate_hz = soundfile.read(io.BytesIO(cut.data))
    assert not cut.shortened
    assert len(samples) / rate_hz == pytest.approx(4, abs=0.2)


@needs_ffmpeg
def test_a_damaged_file_has_none(tmp_path: Path) -> None:
    file = encoded(tmp_path, 4, "m4a")
    file.write_bytes(file.read_bytes()[:3_000])
    assert excerpt(file) is None
