"""Answers that are held to a pattern, from a model whose weights are random."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from emoretrieve.errors import PerceptionError
from emoretrieve.perception.prompted.chat import Answering
from emoretrieve.perception.qwen.generating import generate
from emoretrieve.perception.qwen.loading import LoadedModel
from emoretrieve.perception.settings import Role
from tests.emoretrieve.perception.qwen.asking import prompts_for, texts

TRIPLE = r"\((25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(, (25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])){2}\)"
RGB_LINE = rf"RGB: {TRIPLE}(, {TRIPLE}){{4}}"


@pytest.mark.parametrize("temperature", [0.0, 1.0, 3.0])
def test_every_answer_matches_the_pattern(qwen3: LoadedModel, temperature: float) -> None:
    asked = [
        (prompt, Answering(200, temperature, seed, RGB_LINE)) for seed in range(3) for prompt in prompts_for("colour")
    ]
    answers = generate(qwen3, asked, lambda: False)
    assert all(answer.complete and re.fullmatch(RGB_LINE, answer.text) for answer in answers)
    assert len(set(texts(answers))) > 1


def test_rows_that_end_early_do_not_disturb_the_others(qwen3: LoadedModel) -> None:
    asked = [(prompt, Answering(60, 2.0, seed, "[0-9]{1,30}")) for seed in range(4) for prompt in prompts_for("colour")]
    together = generate(qwen3, asked, lambda: False)
    assert texts(together) == [generate(qwen3, [one], lambda: False)[0].text for one in asked]
    assert len({len(text) for text in texts(together)}) > 1


@pytest.mark.parametrize(
    ("name", "role"), [("tiny_qwen2_audio", "audio"), ("tiny_qwen2_5_vl", "image"), ("tiny_qwen2_5_omni", "image")]
)
def test_models_that_hear_and_see_are_held_to_it_too(
    loading: Callable[[str, Role], LoadedModel], name: str, role: Role
) -> None:
    asked = [(prompt, Answering(40, pattern="(calm|wild) music")) for prompt in prompts_for(role)]
    answers = generate(loading(name, role), asked, lambda: False)
    assert set(texts(answers)) <= {"calm music", "wild music"}


def test_a_pattern_that_is_none_is_refused(qwen3: LoadedModel) -> None:
    with pytest.raises(PerceptionError, match="pattern") as caught:
        generate(qwen3, [(prompts_for("colour")[0], Answering(9, pattern="(("))], lambda: False)
    assert caught.value.kind == "bad_option"
