"""Features of embedders and of models of transformers are those that the models give, by the rule that is stated."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from emoretrieve.errors import PerceptionError
from emoretrieve.sphere.features import ExtractorSettings, input_of
from emoretrieve.sphere.features.extraction import extract_each
from emoretrieve.sphere.features.registry import extractor_names, open_extractor
from random_towers import write_random_towers
from tests.toy_embedder import install_toy

torch = pytest.importorskip("torch", reason="needs the extra 'sphere'")
transformers = pytest.importorskip("transformers", reason="needs the extra 'qwen'")
TEXTS = ["rain on the harbour", "fire"]


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_random_towers("clip", tmp_path_factory.mktemp("clip"))


@pytest.fixture(scope="session")
def vit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("vit")
    torch.manual_seed(0)
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 8}
    transformers.ViTModel(transformers.ViTConfig(**sizes, image_size=32, patch_size=8)).save_pretrained(folder)
    transformers.ViTImageProcessor(size={"height": 32, "width": 32}).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def wav2vec2(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wav2vec2")
    torch.manual_seed(0)
    config = transformers.Wav2Vec2Config(
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=8,
        conv_dim=(8, 8),
        conv_stride=(5, 4),
        conv_kernel=(10, 8),
        num_conv_pos_embeddings=4,
        num_conv_pos_embedding_groups=2,
    )
    transformers.Wav2Vec2Model(config).save_pretrained(folder)
    transformers.Wav2Vec2FeatureExtractor(sampling_rate=16_000).save_pretrained(folder)
    return folder


def opened(name: str, weights: Path | None = None) -> Any:
    return open_extractor(ExtractorSettings(name, str(weights) if weights else None, "cpu"))


def test_an_embedder_gives_its_vectors_of_pictures_and_words(clip: Path, media: Path) -> None:
    extractor = opened("clip", clip)
    assert extractor.modalities == {"image", "text"}
    assert extractor.signature("image")["weights"].startswith("sha256 ")
    features = extractor.extract("image", [input_of("image", media / "mist.png")])
    assert features.shape == (1, extractor.dimension("image"))
    assert np.linalg.norm(features[0]) == pytest.approx(1.0, abs=1e-5)
    assert extractor.extract("text", TEXTS).shape == (2, extractor.dimension("text"))
    assert extractor.extract("text", []).shape == (0, extractor.dimension("text"))


def test_a_model_of_transformers_with_towers_gives_what_its_own_method_gives(clip: Path, media: Path) -> None:
    by_place, by_name = opened(f"transformers:{clip}"), opened("clip", clip)
    assert by_place.modalities == {"image", "text"}
    for modality, inputs in (("image", [input_of("image", media / "mist.png")]), ("text", TEXTS)):
        ours, theirs = by_place.extract(modality, inputs), by_name.extract(modality, inputs)
        directions = ours / np.linalg.norm(ours, axis=1, keepdims=True)
        assert directions == pytest.approx(theirs, abs=1e-4)


def test_qwen3_embedding_is_the_state_of_the_last_token(tiny_qwen3: Path) -> None:
    extractor = opened("qwen3-embedding", tiny_qwen3)
    assert extractor.modalities == {"text"}
    features = extractor.extract("text", TEXTS)
    tokenizer = transformers.AutoTokenizer.from_pretrained(tiny_qwen3)
    model = transformers.AutoModel.from_pretrained(tiny_qwen3, dtype=torch.float32).eval()
    with torch.inference_mode():
        states = model(**tokenizer([TEXTS[1]], return_tensors="pt")).last_hidden_state
    assert features[1] == pytest.approx(states[0, -1].numpy(), abs=1e-5)
    mean = opened(f"transformers:{tiny_qwen3}").extract("text", TEXTS)
    assert mean[1] == pytest.approx(states[0].mean(dim=0).numpy(), abs=1e-5)
    assert opened(f"transformers:{tiny_qwen3}").signature("text") != extractor.signature("text")


def test_a_picture_model_gives_its_pooled_output(vit: Path, media: Path) -> None:
    extractor = opened(f"transformers:{vit}")
    assert extractor.modalities == {"image"}
    features = extractor.extract("image", [input_of("image", media / name) for name in ("mist.png", "storm.png")])
    assert features.shape == (2, 16) == (2, extractor.dimension("image"))
    assert np.abs(features[0] - features[1]).max() > 1e-4


def test_a_sound_model_hears_clips_and_gives_their_mean(wav2vec2: Path, media: Path) -> None:
    extractor = opened(f"transformers:{wav2vec2}")
    assert extractor.modalities == {"audio"}
    features = extractor.extract("audio", [input_of("audio", media / name) for name in ("hum.wav", "drums.wav")])
    assert features.shape == (2, 16)
    assert np.abs(features[0] - features[1]).max() > 1e-4


def test_embedders_of_other_packages_are_taken_as_they_are(
    tmp_path: Path, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_toy(tmp_path, monkeypatch)
    assert {"toy", "wordy", "clap", "transformers:PLACE"} <= set(extractor_names())
    toy = opened("toy")
    assert toy.modalities == {"audio", "image"}
    assert toy.extract("image", [input_of("image", media / "mist.png")]).shape == (1, 6)
    with pytest.raises(PerceptionError, match=r"'toy' are of audio and image, not of text; name another") as caught:
        extract_each(toy, "text", TEXTS)
    assert caught.value.kind == "other_modality"
    assert "text" in opened("wordy").modalities


@pytest.mark.parametrize("name", ["transformers:", "transformers:/nowhere/at/all", "qwen3-embedding"])
def test_a_model_that_is_not_there_is_one_sentence(name: str, tmp_path: Path) -> None:
    with pytest.raises(PerceptionError) as caught:
        opened(name, None if name.startswith("t") else tmp_path / "none").extract("text", TEXTS)
    assert caught.value.kind in ("unknown_extractor", "unknown_model")
    assert "\n" not in str(caught.value)


def test_a_folder_with_damaged_weights_is_one_sentence(vit: Path, tmp_path: Path, media: Path) -> None:
    for file in vit.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "model.safetensors").write_bytes(b"none")
    with pytest.raises(PerceptionError) as caught:
        opened(f"transformers:{tmp_path}").extract("image", [input_of("image", media / "mist.png")])
    assert caught.value.kind == "damaged_model"
