"""Typed decisions: questions as `transformers serve` takes them, probabilities as it gives them."""

from __future__ import annotations

import math
from typing import Any

import pytest

from emoretrieve.errors import PerceptionError
from emoretrieve.perception.endpoint.decisions import decision_body, read_decision
from emoretrieve.perception.endpoint.reply import WrongShape
from emoretrieve.perception.prompted.chat import Prompt
from tests.emoretrieve.perception.endpoint.asking import TEXT, sound


def answer(**fields: Any) -> Any:
    return {"answers": {"answer": fields}, "usage": {"input_tokens": 40, "output_tokens": 0}}


def test_yes_and_no_in_any_order_are_a_question_of_their_own_kind() -> None:
    assert decision_body("tiny", TEXT, ("No", "Yes"))["questions"] == {"answer": {"type": "noul"}}


def test_other_choices_keep_their_order() -> None:
    body: Any = decision_body("tiny", TEXT, ("low", "middle", "high"))
    assert list(body["questions"]["answer"]["criteria"]) == ["low", "middle", "high"]


def test_the_texts_of_the_prompt_come_as_one() -> None:
    assert decision_body("tiny", Prompt("a", "b", closing="c"), ("Yes", "No"))["state"] == "a\n\nb\n\nc"


def test_prompts_with_clips_are_refused() -> None:
    with pytest.raises(PerceptionError, match="not about sounds"):
        decision_body("tiny", Prompt("", "b", (sound(),)), ("Yes", "No"))


def test_the_probability_of_yes_is_that_of_no_as_well() -> None:
    weighed = read_decision(answer(type="noul", noul=0.8), 1.0, ("No", "Yes"))
    assert weighed.logprobs == pytest.approx((math.log(0.2), math.log(0.8)))


def test_probabilities_of_other_choices_come_in_their_order() -> None:
    weighed = read_decision(answer(probabilities={"high": 0.25, "low": 0.75}), 1.0, ("low", "high"))
    assert weighed.logprobs == pytest.approx((math.log(0.75), math.log(0.25)))


def test_certainty_is_minus_infinity_for_the_rest() -> None:
    assert read_decision(answer(noul=1.0), 1.0, ("Yes", "No")).logprobs == (0.0, -math.inf)


def test_no_token_is_generated() -> None:
    usage = read_decision(answer(noul=1.0), 1.0, ("Yes", "No")).usage
    assert (usage.prompt_tokens, usage.completion_tokens) == (40, 0)


@pytest.mark.parametrize(
    "reply",
    [None, {}, {"answers": {}}, answer(), answer(noul=1.5), answer(noul="much"), {"answers": {"answer": {"noul": 1}}}],
)
def test_other_shapes_are_refused(reply: Any) -> None:
    with pytest.raises(WrongShape):
        read_decision(reply, 1.0, ("Yes", "No"))


def test_a_choice_without_a_probability_is_refused() -> None:
    with pytest.raises(WrongShape):
        read_decision(answer(probabilities={"low": 1.0}), 1.0, ("low", "high"))
