"""Probabilities of choices: against a plain pass over the whole text, with and without what was computed before."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pytest

from emoretrieve.errors import PerceptionError
from emoretrieve.perception.prompted.chat import Prompt, Weighing
from emoretrieve.perception.qwen.conversation import rendered
from emoretrieve.perception.qwen.loading import LoadedModel
from emoretrieve.perception.qwen.weighing import weigh
from emoretrieve.perception.settings import Role

Loading = Callable[[str, Role], LoadedModel]

CHOICES = ("Yes", "No", "not at all", "not very much")
PROMPTS = [
    Prompt("You are brief.", "Is it calm?", closing=closing)
    for closing in ("A slow cello melody.", "Wild drums and distorted guitars, restless and bright.", "Rain.")
]
MODELS = ["tiny_qwen3", "tiny_qwen2_audio", "tiny_qwen2_5_vl", "tiny_qwen3_vl", "tiny_qwen2_5_omni", "tiny_qwen3_omni"]
CLOSE = 1e-4


def plainly(loaded: LoadedModel, prompt: Prompt, choice: str) -> float:
    """Independent of our code: one pass over prompt and choice, log-probabilities of the choice's tokens summed."""
    import torch

    before = loaded.tokenizer(rendered(loaded, prompt))["input_ids"]
    tokens = loaded.tokenizer(choice)["input_ids"]
    with torch.inference_mode():
        logits = loaded.model(input_ids=torch.tensor([before + tokens])).logits[0]
    logprobs = torch.log_softmax(logits.double(), -1)
    return sum(float(logprobs[len(before) - 1 + place, token]) for place, token in enumerate(tokens))


def ask(loaded: LoadedModel, prompts: list[Prompt]) -> list[Weighing]:
    return weigh(loaded, [(prompt, CHOICES) for prompt in prompts])


@pytest.mark.parametrize("name", MODELS)
def test_a_choice_is_as_likely_as_its_tokens_one_after_another(loading: Loading, name: str) -> None:
    loaded = loading(name, "colour")
    for prompt, weighing in zip(PROMPTS, ask(loaded, PROMPTS), strict=True):
        expected = [plainly(loaded, prompt, choice) for choice in CHOICES]
        assert weighing.logprobs == pytest.approx(expected, abs=CLOSE)


@pytest.mark.parametrize("name", MODELS)
def test_weights_are_the_same_alone_and_in_company(loading: Loading, name: str) -> None:
    loaded = loading(name, "colour")
    company = ask(loaded, PROMPTS)
    for prompt, weighing in zip(PROMPTS, company, strict=True):
        assert ask(loaded, [prompt])[0].logprobs == pytest.approx(weighing.logprobs, abs=CLOSE)


def test_a_prefix_computed_before_changes_nothing_but_the_cost(qwen3: LoadedModel) -> None:
    first = ask(qwen3, PROMPTS[1:])
    again = ask(qwen3, PROMPTS[1:])
    for one, other in zip(first, again, strict=True):
        assert other.logprobs == pytest.approx(one.logprobs, abs=CLOSE)
        assert other.usage.prompt_tokens == one.usage.prompt_tokens
    assert first[0].usage.cached_tokens == 0
    assert first[1].usage.cached_tokens == again[0].usage.cached_tokens > 20


def test_cached_tokens_are_a_part_of_the_prompt(qwen3: LoadedModel) -> None:
    for weighing in ask(qwen3, PROMPTS) + ask(qwen3, PROMPTS):
        assert 0 <= weighing.usage.cached_tokens < weighing.usage.prompt_tokens
        assert weighing.usage.completion_tokens == 0


def test_another_question_does_not_use_the_prefix_of_the_first(qwen3: LoadedModel) -> None:
    ask(qwen3, PROMPTS)
    other = replace(PROMPTS[0], user="Is it sad?")
    weighing = ask(qwen3, [other])[0]
    assert weighing.usage.cached_tokens == 0
    assert weighing.logprobs[0] == pytest.approx(plainly(qwen3, other, CHOICES[0]), abs=CLOSE)


def test_a_closing_that_melts_into_the_prefix_is_weighed_without_it(qwen3: LoadedModel) -> None:
    """A line break in front of the captions becomes one token with those that end the question."""
    ask(qwen3, PROMPTS)
    for closing in ("\n\n\nRain.", "", " rain"):
        prompt = replace(PROMPTS[0], closing=closing)
        assert ask(qwen3, [prompt])[0].logprobs[0] == pytest.approx(plainly(qwen3, prompt, "Yes"), abs=CLOSE)


def test_a_text_that_is_too_long_for_the_model_is_refused(qwen3: LoadedModel) -> None:
    with pytest.raises(PerceptionError, match="reads 8192") as caught:
        ask(qwen3, [replace(PROMPTS[0], closing="calm and sad " * 4000)])
    assert caught.value.kind == "refused_request"


def test_old_prefixes_make_room(qwen3: LoadedModel) -> None:
    for number in range(20):
        ask(qwen3, [Prompt("You are brief.", f"Question {number}?", closing="Rain.")])
    assert len(qwen3.prefixes) == 8


def test_probabilities_of_all_single_tokens_sum_to_one(qwen3: LoadedModel) -> None:
    width = qwen3.model.get_output_embeddings().weight.shape[0]
    letters = [chr(code) for code in range(33, 127)]
    single = [letter for letter in letters if len(qwen3.tokenizer(letter)["input_ids"]) == 1]
    weighing = weigh(qwen3, [(PROMPTS[0], single)])[0]
    total = sum(math.exp(logprob) for logprob in weighing.logprobs)
    assert len(single) > 80
    assert width > len(single)
    assert 0 < total < 1
