"""Options of models in process, and what stands for a model in the signature."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from emoretrieve.errors import PerceptionError
from emoretrieve.perception.options import Options
from emoretrieve.perception.qwen.settings import OPTIONS, ModelSettings, read_settings
from emoretrieve.perception.settings import ROLES, Role


def read(role: Role = "colour", **options: str) -> ModelSettings:
    return read_settings(role, Options(options, role))


def test_each_role_has_the_model_of_the_paper_by_default() -> None:
    assert [read(role).name for role in ROLES] == [
        "Qwen/Qwen2-Audio-7B-Instruct",
        "Qwen/Qwen2.5-VL-7B-Instruct",
        "Qwen/Qwen3-4B",
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("dtype", "int3"),
        ("quantisation", "2bit"),
        ("attention", "none"),
        ("device_map", "cuda:x"),
        ("batch_size", "0"),
        ("batch_size", "many"),
        ("memory_gb", "-1"),
    ],
)
def test_an_option_with_a_bad_value_is_refused_with_its_name(name: str, value: str) -> None:
    with pytest.raises(PerceptionError, match=rf"colour\.{name}") as caught:
        read_settings("colour", Options({name: value}, "colour"))
    assert caught.value.kind == "bad_option"


def test_every_option_that_is_read_has_a_meaning() -> None:
    class Recorder(dict[str, str]):
        def get(self, name: str, default: object = None) -> object:  # type: ignore[override]  # records what is read
            names.add(name)
            return default

    names: set[str] = set()
    read_settings("audio", Options(Recorder(), "audio"))
    assert names == set(OPTIONS)


def test_roles_share_a_model_whatever_their_batch_sizes() -> None:
    assert read("audio", model="omni", batch_size="2") == read("image", model="omni", batch_size="16")
    assert read("audio", model="omni") != read("image", model="omni", dtype="float32")


def test_a_model_of_a_hub_stands_in_the_signature_by_name_and_revision() -> None:
    assert read(model="Qwen/Qwen3-8B", revision="abc").signature == {
        "model": "Qwen/Qwen3-8B",
        "revision": "abc",
        "dtype": "auto",
        "quantisation": "none",
    }


def test_where_and_how_fast_it_runs_is_not_in_the_signature() -> None:
    slow = read(device_map="cpu", batch_size="1", attention="eager", memory_gb="3")
    assert slow.signature == read().signature
    assert read(dtype="float32").signature != read().signature
    assert read(quantisation="4bit").signature != read().signature


def test_a_folder_may_be_moved_but_not_changed(tiny_qwen3: Path, tmp_path: Path) -> None:
    here = read(model=str(tiny_qwen3)).signature
    moved = shutil.copytree(tiny_qwen3, tmp_path / tiny_qwen3.name)
    assert read(model=str(moved)).signature == here
    assert str(tiny_qwen3.parent) not in here["model"]
    (moved / "config.json").write_text((moved / "config.json").read_text() + " ")
    assert read(model=str(moved)).signature != here


@pytest.mark.parametrize("changed", ["model.safetensors", "chat_template.jinja", "tokenizer.json"])
def test_other_weights_templates_and_tokens_are_another_model(tiny_qwen3: Path, tmp_path: Path, changed: str) -> None:
    other = shutil.copytree(tiny_qwen3, tmp_path / tiny_qwen3.name)
    with (other / changed).open("ab") as file:
        file.write(b" ")
    assert read(model=str(other)).signature != read(model=str(tiny_qwen3)).signature


def test_a_model_that_was_trained_further_is_another_model(tmp_path: Path) -> None:
    """Its files have the same names and sizes."""
    (tmp_path / "config.json").write_text("{}")
    signatures = []
    for seed in range(2):
        weights = random.Random(seed).randbytes(1_000_000)
        (tmp_path / "model.safetensors").write_bytes(b"the same header" + weights)
        signatures.append(read(model=str(tmp_path)).signature["model"])
    assert signatures[0] != signatures[1]


def test_a_folder_without_a_model_is_unknown(tmp_path: Path) -> None:
    with pytest.raises(PerceptionError, match=r"no config\.json") as caught:
        _ = read(model=str(tmp_path / "nothing")).signature
    assert caught.value.kind == "unknown_model"


def test_a_relative_folder_is_the_same_model_as_the_absolute_one(
    tiny_qwen3: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tiny_qwen3.parent)
    assert read(model=tiny_qwen3.name) == read(model=f"./{tiny_qwen3.name}") == read(model=str(tiny_qwen3))
