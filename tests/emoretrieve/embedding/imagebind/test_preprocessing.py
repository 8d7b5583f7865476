"""Our preprocessing gives what the original's libraries give; `benchmarks/imagebind_originals.py` wrote the numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from PIL import Image

from emoretrieve.embedding.imagebind.picture import picture_input
from emoretrieve.embedding.imagebind.sound import clip_input, clip_spans, cut_clips, sound_input
from emoretrieve.errors import MediaError
from emoretrieve.media.identify import identify
from tests.emoretrieve.embedding.imagebind.examples import PICTURES, SOUNDS, picture, sound

ORIGINALS: dict[str, dict[str, Any]] = json.loads((Path(__file__).parent / "originals.json").read_text())


def assert_same(ours: Any, original: dict[str, Any], tolerance: float) -> None:
    assert list(ours.shape) == original["shape"]
    places = np.linspace(0, ours.size - 1, len(original["values"])).astype(int)
    np.testing.assert_allclose(ours.reshape(-1)[places], original["values"], rtol=0, atol=tolerance)
    assert ours.mean(dtype=np.float64) == pytest.approx(original["mean"], abs=tolerance)


@pytest.mark.parametrize("length", [int(length) for length in ORIGINALS["spans"]])
def test_the_clips_are_those_of_the_original(length: int) -> None:
    assert [list(span) for span in clip_spans(length)] == ORIGINALS["spans"][str(length)]


@pytest.mark.parametrize("name", SOUNDS)
def test_the_filter_banks_of_a_clip_are_those_of_the_original(name: str) -> None:
    samples = sound(name)
    clips = cut_clips(np.array_split(samples, 7), clip_spans(len(samples)))
    assert_same(np.stack([clip_input(clip) for clip in clips])[:, None], ORIGINALS["sounds"][name], 1e-4)


def test_a_file_gives_the_filter_banks_of_its_samples(tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    soundfile.write(path, sound("long"), 16_000, subtype="FLOAT")
    media = identify(path)
    assert media
    assert_same(sound_input(media), ORIGINALS["sounds"]["long"], 1e-4)


def test_of_stereo_the_left_channel_is_heard(tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    left = sound("long")
    soundfile.write(path, np.stack([left, np.roll(left, 5_000) * 0.3], axis=1), 16_000, subtype="FLOAT")
    media = identify(path)
    assert media
    assert_same(sound_input(media), ORIGINALS["sounds"]["long"], 1e-4)


def test_silence_is_at_the_floor_and_no_nan() -> None:
    assert np.isfinite(clip_input(np.zeros(32_000, np.float32))).all()


def test_less_than_a_frame_of_sound_is_too_short(tmp_path: Path) -> None:
    path = tmp_path / "click.wav"
    soundfile.write(path, np.ones(399, np.float32) * 0.1, 16_000)
    media = identify(path)
    assert media
    with pytest.raises(MediaError, match="25 ms") as caught:
        sound_input(media)
    assert caught.value.kind == "too_short"


@pytest.mark.parametrize(("width", "height"), PICTURES)
def test_the_pixels_are_those_of_the_original(tmp_path: Path, width: int, height: int) -> None:
    path = tmp_path / "picture.png"
    picture(width, height).save(path)
    media = identify(path)
    assert media
    assert_same(picture_input(media), ORIGINALS["pictures"][f"{width}x{height}"], 1e-6)


def test_a_picture_is_turned_upright_and_laid_on_white(tmp_path: Path) -> None:
    upright, turned, clear = tmp_path / "upright.png", tmp_path / "turned.png", tmp_path / "clear.png"
    image = picture(300, 240)
    image.save(upright)
    exif = Image.Exif()
    exif[0x0112] = 6
    image.transpose(Image.Transpose.ROTATE_90).save(turned, exif=exif)
    Image.new("RGBA", (300, 240), (0, 0, 0, 0)).save(clear)
    inputs = []
    for path in (upright, turned, clear):
        media = identify(path)
        assert media
        inputs.append(picture_input(media))
    np.testing.assert_array_equal(inputs[0], inputs[1])
    assert inputs[2].min() > 1.9
