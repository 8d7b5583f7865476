"""Prompts come from one file, the built-in one or the user's, and a bad one is named with its table and key."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emoretrieve.emotion import AXES, PARTS
from emoretrieve.errors import PerceptionError
from emoretrieve.item import MODALITIES, Modality
from emoretrieve.perception.prompted.prompt_table import BUILT_IN
from emoretrieve.perception.prompted.prompts import PromptTexts, load_prompts

FRAGMENTS = range(1, len(PARTS))
PROMPTS = load_prompts()


Leaf = str | list[str] | list[dict[str, str | float]]


def leaves(table: dict[str, Any], *above: str) -> dict[tuple[str, ...], Leaf]:
    """Every value of a file by the keys that lead to it."""
    found: dict[tuple[str, ...], Leaf] = {}
    for key, value in table.items():
        found |= leaves(value, *above, key) if isinstance(value, dict) else {(*above, key): value}
    return found


ENTRIES = leaves(tomllib.loads(BUILT_IN.read_text()))


def write(folder: Path, entries: Mapping[tuple[str, ...], object]) -> Path:
    """A file of prompts with these values."""
    path = folder / "prompts.toml"
    path.write_text("".join(f"{'.'.join(keys)} = {spelled(value)}\n" for keys, value in entries.items()))
    return path


def spelled(value: object) -> str:
    match value:
        case list():
            return f"[{', '.join(map(spelled, value))}]"
        case dict():
            return f"{{ {', '.join(f'{key} = {spelled(inner)}' for key, inner in value.items())} }}"
    return json.dumps(value, ensure_ascii=False)


def refusal(path: Path) -> str:
    with pytest.raises(PerceptionError) as caught:
        load_prompts(str(path))
    assert caught.value.kind == "bad_prompts"
    assert str(path) in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("modality", MODALITIES)
def test_whole_and_fragments_are_asked_about_with_one_beginning_for_all_items(modality: Modality) -> None:
    beginnings = {(PROMPTS.caption(modality, part).system, PROMPTS.caption(modality, part).user) for part in range(5)}
    assert len(beginnings) == 1


@pytest.mark.parametrize("modality", MODALITIES)
def test_every_part_is_asked_about_by_its_position_at_the_end(modality: Modality) -> None:
    closings = [PROMPTS.caption(modality, part).closing for part in range(5)]
    assert len(set(closings)) == 5
    positions = {
        "audio": ("first", "second", "third", "last"),
        "image": ("upper left", "upper right", "lower left", "lower right"),
    }
    assert all(
        f"the {name} quarter" in closings[part] for part, name in zip(FRAGMENTS, positions[modality], strict=True)
    )


@pytest.mark.parametrize("modality", MODALITIES)
@pytest.mark.parametrize("part", range(5))
def test_emotions_are_asked_for_in_every_part(modality: Modality, part: int) -> None:
    user = PROMPTS.caption(modality, part).user
    assert all(word in user for word in ("emotions", "excit", "calm", "sad", "nostalgic"))


@pytest.mark.parametrize(
    ("modality", "words"),
    [
        ("audio", ("instruments", "tempo", "rhythm", "timbre", "setting")),
        ("image", ("visual elements", "colours", "composition")),
    ],
)
def test_what_the_paper_asks_for_is_asked_for(modality: Modality, words: tuple[str, ...]) -> None:
    assert all(word in PROMPTS.caption(modality, 0).user for word in words)


def test_several_windows_are_announced_with_their_number() -> None:
    assert "The 8 sounds are excerpts" in PROMPTS.caption("audio", 3, windows=8).closing
    assert "excerpts" not in PROMPTS.caption("audio", 3).closing


def test_what_a_file_says_of_itself_is_in_the_prompt_as_it_stands_only_when_given() -> None:
    said = "title: {position} {said} \\1"
    assert said in PROMPTS.caption("image", 2, said=said).closing
    assert "says of itself" not in PROMPTS.caption("image", 2).closing


def test_no_blank_is_left_in_what_is_sent() -> None:
    texts = [PROMPTS.caption(modality, part, windows=2, said="x") for modality in MODALITIES for part in range(5)]
    texts += [PROMPTS.colour.filled(**dict.fromkeys(PARTS, "x"))]
    texts += [question.filled(text="x") for question in PROMPTS.questions.axes]
    assert not [text for text in texts if "{" in text.system + text.user + text.closing]


def test_there_is_one_question_for_each_emotion() -> None:
    assert len({(question.user, question.closing) for question in PROMPTS.questions.axes}) == len(AXES)


def test_a_text_may_stand_before_the_question(tmp_path: Path) -> None:
    entries = dict(ENTRIES)
    for axis in AXES:
        entries["questions", axis, "user"], entries["questions", axis, "closing"] = "Text: {text}", f"Is there {axis}?"
    asked = [axis.filled(text="x") for axis in load_prompts(str(write(tmp_path, entries))).questions.axes]
    assert [(one.user, one.closing) for one in asked] == [("Text: x", f"Is there {axis}?") for axis in AXES]


@given(st.text())
def test_a_value_is_put_in_as_it_is(value: str) -> None:
    texts = PromptTexts("", "", "<{whole}|{fragment_1}>").filled(whole=value, fragment_1="{whole}")
    assert texts.closing == f"<{value}|{{whole}}>"


def test_the_digest_is_that_of_the_file(tmp_path: Path) -> None:
    copy = write(tmp_path, ENTRIES)
    assert load_prompts(str(copy)).sha256 == hashlib.sha256(copy.read_bytes()).hexdigest() != PROMPTS.sha256


def test_a_file_of_the_user_takes_the_place_of_the_built_in_one(tmp_path: Path) -> None:
    copy = write(tmp_path, ENTRIES | {("image", "whole", "closing"): " And this? {} {A}\n"})
    assert load_prompts(str(copy)).caption("image", 0).closing == "And this? {} {A}"


def test_models_without_a_system_prompt_can_go_without(tmp_path: Path) -> None:
    copy = write(tmp_path, ENTRIES | {("image", "whole", "system"): ""})
    assert load_prompts(str(copy)).caption("image", 0).system == ""


@pytest.mark.parametrize("keys", ENTRIES, ids=".".join)
def test_every_key_is_needed_and_named_with_its_table_when_it_lacks(keys: tuple[str, ...], tmp_path: Path) -> None:
    sentence = refusal(write(tmp_path, {other: value for other, value in ENTRIES.items() if other != keys}))
    assert place(keys) in sentence
    assert "is missing" in sentence


@pytest.mark.parametrize("keys", ENTRIES, ids=".".join)
def test_every_key_has_one_type(keys: tuple[str, ...], tmp_path: Path) -> None:
    assert place(keys) in refusal(write(tmp_path, ENTRIES | {keys: 7}))


@pytest.mark.parametrize(
    "keys", [("colours",), ("audio", "half"), ("image", "whole", "windows"), ("colour", "seed"), ("questions", "joy")]
)
def test_an_unknown_key_is_refused(keys: tuple[str, ...], tmp_path: Path) -> None:
    sentence = refusal(write(tmp_path, ENTRIES | {keys: "x"}))
    assert f"{place(keys)} is unknown" in sentence


@pytest.mark.parametrize(
    ("keys", "value", "reason"),
    [
        (("version",), " ", "is empty"),
        (("described_as",), "It says.", "lacks {said}"),
        (("audio", "fragment", "closing"), "Describe it.", "lacks {position}"),
        (("audio", "whole", "closing"), "The {position} one.", "holds {position}, which is not filled in there"),
        (("audio", "whole", "windows"), "Excerpts.", "lacks {count}"),
        (("image", "fragment", "positions"), ["a", "b", "c"], "is not a list of 4 texts"),
        (("image", "fragment", "positions"), ["a", "b", "c", " "], "is not a list of 4 texts"),
        (("image", "fragment", "user"), "{captions}", "holds {captions}"),
        (("colour", "closing"), "{whole} {fragment_1} {fragment_2} {fragment_3}", "lacks {fragment_4}"),
        (("questions", "sadness", "closing"), "Sad?", "lacks {text}"),
        (("questions", "sadness", "user"), "Is {item} sad?", "holds {item}, which is not filled in there"),
        (("questions", "choices"), [], "at least two"),
        (("questions", "choices"), [{"text": "Yes", "value": 1.0}], "at least two"),
        (("questions", "choices"), [{"text": "Yes", "value": 1.0}, {"text": "Yes", "value": 0.0}], "different"),
        (("questions", "choices"), [{"text": "Yes", "value": 2.0}, {"text": "No", "value": 0.0}], "from 0 to 1"),
        (("questions", "choices"), [{"text": "Yes", "value": True}, {"text": "No", "value": 0.0}], "from 0 to 1"),
        (("questions", "choices"), [{"text": "Yes", "value": 1}, {"text": "No", "value": 1}], "the same value"),
    ],
)
def test_a_bad_value_is_named_with_its_place_and_reason(
    keys: tuple[str, ...], value: object, reason: str, tmp_path: Path
) -> None:
    sentence = refusal(write(tmp_path, ENTRIES | {keys: value}))
    assert place(keys) in sentence
    assert reason in sentence


@pytest.mark.parametrize(
    ("content", "reason"), [(b"version = ", "is not TOML in UTF-8"), (b'version = "\xff"', "is not TOML in UTF-8")]
)
def test_what_is_no_toml_is_refused(content: bytes, reason: str, tmp_path: Path) -> None:
    (tmp_path / "prompts.toml").write_bytes(content)
    assert reason in refusal(tmp_path / "prompts.toml")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert "cannot be read: No such file" in refusal(tmp_path / "none.toml")


def place(keys: tuple[str, ...]) -> str:
    *table, key = keys
    return f"the key '{key}' of the table [{'.'.join(table)}]" if table else f"the key '{key}'"
