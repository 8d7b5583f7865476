"""Loading models that cannot be loaded, and those that cannot do what they are asked for."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from emoretrieve.errors import PerceptionError
from emoretrieve.perception.prompted.failures import RUN_ENDING
from emoretrieve.perception.qwen.loading import LoadedModel, load
from emoretrieve.perception.qwen.settings import ModelSettings
from emoretrieve.perception.settings import Role

pytest.importorskip("transformers", reason="needs the extra 'qwen'")

MISPLACED: list[tuple[str, Role]] = [
    ("tiny_qwen3", "audio"),
    ("tiny_qwen3", "image"),
    ("tiny_qwen2_audio", "image"),
    ("tiny_qwen2_5_vl", "audio"),
]


@pytest.fixture
def own(tiny_qwen3: Path, tmp_path: Path) -> Path:
    """A copy of the text model, to be damaged."""
    return shutil.copytree(tiny_qwen3, tmp_path / "own")


def refusal(settings: ModelSettings, role: Role = "colour") -> PerceptionError:
    with pytest.raises(PerceptionError) as caught:
        load(settings, role)
    assert caught.value.kind in RUN_ENDING
    return caught.value


def rewrite(file: Path, **changes: object) -> None:
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))


@pytest.mark.parametrize(("name", "role"), MISPLACED)
def test_a_model_that_cannot_hear_or_see_is_refused(name: str, role: Role, request: pytest.FixtureRequest) -> None:
    error = refusal(ModelSettings(str(request.getfixturevalue(name))), role)
    assert error.kind == "wrong_modality"
    assert f"set {role}.model" in str(error)


def test_a_model_that_writes_no_text_is_refused(own: Path) -> None:
    rewrite(own / "config.json", model_type="vit")
    assert refusal(ModelSettings(str(own))).kind == "wrong_modality"


def test_a_model_that_listens_at_another_rate_is_refused(tiny_qwen2_audio: Path, tmp_path: Path) -> None:
    other = shutil.copytree(tiny_qwen2_audio, tmp_path / "other")
    config = json.loads((other / "processor_config.json").read_text())
    config["feature_extractor"]["sampling_rate"] = 24_000
    (other / "processor_config.json").write_text(json.dumps(config))
    error = refusal(ModelSettings(str(other)), "audio")
    assert (error.kind, "24000 Hz" in str(error)) == ("wrong_modality", True)


def test_a_model_without_a_chat_template_is_refused(own: Path) -> None:
    (own / "chat_template.jinja").unlink()
    assert refusal(ModelSettings(str(own))).kind == "no_chat_template"


def test_a_folder_that_is_not_there_is_unknown(tmp_path: Path) -> None:
    assert refusal(ModelSettings(str(tmp_path / "gone"))).kind == "unknown_model"


def test_a_name_that_is_not_downloaded_is_unknown_without_a_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    error = refusal(ModelSettings("nobody/no-such-model"))
    assert (error.kind, "nobody/no-such-model" in str(error)) == ("unknown_model", True)


def test_a_hub_that_is_gone_is_asked_once_and_nothing_else_is_printed(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    error = refusal(ModelSettings("nobody/no-such-model"))
    assert (error.kind, "the hub does not answer" in str(error)) == ("unknown_model", True)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("device", ["gpu", "cuda:63"])
def test_a_device_that_is_not_there_is_no_damage(tiny_qwen3: Path, device: str) -> None:
    error = refusal(ModelSettings(str(tiny_qwen3), device_map=device))
    assert (error.kind, "use auto or cpu" in str(error)) == ("bad_option", True)


@pytest.mark.parametrize("left", [0, 5, 1000, -100])
def test_weights_that_are_cut_short_are_damaged(own: Path, left: int) -> None:
    weights = own / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:left])
    assert refusal(ModelSettings(str(own))).kind == "damaged_model"


def test_missing_weights_are_damage(own: Path) -> None:
    (own / "model.safetensors").unlink()
    assert refusal(ModelSettings(str(own))).kind == "damaged_model"


def test_weights_of_another_shape_are_damage(own: Path) -> None:
    rewrite(own / "config.json", intermediate_size=96)
    assert refusal(ModelSettings(str(own))).kind == "damaged_model"


def test_weights_that_are_not_all_there_are_damage(own: Path) -> None:
    rewrite(own / "config.json", num_hidden_layers=3, layer_types=["full_attention"] * 3)
    error = refusal(ModelSettings(str(own)))
    assert (error.kind, "layers.2" in str(error)) == ("damaged_model", True)


def test_a_config_that_is_no_json_is_damage(own: Path) -> None:
    (own / "config.json").write_text("{")
    assert refusal(ModelSettings(str(own))).kind == "damaged_model"


def test_of_a_model_that_speaks_only_the_part_that_thinks_is_loaded(tiny_qwen2_5_omni: Path) -> None:
    loaded = load(ModelSettings(str(tiny_qwen2_5_omni)), "audio")
    assert type(loaded.model).__name__ == "Qwen2_5OmniThinkerForConditionalGeneration"


@pytest.mark.parametrize("dtype", ["bfloat16", "float16", "float32"])
def test_the_precision_is_the_one_asked_for(tiny_qwen3: Path, dtype: str) -> None:
    loaded = load(ModelSettings(str(tiny_qwen3), dtype=dtype), "colour")
    assert str(loaded.model.dtype) == f"torch.{dtype}"


@pytest.mark.parametrize("attention", ["eager", "sdpa"])
def test_attention_is_the_one_asked_for(tiny_qwen3: Path, attention: str) -> None:
    loaded = load(ModelSettings(str(tiny_qwen3), attention=attention), "colour")
    assert loaded.model.config._attn_implementation == attention


def test_loading_what_memory_does_not_hold_says_so(
    loading: Callable[[str, Role], LoadedModel], tiny_qwen3: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    def scarce(*_: object, **__: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(type(loading("tiny_qwen3", "colour").model), "from_pretrained", scarce)
    assert refusal(ModelSettings(str(tiny_qwen3))).kind == "model_too_large"
