"""Counting what models need before they are loaded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from emoretrieve.perception.qwen.loading import load
from emoretrieve.perception.qwen.memory import fit_together, free_bytes, lack, weight_bytes
from emoretrieve.perception.qwen.settings import ModelSettings
from emoretrieve.perception.settings import Role

pytest.importorskip("torch", reason="needs the extra 'qwen'")


@pytest.mark.parametrize("dtype", ["auto", "bfloat16"])
@pytest.mark.parametrize(("name", "role"), [("tiny_qwen3", "colour"), ("tiny_qwen2_audio", "audio")])
def test_weights_are_counted_as_they_will_lie_in_memory(
    name: str, role: Role, dtype: str, request: pytest.FixtureRequest
) -> None:
    settings = ModelSettings(str(request.getfixturevalue(name)), dtype=dtype)
    parameters = load(settings, role).model.parameters()
    actual = sum(parameter.numel() * parameter.element_size() for parameter in parameters)
    assert weight_bytes(settings) == pytest.approx(actual, rel=0.25)


def test_smaller_weights_are_counted_smaller(tiny_qwen3: Path) -> None:
    sizes = [weight_bytes(ModelSettings(str(tiny_qwen3), quantisation=bits)) for bits in ("4bit", "8bit", "none")]
    assert sizes == sorted(sizes, key=lambda size: size or 0)
    assert len(set(sizes)) == 3


@pytest.mark.parametrize(
    ("name", "billions"),
    [("Qwen/Qwen2.5-VL-7B-Instruct", 7), ("Qwen/Qwen3-0.6B", 0.6), ("Qwen/Qwen3-Omni-30B-A3B-Instruct", 30)],
)
def test_a_model_that_is_not_downloaded_is_as_large_as_its_name_says(name: str, billions: float) -> None:
    assert weight_bytes(ModelSettings(name)) == round(billions * 2e9)


def test_nothing_is_known_of_a_name_without_a_number() -> None:
    unknown = ModelSettings("somebody/some-model", device_map="cpu", memory_gb=1000)
    assert weight_bytes(unknown) is None
    assert fit_together([unknown])
    assert not fit_together([unknown, replace(unknown, name="somebody/other-model")])


@pytest.mark.parametrize("header", [b'{"weight": {"dtype": "F32"}}', b"[]", b"{"])
def test_damaged_weights_count_nothing_and_stop_nobody(header: bytes, tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(len(header).to_bytes(8, "little") + header)
    assert weight_bytes(ModelSettings(str(tmp_path))) == 0


def test_models_fit_together_up_to_the_limit() -> None:
    """Seven billion parameters of two bytes, and a fifth more: 16.8 GB each."""
    one = ModelSettings("some-7B", device_map="cpu", memory_gb=33)
    other = replace(one, name="other-7B")
    assert fit_together([one])
    assert not fit_together([one, other])
    assert fit_together([replace(one, memory_gb=34), replace(other, memory_gb=34)])


def test_models_on_different_devices_do_not_compete() -> None:
    one = ModelSettings("some-7B", device_map="cuda:0", memory_gb=20)
    assert fit_together([one, replace(one, name="other-7B", device_map="cuda:1")])


def test_the_machine_has_some_memory_left() -> None:
    assert 10_000_000 < free_bytes("cpu") < 10**14


def test_a_model_that_does_not_fit_is_told_with_figures() -> None:
    assert lack(ModelSettings("Qwen/Qwen3-4B", memory_gb=1)) == "needs about 9.6 GB of memory and may take 1 GB"
