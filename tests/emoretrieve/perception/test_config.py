"""Configuration files."""

from __future__ import annotations

from pathlib import Path

import pytest

from emoretrieve.errors import SourceError
from emoretrieve.perception.config import anchored, load_config
from emoretrieve.perception.settings import PerceptionChoice

WHOLE = """
perception = "endpoint"
mapper = "qwen"
use_descriptions = true

[options]
url = "http://127.0.0.1:8000/v1"
concurrency = 16
temperature = 0.5

[options.colour]
samples = 3
"""


def write(folder: Path, text: str) -> Path:
    file = folder / "emoretrieve.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_file_says_all_that_can_be_asked(tmp_path: Path) -> None:
    assert load_config(write(tmp_path, WHOLE)) == PerceptionChoice(
        "endpoint",
        True,
        "qwen",
        {
            "url": "http://127.0.0.1:8000/v1",
            "concurrency": "16",
            "temperature": "0.5",
            "colour.samples": "3",
        },
    )


def test_the_name_of_the_perception_is_enough(tmp_path: Path) -> None:
    assert load_config(write(tmp_path, 'perception = "qwen"')) == PerceptionChoice("qwen")


def test_a_mark_of_the_byte_order_is_passed_over(tmp_path: Path) -> None:
    assert load_config(write(tmp_path, "\ufeffperception = 'qwen'")).name == "qwen"


def test_files_are_found_beside_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").touch()
    (tmp_path / "weights").mkdir()
    options = {"prompts": "mine.toml", "colour.model": "weights", "audio.model": "Qwen/Qwen3-4B", "url": "weights"}
    assert anchored(options, tmp_path) == {
        "prompts": str(tmp_path / "mine.toml"),
        "colour.model": str(tmp_path / "weights"),
        "audio.model": "Qwen/Qwen3-4B",
        "url": "weights",
    }


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("perception = ", "is no TOML"),
        ("[options]\nurl = 'x'", "does not say which perception"),
        ("perception = 3", "perception that is no name"),
        ("perception = ' '", "perception that is no name"),
        ("perception = 'qwen'\nmapper = true", "mapper that is no name"),
        ("perception = 'qwen'\nuse_descriptions = 'yes'", "neither true nor false"),
        ("perception = 'qwen'\noptions = 3", "options that are no table"),
        ("perception = 'qwen'\n[options]\nmodel = ['a', 'b']", "'model' that is neither text"),
        ("perception = 'qwen'\n[option]\nmodel = 'a'", "did you mean 'options'?"),
    ],
)
def test_a_bad_file_is_one_sentence_that_names_it(tmp_path: Path, text: str, reason: str) -> None:
    file = write(tmp_path, text)
    with pytest.raises(SourceError) as caught:
        load_config(file)
    assert caught.value.kind == "bad_config"
    assert str(file) in str(caught.value)
    assert reason in str(caught.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is not there"):
        load_config(tmp_path / "none.toml")


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    file = tmp_path / "bytes.toml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SourceError, match="is no TOML"):
        load_config(file)
