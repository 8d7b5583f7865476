"""What filled a collection, in words."""

from __future__ import annotations

from emoretrieve.perception import PerceptionSettings, open_perception
from emoretrieve_cli.terminal.signature import signature_lines


def test_lite_is_one_line() -> None:
    signature = open_perception(PerceptionSettings()).signature
    assert signature_lines(signature) == ["described by lite, coloured by lexicon"]


def test_descriptions_are_told() -> None:
    signature = open_perception(PerceptionSettings(use_descriptions=True)).signature
    assert signature_lines(signature) == ["described by lite, coloured by lexicon, with titles and tags"]


def test_models_and_the_readout_are_told() -> None:
    assert signature_lines(
        {
            "perception": "qwen",
            "mapper": "endpoint",
            "captioner.audio.model": "Qwen/Qwen2-Audio-7B-Instruct",
            "captioner.image.model": "mine@0a1b2c",
            "mapper.model": "Qwen/Qwen3-4B",
            "mapper.readout": "logits",
        }
    ) == [
        "described by qwen, coloured by endpoint (logits)",
        "Qwen/Qwen2-Audio-7B-Instruct listens",
        "mine@0a1b2c looks",
        "Qwen/Qwen3-4B colours",
    ]


def test_a_plugin_is_told_with_its_package() -> None:
    signature = {"perception": "beat-words", "captioner.plugin": "emoretrieve-lp-musiccaps 0.1.0"}
    assert signature_lines(signature) == [
        "described by beat-words of emoretrieve-lp-musiccaps 0.1.0, coloured by lexicon"
    ]


def test_a_collection_without_a_signature_is_told() -> None:
    assert signature_lines({}) == ["filled by an unknown perception"]
