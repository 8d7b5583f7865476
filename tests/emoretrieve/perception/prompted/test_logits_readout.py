"""How a model weighs answers becomes colours, against how it weighs them where there is no emotion."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emoretrieve.emotion import Rgb
from emoretrieve.errors import PerceptionError
from emoretrieve.item import Captions
from emoretrieve.perception import Coloured
from emoretrieve.perception.prompted.chat import Prompt
from emoretrieve.perception.prompted.ledger import Ledger
from emoretrieve.perception.prompted.logits_readout import LogitsReadout, expected_value
from emoretrieve.perception.prompted.prompts import ColourQuestions, load_prompts
from tests.emoretrieve.perception.prompted.scripted import ScriptedModel

patient = settings(deadline=None)
"""No time limit for an example: machines can be busy."""
CAPTIONS = Captions("wild", ("one", "two", "three", "four"))
BUILT_IN = load_prompts().questions
YES_NO = replace(BUILT_IN, choices=(("Yes", 1.0), ("No", 0.0)))
BARE = replace(YES_NO, neutral="")


def logs(*probabilities: float) -> list[float]:
    return [math.log(probability) if probability else -math.inf for probability in probabilities]


def by_text(neutral: Sequence[float], wild: Sequence[float]) -> Callable[[Prompt], Sequence[float]]:
    """Probabilities for the neutral text and for the caption "wild"; all others are like the neutral one."""
    return lambda prompt: logs(*(wild if "wild" in prompt.closing else neutral))


def colour(model: ScriptedModel, questions: ColourQuestions = BARE, ledger: Ledger | None = None) -> Coloured:
    return asyncio.run(LogitsReadout(model, questions, ledger or Ledger()).colour(CAPTIONS))


def test_an_item_is_fifteen_weighings_and_three_for_the_neutral_text_once() -> None:
    model, ledger = ScriptedModel(), Ledger()
    colour(model, YES_NO, ledger)
    assert len(model.weighed) == 15 + 3
    asyncio.run(LogitsReadout(model, YES_NO, ledger).colour(Captions("a", ("b", "c", "d", "e"))))
    assert len(model.weighed) == 15 + 3 + 15
    assert ledger.costs["colour"].completion_tokens == 0


def test_equal_captions_are_weighed_once() -> None:
    model = ScriptedModel()
    asyncio.run(LogitsReadout(model, BARE, Ledger()).colour(Captions("x", ("x", "x", "y", "x"))))
    assert len(model.weighed) == 2 * 3


def test_without_a_neutral_text_the_level_is_the_share_of_yes() -> None:
    coloured = colour(ScriptedModel(weights=by_text((0.5, 0.5), (0.6, 0.2))))
    assert coloured.profile.whole == Rgb(191, 191, 191)  # .6 / .8


def test_with_a_neutral_text_its_log_odds_are_taken_off() -> None:
    coloured = colour(ScriptedModel(weights=by_text((0.2, 0.8), (0.5, 0.5))), YES_NO)
    assert coloured.profile.whole == Rgb(204, 204, 204)  # odds of 1 over odds of 1/4: .8
    assert coloured.profile.fragments[0] == Rgb(128, 128, 128)


def test_more_than_two_choices_give_the_expected_value() -> None:
    questions = replace(BARE, choices=(("0", 0.0), ("1", 0.5), ("2", 1.0)))
    coloured = colour(ScriptedModel(weights=lambda _: logs(0.2, 0.2, 0.4)), questions)
    assert coloured.profile.whole == Rgb(159, 159, 159)  # (.1 + .4) / .8


def test_each_axis_has_its_own_question() -> None:
    def weights(prompt: Prompt) -> list[float]:
        return logs(0.8, 0.2) if "calmness" in prompt.user else logs(0.2, 0.8)

    assert colour(ScriptedModel(weights=weights)).profile.whole == Rgb(51, 204, 51)


def test_the_caption_comes_last() -> None:
    model = ScriptedModel()
    colour(model)
    assert {prompt.closing.rpartition(" ")[2] for prompt, _ in model.weighed} == {*CAPTIONS.parts}
    assert len({(prompt.system, prompt.user) for prompt, _ in model.weighed}) == 3


def test_an_answer_that_the_model_cannot_give_counts_nothing() -> None:
    assert colour(ScriptedModel(weights=lambda _: logs(0.9, 0))).profile.whole == Rgb(255, 255, 255)


def test_what_was_weighed_is_remembered_with_impossible_answers() -> None:
    ledger = Ledger()
    first = colour(ScriptedModel(weights=lambda _: logs(0.9, 0)), ledger=ledger)
    model = ScriptedModel()
    assert colour(model, ledger=ledger) == first
    assert model.weighed == []


@pytest.mark.parametrize("probabilities", [(0.3, 0.1), (0.0, 0.0), (math.nan, 0.9)], ids=str)
def test_a_model_that_would_say_something_else_is_not_trusted(probabilities: tuple[float, float]) -> None:
    model = ScriptedModel(weights=lambda _: [math.log(p) if p else -math.inf for p in probabilities])
    with pytest.raises(PerceptionError, match="'Yes', 'No' to the question about excitement") as caught:
        colour(model)
    assert caught.value.kind == "bad_colours"


def test_questions_that_did_not_suit_are_asked_again_by_the_next_run_and_not_by_the_next_item() -> None:
    """As where a server was started anew, so that the model no longer thinks aloud first."""
    ledger, model = Ledger(), ScriptedModel(weights=lambda _: logs(0.1, 0.1))
    readout = LogitsReadout(model, YES_NO, ledger)
    for _ in range(2):
        with pytest.raises(PerceptionError):
            asyncio.run(readout.colour(CAPTIONS))
    assert len(model.weighed) <= 3
    assert colour(ScriptedModel(weights=lambda _: logs(0.5, 0.5)), YES_NO, ledger).profile.whole == Rgb(128, 128, 128)


def test_what_was_not_trusted_is_weighed_again_when_it_is_tried_anew() -> None:
    ledger = Ledger()
    with pytest.raises(PerceptionError):
        colour(ScriptedModel(weights=lambda _: logs(0.1, 0.1)), BARE, ledger)
    assert colour(ScriptedModel(weights=lambda _: logs(0.5, 0.5)), BARE, ledger).profile.whole == Rgb(128, 128, 128)


@pytest.mark.parametrize("neutral", [(0.2, 0.1), (0.9, 0.0)], ids=str)
def test_questions_that_do_not_suit_the_model_end_the_run(neutral: tuple[float, float]) -> None:
    with pytest.raises(PerceptionError) as caught:
        colour(ScriptedModel(weights=by_text(neutral, (0.5, 0.5))), YES_NO)
    assert caught.value.kind == "unsuited_questions"


scores = st.lists(st.floats(-1000, 0), min_size=2, max_size=10)


@patient
@given(scores)
def test_the_expected_value_lies_among_the_values(scores: list[float]) -> None:
    values = [place / (len(scores) - 1) for place in range(len(scores))]
    assert 0 <= expected_value(scores, values) <= 1


@patient
@given(scores, st.floats(-50, 50))
def test_the_expected_value_does_not_depend_on_a_common_factor(scores: list[float], shift: float) -> None:
    values = [place / (len(scores) - 1) for place in range(len(scores))]
    shifted = [score + shift for score in scores]
    assert expected_value(shifted, values) == pytest.approx(expected_value(scores, values), abs=1e-9)
