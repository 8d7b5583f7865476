"""PE-AV's real class, tiny and with random weights, embeds songs and pictures."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from emoretrieve.embedding import BatchEmbedder, EmbedderSettings, caution_of
from emoretrieve.embedding.registry import open_embedder
from emoretrieve.errors import EmoretrieveError, PerceptionError
from emoretrieve.media import MediaFile
from emoretrieve.media.identify import identify
from tests.emoretrieve.embedding.imagebind.examples import picture, sound
from tests.emoretrieve.embedding.tiny_pe_av import save_pe_av


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    for package in ("transformers", "torchvision", "timm"):
        pytest.importorskip(package, reason="needs the extra 'pe-av'")
    return save_pe_av(tmp_path_factory.mktemp("pe-av"))


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[MediaFile]:
    """A long and a short song, two pictures."""
    folder = tmp_path_factory.mktemp("media")
    soundfile.write(folder / "a.wav", np.tile(sound("short"), 20), 16_000)
    soundfile.write(folder / "b.wav", sound("short"), 16_000)
    picture(64, 40).save(folder / "c.png")
    picture(40, 64).save(folder / "d.png")
    return [media for path in sorted(folder.iterdir()) if (media := identify(path))]


def opened(weights: Path) -> BatchEmbedder:
    embedder = open_embedder(EmbedderSettings("pe-av", str(weights), "cpu"))
    assert isinstance(embedder, BatchEmbedder)
    return embedder


def test_songs_and_pictures_become_unit_vectors(weights: Path, files: list[MediaFile]) -> None:
    embedder = opened(weights)
    vectors = np.array([embedder.embed(media) for media in files[1:]])
    assert vectors.shape == (3, embedder.dimension)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert len({tuple(vector.round(5)) for vector in vectors}) == 3


def test_a_batch_gives_the_vectors_of_its_files(weights: Path, files: list[MediaFile]) -> None:
    embedder = opened(weights)
    together = embedder.embed_prepared("image", [embedder.prepare(media) for media in files[2:]])
    np.testing.assert_allclose(together, [embedder.embed(media) for media in files[2:]], atol=1e-5)


def test_the_vectors_are_those_that_the_model_compares(weights: Path, files: list[MediaFile]) -> None:
    """As its own `forward` has them, which compares a sound and a video."""
    import torch
    from transformers import AutoFeatureExtractor, AutoVideoProcessor, PeAudioVideoModel

    embedder = opened(weights)
    song, image = embedder.prepare(files[1]), embedder.prepare(files[2])
    model = PeAudioVideoModel.from_pretrained(weights).eval()
    samples = AutoFeatureExtractor.from_pretrained(weights)(list(song), sampling_rate=48_000, return_tensors="pt")
    frames = AutoVideoProcessor.from_pretrained(weights)([image[None].astype(np.uint8)], return_tensors="pt")
    with torch.no_grad():
        outputs = model(input_values=samples["input_values"], pixel_values_videos=frames["pixel_values_videos"])
    for ours, theirs in ((files[1], outputs.audio_embeds), (files[2], outputs.video_embeds)):
        unit = torch.nn.functional.normalize(theirs, dim=-1)[0]
        np.testing.assert_allclose(embedder.embed(ours), unit, atol=1e-5)


def test_a_long_sound_is_heard_at_its_beginning_its_middle_and_its_end(weights: Path, files: list[MediaFile]) -> None:
    embedder = opened(weights)
    assert embedder.prepare(files[0]).shape == (3, 480_000)
    assert embedder.prepare(files[1]).shape == (1, 33_600)


def test_the_signature_names_the_weights_and_says_that_they_are_random(weights: Path) -> None:
    signature = opened(weights).signature
    assert signature["weights"].startswith("sha256 ")
    assert "meaningless" in (caution_of(signature) or "")


def test_nothing_is_printed_when_the_model_is_loaded(weights: Path, files: list[MediaFile]) -> None:
    code = f"""
from pathlib import Path
from emoretrieve.embedding import EmbedderSettings
from emoretrieve.embedding.registry import open_embedder
from emoretrieve.media.identify import identify
open_embedder(EmbedderSettings("pe-av", {str(weights)!r}, "cpu")).embed(identify(Path({str(files[2].path)!r})))
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == ""


def test_a_folder_without_weights_is_told(weights: Path, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text((weights / "config.json").read_text())
    with pytest.raises(EmoretrieveError, match="no weights") as caught:
        assert opened(tmp_path).signature
    assert caught.value.kind == "unknown_model"


def test_a_file_is_no_folder_of_weights(weights: Path) -> None:
    with pytest.raises(PerceptionError, match="is a file; name the folder") as caught:
        opened(weights / "model.safetensors")
    assert caught.value.kind == "unknown_model"


@pytest.mark.parametrize("damaged", ["config.json", "model.safetensors"])
def test_damaged_files_are_told(weights: Path, files: list[MediaFile], tmp_path: Path, damaged: str) -> None:
    for file in weights.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / damaged).write_text("{")
    with pytest.raises(EmoretrieveError) as caught:
        assert opened(tmp_path).signature and opened(tmp_path).embed(files[2])  # noqa: PT018  whichever comes first
    assert caught.value.kind == "damaged_model"


def test_the_configuration_of_the_weights_stays_as_it_is(weights: Path) -> None:
    assert json.loads((weights / "config.json").read_text())["weights"] == "random"
