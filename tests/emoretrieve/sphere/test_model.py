"""A model is the same after it was saved and loaded, and says what is wrong with a folder that is none."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from emoretrieve.errors import EmoretrieveError, MediaError, PerceptionError, SourceError
from emoretrieve.sphere.heads import HeadShape
from emoretrieve.sphere.model import SphereModel
from emoretrieve.sphere.model_card import ModelCard
from emoretrieve.sphere.model_config import ModelConfig
from emoretrieve.sphere.network import NetworkShape, SphereNetwork
from emoretrieve.sphere.opening import open_model
from tests.emoretrieve.sphere.models import SMALL, lite_model

TEXTS = ["rain on the harbour", "a brass band marches by", "…"]


def changed_config(folder: Path, **changes: object) -> None:
    file = folder / "config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **changes}))


def test_a_model_that_was_saved_and_loaded_embeds_bit_for_bit_as_before(tmp_path: Path) -> None:
    model = lite_model()
    model.save(tmp_path / "model")
    loaded = open_model(tmp_path / "model")
    before, after = model.embed("text", TEXTS), loaded.embed("text", TEXTS)
    assert [point.kappa for point in before] == [point.kappa for point in after]
    assert all(np.array_equal(one.mu, other.mu) for one, other in zip(before, after, strict=True))
    assert loaded.signature == model.signature
    assert (loaded.dimension, loaded.modalities) == (8, ("audio", "image", "text"))


def test_songs_pictures_and_words_become_points_of_one_sphere(tmp_path: Path, media: Path) -> None:
    lite_model().save(tmp_path)
    model = open_model(tmp_path)
    points = [
        *model.embed("audio", [media / "hum.wav"]),
        *model.embed("image", [media / "sunny.png"]),
        *model.embed("text", ["a sunset"]),
    ]
    assert {point.dimension for point in points} == {8}
    assert all(SMALL.kappa_min <= point.kappa <= SMALL.kappa_max for point in points)


def test_a_file_that_cannot_be_embedded_does_not_take_the_others_with_it(tmp_path: Path, media: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes((media / "sunny.png").read_bytes()[:60])
    paths = [media / "sunny.png", broken, media / "hum.wav", tmp_path / "absent.png", media / "sunny.png"]
    found = lite_model().embed_each("image", paths)
    kinds = [one.kind if isinstance(one, EmoretrieveError) else "" for one in found]
    assert kinds == ["", "truncated", "other_modality", "unreadable_file", ""]
    with pytest.raises(MediaError):
        lite_model().embed("image", paths)


def test_the_signature_follows_the_weights(tmp_path: Path) -> None:
    assert lite_model(0).signature == lite_model(0).signature
    assert lite_model(0).signature != lite_model(1).signature
    assert lite_model(0).signature["text.extractor"] == "lite"
    assert tmp_path.is_dir()


def test_a_folder_without_a_model_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(PerceptionError, match=r"There is no model in .*--resume") as caught:
        SphereModel.load(tmp_path)
    assert caught.value.kind == "unknown_model"


def cut_weights(folder: Path) -> None:
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-100])


def no_weights(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def other_weights(folder: Path) -> None:
    lite_model(5).save(folder / "other")
    (folder / "other" / "model.safetensors").replace(folder / "model.safetensors")


def nan_weights(folder: Path) -> None:
    state = load_file(folder / "model.safetensors")
    next(iter(state.values())).view(-1)[0] = torch.nan
    save_file(state, folder / "model.safetensors")


def one_tensor_less(folder: Path) -> None:
    state = load_file(folder / "model.safetensors")
    save_file(dict(list(state.items())[1:]), folder / "model.safetensors")


def no_json(folder: Path) -> None:
    (folder / "config.json").write_text("{")


def a_list(folder: Path) -> None:
    (folder / "config.json").write_text("[1]")


def later_format(folder: Path) -> None:
    changed_config(folder, format=99)


def no_size(folder: Path) -> None:
    changed_config(folder, features={"audio": -3})


def no_head(folder: Path) -> None:
    changed_config(folder, head={"dimension": 8})


DAMAGES = (
    cut_weights,
    no_weights,
    other_weights,
    nan_weights,
    one_tensor_less,
    no_json,
    a_list,
    later_format,
    no_size,
    no_head,
)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_folder_is_one_sentence_that_names_the_file(damage: Callable[[Path], None], tmp_path: Path) -> None:
    lite_model().save(tmp_path)
    damage(tmp_path)
    with pytest.raises(PerceptionError, match=r"The file '.*' of a model cannot be used") as caught:
        SphereModel.load(tmp_path)
    assert caught.value.kind == "damaged_model"
    assert "\n" not in str(caught.value)


def test_weights_of_other_dimensions_are_told_with_both(tmp_path: Path) -> None:
    lite_model().save(tmp_path)
    lite_model(head=HeadShape(dimension=12, hidden=16)).save(tmp_path / "other")
    (tmp_path / "other" / "model.safetensors").replace(tmp_path / "model.safetensors")
    with pytest.raises(PerceptionError, match=r"\(12.*\) and not \(8") as caught:
        SphereModel.load(tmp_path)
    assert caught.value.kind == "other_dimension"


def test_an_extractor_that_nobody_knows_is_told_with_those_that_there_are(tmp_path: Path) -> None:
    model = lite_model()
    model.save(tmp_path)
    extractors = json.loads((tmp_path / "config.json").read_text())["extractors"]
    extractors["text"]["name"] = "word2vec"
    changed_config(tmp_path, extractors=extractors)
    with pytest.raises(PerceptionError, match=r"no feature extractor called 'word2vec'; there are lite") as caught:
        SphereModel.load(tmp_path).embed("text", TEXTS)
    assert caught.value.kind == "unknown_extractor"


def test_features_that_have_changed_since_the_training_are_refused(tmp_path: Path) -> None:
    lite_model().save(tmp_path)
    extractors = json.loads((tmp_path / "config.json").read_text())["extractors"]
    extractors["audio"]["signature"]["measures"] = "0"
    changed_config(tmp_path, extractors=extractors)
    model = SphereModel.load(tmp_path)
    assert model.embed("text", TEXTS)
    with pytest.raises(PerceptionError, match=r"have changed since .* \(measures\)") as caught:
        model.extractor("audio")
    assert caught.value.kind == "other_extractor"


def test_a_model_without_a_modality_says_which_it_has() -> None:
    shape = NetworkShape({"image": 5, "text": 5}, SMALL)
    model = SphereModel(SphereNetwork(shape), ModelConfig(shape))
    with pytest.raises(PerceptionError, match="knows no audio; it was trained on image and text"):
        model.embed_features("audio", np.zeros((1, 5), np.float32))
    with pytest.raises(PerceptionError, match="inputs of image that a program made"):
        model.embed("image", [Path("any.png")])


def test_gaussians_are_no_points_of_the_sphere() -> None:
    with pytest.raises(PerceptionError, match="Gaussians") as caught:
        lite_model(family="gaussian").embed("text", TEXTS)
    assert caught.value.kind == "not_spherical"


def test_a_backbone_that_learnt_along_is_saved_and_wanted_again(tmp_path: Path) -> None:
    def backbone() -> torch.nn.Module:
        return torch.nn.Sequential(torch.nn.Conv1d(1, 4, 5), torch.nn.AdaptiveAvgPool1d(2), torch.nn.Flatten())

    shape = NetworkShape({"audio": 8, "text": 3}, SMALL)
    config = ModelConfig(shape, backbones=("audio",))
    sounds = np.random.default_rng(0).normal(size=(6, 1, 40)).astype(np.float32)
    model = SphereModel(SphereNetwork(shape, {"audio": backbone()}), config)
    model.save(tmp_path)
    loaded = SphereModel.load(tmp_path, backbones={"audio": backbone()})
    assert np.array_equal(model.embed_features("audio", sounds)[0], loaded.embed_features("audio", sounds)[0])
    with pytest.raises(PerceptionError, match="trained end to end for audio"):
        SphereModel.load(tmp_path)


def test_the_card_says_what_is_known_and_survives_the_folder(tmp_path: Path) -> None:
    model = lite_model()
    card = ModelCard(("28 songs.",), ("elk, 10 steps.",), ("| a | b |", "|---|---|", "| 1 | 2 |"), ())
    SphereModel(model.network, model.config, card).save(tmp_path)
    text = (tmp_path / "README.md").read_text()
    assert all(part in text for part in ("28 songs.", "elk, 10 steps.", "| 1 | 2 |", "Nothing was said."))
    assert SphereModel.load(tmp_path).card == card


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SourceError, match=r"The model cannot be written to") as caught:
        lite_model().save(tmp_path / "file")
    assert caught.value.kind == "not_writable"


def test_a_model_written_over_another_is_the_new_one(tmp_path: Path) -> None:
    lite_model(0).save(tmp_path)
    lite_model(1).save(tmp_path)
    assert SphereModel.load(tmp_path).signature == lite_model(1).signature
    assert sorted(path.name for path in tmp_path.iterdir()) == ["README.md", "config.json", "model.safetensors"]
    assert replace(SMALL, dimension=9) != SMALL
