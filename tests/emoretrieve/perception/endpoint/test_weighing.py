"""Choices are found among the likeliest first tokens."""

from __future__ import annotations

import math

import pytest

from emoretrieve.perception.endpoint.reply import ChatReply, WrongShape
from emoretrieve.perception.endpoint.weighing import read_weighing
from emoretrieve.perception.prompted.chat import Usage


def reply(*tokens: tuple[str, float]) -> ChatReply:
    return ChatReply("", "length", "", Usage(9, 1), tokens)


def test_choices_get_the_probability_of_their_token_in_their_order() -> None:
    weighed = read_weighing(reply(("No", -2.0), ("Yes", -0.2)), ("Yes", "No"))
    assert weighed.logprobs == pytest.approx((-0.2, -2.0))


def test_spellings_with_and_without_a_space_count_together() -> None:
    weighed = read_weighing(reply(("Yes", math.log(0.3)), (" Yes", math.log(0.2))), ("Yes",))
    assert weighed.logprobs == pytest.approx((math.log(0.5),))


def test_words_that_only_begin_alike_do_not_count() -> None:
    assert read_weighing(reply(("Yesterday", -0.1), ("Y", -0.2), ("yes", -0.3)), ("Yes",)).logprobs == (-math.inf,)


def test_a_choice_that_is_not_among_the_likeliest_is_minus_infinity() -> None:
    assert read_weighing(reply(("Yes", -0.1)), ("Yes", "No")).logprobs[1] == -math.inf


def test_an_answer_without_probabilities_is_refused() -> None:
    with pytest.raises(WrongShape):
        read_weighing(reply(), ("Yes", "No"))
