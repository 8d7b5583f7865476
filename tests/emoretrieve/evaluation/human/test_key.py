"""The key is written once and read again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from emoretrieve.errors import SourceError
from emoretrieve.evaluation.human.key import read_key
from tests.emoretrieve.evaluation.human.samples import key


def test_a_key_that_was_written_is_read_again(tmp_path: Path) -> None:
    key().write(tmp_path / "key.json")
    assert read_key(tmp_path / "key.json") == key()


def test_a_key_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "key.json").write_text("precious")
    with pytest.raises(SourceError, match="never replaced") as caught:
        key().write(tmp_path / "key.json")
    assert caught.value.kind == "not_writable"
    assert (tmp_path / "key.json").read_text() == "precious"


def test_a_key_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        key().write(tmp_path / "nowhere" / "key.json")
    assert caught.value.kind == "not_writable"


def test_a_key_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        read_key(tmp_path / "key.json")
    assert caught.value.kind == "not_found"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("format", "something else"),
        ("study", None),
        ("points", "7"),
        ("points", True),
        ("pairs", []),
        ("pairs", [{"pair": "p01"}]),
        ("pairs", 7),
        ("questions", []),
        ("questions", 1),
        ("chance", float("nan")),
        ("pairing", None),
    ],
)
def test_what_is_no_key_is_told(tmp_path: Path, name: str, value: object) -> None:
    file = tmp_path / "key.json"
    key().write(file)
    file.write_text(json.dumps({**json.loads(file.read_text()), name: value}))
    with pytest.raises(SourceError, match="no key of a study") as caught:
        read_key(file)
    assert caught.value.kind == "bad_key"


@pytest.mark.parametrize("text", ["", "[]", "{", "[" * 100_000, "\x00", "7"])
def test_what_is_no_json_object_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "key.json").write_text(text)
    with pytest.raises(SourceError) as caught:
        read_key(tmp_path / "key.json")
    assert caught.value.kind == "bad_key"


def test_a_kind_or_name_that_is_wrong_is_told(tmp_path: Path) -> None:
    file = tmp_path / "key.json"
    key().write(file)
    for change in ({"kind": "lovely"}, {"score": None}, {"pair": "p02"}):
        values = json.loads(file.read_text())
        values["pairs"][0] |= change
        (tmp_path / "other.json").write_text(json.dumps(values))
        with pytest.raises(SourceError):
            read_key(tmp_path / "other.json")
