"""The whole perception in process: a song and a picture become captions and colours, by real classes of tiny models."""

from __future__ import annotations

import hashlib
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from emoretrieve.media import MediaFile
from emoretrieve.perception import Perception, PerceptionSettings, open_perception
from tests import tiny_models

HEARD = "A slow cello melody over soft piano chords evokes calm and sadness."
SEEN = "The painting shows a quiet blue lake under grey sky."

pytest.importorskip("transformers", reason="needs the extra 'qwen'")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory, tiny_qwen3: Path) -> PerceptionSettings:
    """Models that always say the same of sounds and pictures, and a random one whose colours are held to the form."""
    folder = tmp_path_factory.mktemp("talking")
    options = {
        "audio.model": str(tiny_models.save_qwen2_audio(folder / "audio", says=HEARD)),
        "image.model": str(tiny_models.save_qwen2_5_vl(folder / "image", says=SEEN)),
        "colour.model": str(tiny_qwen3),
        "max_new_tokens": "200",
    }
    return PerceptionSettings("qwen", options=options)


@pytest.fixture
def perception(settings: PerceptionSettings) -> Iterator[Perception]:
    perception = open_perception(settings)
    yield perception
    perception.close()


@pytest.fixture
def song(tmp_path: Path) -> MediaFile:
    """Six seconds of a tone that grows."""
    path = tmp_path / "song.wav"
    time_s = np.arange(6 * 16_000) / 16_000
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes((np.sin(2 * np.pi * 220 * time_s) * 4000 * time_s).astype("<i2").tobytes())
    return MediaFile(path, "audio", "wav", sha256=hashlib.sha256(path.read_bytes()).hexdigest())


@pytest.fixture
def painting(tmp_path: Path) -> MediaFile:
    path = tmp_path / "painting.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (120, 200, 3), dtype=np.uint8)).save(path)
    return MediaFile(path, "image", "png", sha256=hashlib.sha256(path.read_bytes()).hexdigest())


def test_a_song_and_a_picture_are_described_and_coloured(
    perception: Perception, song: MediaFile, painting: MediaFile
) -> None:
    for media, said in ((song, HEARD), (painting, SEEN)):
        described = perception.describe(media)
        assert set(described.description.captions.parts) == {said}
        assert all(0 <= value <= 255 for rgb in described.coloured.profile.parts for value in rgb)
    assert perception.ledger is not None
    costs = perception.ledger.costs
    assert [costs[role].requests for role in ("audio", "image")] == [5, 5]
    assert costs["colour"].requests >= 2


def test_the_same_files_get_the_same_colours_again_without_asking(
    settings: PerceptionSettings, song: MediaFile, tmp_path: Path
) -> None:
    results = []
    for _ in range(2):
        perception = open_perception(settings, tmp_path / "ledger.sqlite")
        results.append((perception.describe(song), perception.ledger.costs if perception.ledger else {}))
        perception.close()
    (first, _), (again, costs) = results
    assert again == first
    assert [costs[role].requests for role in ("audio", "colour")] == [0, 0]


def test_the_signature_names_the_models_and_not_where_they_lie(
    settings: PerceptionSettings, perception: Perception
) -> None:
    signature = perception.signature
    assert signature["captioner.audio.model"].startswith("audio@")
    assert not any(str(Path(settings.options["audio.model"]).parent) in value for value in signature.values())
