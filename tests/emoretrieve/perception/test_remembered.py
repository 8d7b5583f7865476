"""What a collection remembers of its settings, and what its signature tells where that is lost."""

from __future__ import annotations

import pytest

from emoretrieve.perception import open_perception
from emoretrieve.perception.remembered import kept_form, remembered_settings, settings_told_by
from emoretrieve.perception.settings import PerceptionSettings

SIGNATURE = {
    "perception": "qwen",
    "mapper": "endpoint",
    "use_descriptions": "true",
    "captioner.audio.model": "Qwen/Qwen2-Audio-7B-Instruct",
    "captioner.image.model": "mine@1a2b3c",
    "captioner.image.prompts_sha256": "abc",
    "captioner.windows": "1",
    "mapper.model": "Qwen/Qwen3-4B",
    "mapper.readout": "logits",
    "mapper.rules": "1",
}


def test_what_was_kept_comes_back() -> None:
    settings = PerceptionSettings("qwen", True, "endpoint", {"model": "x", "colour.url": "http://one"})
    assert remembered_settings(kept_form(settings), SIGNATURE) == settings


@pytest.mark.parametrize(
    "kept", [None, b"", b"{", b"[]", b'{"mapper": null}', b'{"mapper": null, "options": [1]}', b"\xff"]
)
def test_what_is_lost_or_damaged_is_told_by_the_signature(kept: bytes | None) -> None:
    assert remembered_settings(kept, SIGNATURE) == settings_told_by(SIGNATURE)


def test_the_signature_tells_names_and_models_but_no_place_of_a_local_one() -> None:
    assert settings_told_by(SIGNATURE) == PerceptionSettings(
        "qwen",
        True,
        "endpoint",
        {
            "audio.model": "Qwen/Qwen2-Audio-7B-Instruct",
            "colour.model": "Qwen/Qwen3-4B",
            "colour.readout": "logits",
        },
    )


@pytest.mark.parametrize("settings", [PerceptionSettings(), PerceptionSettings(use_descriptions=True)])
def test_the_signature_of_lite_tells_all_of_it(settings: PerceptionSettings) -> None:
    assert settings_told_by(open_perception(settings).signature) == settings


@pytest.mark.parametrize("name", ["endpoint", "qwen"])
def test_settings_told_by_a_signature_have_that_signature(name: str) -> None:
    pytest.importorskip(
        {"endpoint": "httpx", "qwen": "transformers"}[name], reason=f"the extra {name} is not installed"
    )
    where = {"url": "http://127.0.0.1:9/v1"} if name == "endpoint" else {}
    chosen = {
        "colour.samples": "3",
        "audio.model": "mine",
        "max_new_tokens": "99",
        "image.temperature": "0.5",
        "seed": "4",
    }
    signature = open_perception(PerceptionSettings(name, options={**where, **chosen})).signature
    told = settings_told_by(signature)
    again = PerceptionSettings(told.name, told.use_descriptions, told.mapper, {**told.options, **where})
    assert open_perception(again).signature == signature
