"""The mapper over a real model class, tiny and random: both readouts work through the model's own tokens."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from emoretrieve.emotion import EmotionProfile
from emoretrieve.errors import PerceptionError
from emoretrieve.item import Captions
from emoretrieve.perception import Coloured
from emoretrieve.perception.options import Options
from emoretrieve.perception.prompted.chat import Prompt
from emoretrieve.perception.prompted.ledger import Ledger
from emoretrieve.perception.prompted.mapper import PromptedMapper
from emoretrieve.perception.prompted.prompts import load_prompts

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

CAPTIONS = Captions(
    "Loud drums drive the piece forward.",
    ("A quiet blue lake.", "A slow cello melody.", "A slow cello melody.", "Rain on a window at night."),
)


@pytest.fixture(scope="module")
def taught(tiny_qwen3: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model after some lessons: it says Yes to the first of the captions and No to the second, by heart."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    torch.manual_seed(0)
    tokenizer, model = AutoTokenizer.from_pretrained(tiny_qwen3), AutoModelForCausalLM.from_pretrained(tiny_qwen3)
    optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
    questions = load_prompts().questions.axes
    for lesson in range(60):
        text, right = [(CAPTIONS.whole, "Yes"), (CAPTIONS.fragments[0], "No")][lesson % 2]
        answer = tokenizer(right, return_tensors="pt").input_ids
        asked = tokenizer(written(tokenizer, questions[lesson % 3].filled(text=text).prompt()), return_tensors="pt")
        ids = torch.cat([asked.input_ids, answer], dim=1)
        loss = model(ids, labels=torch.where(torch.arange(ids.shape[1]) < asked.input_ids.shape[1], -100, ids)).loss
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    folder = tmp_path_factory.mktemp("taught") / "tiny-qwen3-taught"
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def written(tokenizer: PreTrainedTokenizerBase, prompt: Prompt) -> str:
    """A prompt as the template writes it."""
    messages = [
        {"role": "system", "content": prompt.system},
        {"role": "user", "content": f"{prompt.user}\n\n{prompt.closing}"},
    ]
    text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True, enable_thinking=False)
    return str(text)


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with Ledger() as ledger:
        yield ledger


def coloured_by(model: Path, ledger: Ledger, **options: str) -> Coloured:
    from emoretrieve.perception.qwen import open_chat_model

    given = Options({"model": str(model), "device_map": "cpu", **options}, "colour")
    mapper = PromptedMapper(open_chat_model("colour", given), given, ledger)

    async def once() -> Coloured:
        try:
            return await mapper.colour_captions(CAPTIONS)
        finally:
            await mapper.aclose()

    return asyncio.run(once())


def test_a_model_that_is_held_to_the_pattern_writes_five_colours_at_the_first_attempt(
    tiny_qwen3: Path, ledger: Ledger
) -> None:
    assert isinstance(coloured_by(tiny_qwen3, ledger).profile, EmotionProfile)
    assert ledger.costs["colour"].requests == 1


def test_samples_of_a_model_differ_and_come_out_the_same_again(tiny_qwen3: Path, ledger: Ledger) -> None:
    first = coloured_by(tiny_qwen3, ledger, samples="3")
    with Ledger() as other:
        assert coloured_by(tiny_qwen3, other, samples="3") == first
    assert first.spread is not None
    assert max(max(part) for part in first.spread) > 0


def test_a_model_that_has_learned_nothing_is_not_trusted_with_the_questions(tiny_qwen3: Path, ledger: Ledger) -> None:
    with pytest.raises(PerceptionError) as caught:
        coloured_by(tiny_qwen3, ledger, readout="logits")
    assert caught.value.kind == "unsuited_questions"
    assert ledger.costs["colour"].completion_tokens == 0


def test_logits_tell_captions_apart_without_a_generated_token(taught: Path, ledger: Ledger) -> None:
    profile = coloured_by(taught, ledger, readout="logits").profile
    assert profile.whole.r > profile.fragments[0].r + 50
    assert profile.fragments[1] == profile.fragments[2]
    costs = ledger.costs["colour"]
    assert costs.requests == 3 * (1 + 4)  # a neutral text, and four captions that differ
    assert costs.completion_tokens == 0
    assert costs.cached_tokens > costs.prompt_tokens / 2  # each question is read once
