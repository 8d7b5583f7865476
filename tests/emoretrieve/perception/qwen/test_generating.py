"""Answers of every real class: alone and in company, greedy and sampled, whole and cut."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from emoretrieve.perception.prompted.chat import Answer, Answering, Prompt
from emoretrieve.perception.qwen.conversation import inputs
from emoretrieve.perception.qwen.generating import generate
from emoretrieve.perception.qwen.loading import LoadedModel, load
from emoretrieve.perception.qwen.settings import ModelSettings
from emoretrieve.perception.settings import Role
from tests.emoretrieve.perception.qwen.asking import SHORT, TINY, prompts_for, texts

Loading = Callable[[str, Role], LoadedModel]
SAMPLED = Answering(max_new_tokens=8, temperature=0.8, seed=5)


def ask(loaded: LoadedModel, prompts: list[Prompt], answering: Answering = SHORT) -> list[Answer]:
    return generate(loaded, [(prompt, answering) for prompt in prompts], lambda: False)


def greedy_by_hand(loaded: LoadedModel, prompt: Prompt, count: int) -> list[int]:
    """Independent of `generate`: the likeliest token each time, everything computed anew for each."""
    import torch

    batch = dict(inputs(loaded, [prompt]))
    written: list[int] = []
    while len(written) < count and not (written and written[-1] in loaded.stop_tokens):
        with torch.inference_mode():
            written.append(int(loaded.model(**batch).logits[0, -1].argmax()))
        batch["input_ids"] = torch.cat([batch["input_ids"], torch.tensor([[written[-1]]])], dim=1)
        batch["attention_mask"] = torch.ones_like(batch["input_ids"])
    return written


@pytest.mark.parametrize("answering", [SHORT, SAMPLED], ids=["greedy", "sampled"])
@pytest.mark.parametrize(("name", "role"), TINY)
def test_an_answer_is_the_same_alone_and_in_company(
    loading: Loading, name: str, role: Role, answering: Answering
) -> None:
    loaded, prompts = loading(name, role), prompts_for(role)
    alone = [ask(loaded, [prompt], answering)[0] for prompt in prompts]
    company = ask(loaded, prompts, answering)
    assert texts(company) == texts(alone)
    assert [answer.usage.prompt_tokens for answer in company] == [answer.usage.prompt_tokens for answer in alone]
    assert len(set(texts(alone))) > 1


@pytest.mark.parametrize("name", ["tiny_qwen3", "tiny_qwen2_audio"])
def test_a_greedy_answer_follows_the_likeliest_tokens(loading: Loading, name: str) -> None:
    role: Role = "colour"
    loaded = loading(name, role)
    for prompt in prompts_for(role):
        tokens = [token for token in greedy_by_hand(loaded, prompt, 8) if token not in loaded.stop_tokens]
        text = loaded.tokenizer.decode(tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        assert ask(loaded, [prompt])[0].text == text.strip()


def test_the_sampling_habits_that_a_model_ships_are_forgotten(qwen3: LoadedModel) -> None:
    config = qwen3.model.generation_config
    assert not config.do_sample
    assert config.temperature in (None, 1.0)
    assert config.repetition_penalty in (None, 1.0)


@pytest.mark.parametrize(("name", "role"), [("tiny_qwen2_audio", "audio"), ("tiny_qwen2_5_vl", "image")])
def test_an_answer_depends_on_what_is_heard_or_seen(loading: Loading, name: str, role: Role) -> None:
    first, second, _ = prompts_for(role)
    other = replace(first, clips=second.clips[:1])
    one, another = ask(loading(name, role), [first, other])
    assert one.text != another.text


@pytest.mark.parametrize(
    ("name", "role"), [("tiny_qwen2_audio", "audio"), ("tiny_qwen2_5_vl", "image"), ("tiny_qwen2_5_omni", "audio")]
)
def test_sounds_and_pictures_reach_a_model_of_half_precision(
    name: str, role: Role, request: pytest.FixtureRequest
) -> None:
    loaded = load(ModelSettings(str(request.getfixturevalue(name)), dtype="bfloat16"), role)
    assert all(answer.usage.completion_tokens for answer in ask(loaded, prompts_for(role)))


def test_the_same_seed_samples_the_same_answer_and_another_one_another(qwen3: LoadedModel) -> None:
    prompt = prompts_for("colour")[0]
    warm = Answering(max_new_tokens=12, temperature=1.5, seed=1)
    first, again = ask(qwen3, [prompt], warm), ask(qwen3, [prompt], warm)
    assert texts(first) == texts(again)
    assert texts(ask(qwen3, [prompt], replace(warm, seed=2))) != texts(first)


def test_requests_of_one_batch_have_seeds_and_temperatures_of_their_own(qwen3: LoadedModel) -> None:
    prompt = prompts_for("colour")[0]
    kinds = [SHORT, replace(SAMPLED, seed=1), replace(SAMPLED, seed=2), SHORT]
    mixed = generate(qwen3, [(prompt, kind) for kind in kinds], lambda: False)
    assert texts(mixed) == [ask(qwen3, [prompt], kind)[0].text for kind in kinds]


def test_tokens_are_sampled_by_their_softmax_probabilities(qwen3: LoadedModel) -> None:
    import torch

    prompt, temperature, draws = prompts_for("colour")[0], 0.5, 600
    with torch.inference_mode():
        logits = qwen3.model(**inputs(qwen3, [prompt])).logits[0, -1]
    expected: Counter[str] = Counter()
    for token, probability in enumerate(torch.softmax(logits / temperature, -1).tolist()):
        expected[qwen3.tokenizer.decode([token], skip_special_tokens=True).strip()] += probability
    asked = [(prompt, Answering(1, temperature, seed)) for seed in range(draws)]
    drawn = Counter(texts(generate(qwen3, asked, lambda: False)))
    for text, probability in expected.most_common(3):
        deviation = (probability * (1 - probability) / draws) ** 0.5
        assert abs(drawn[text] / draws - probability) < 4 * deviation


def test_an_answer_that_the_limit_cuts_off_is_not_complete(qwen3: LoadedModel) -> None:
    answer = ask(qwen3, [prompts_for("colour")[0]], Answering(max_new_tokens=3))[0]
    assert (answer.complete, answer.usage.completion_tokens) == (False, 3)


def test_an_answer_that_ends_itself_is_complete_and_counts_its_own_tokens(qwen3: LoadedModel) -> None:
    """In a batch whose other row goes on, so that the row is filled up behind its end."""
    prompts = prompts_for("colour")[:2]
    kinds = [Answering(24, pattern="Yes|No"), Answering(24, pattern="Yes|No")]
    yes_or_no = generate(qwen3, list(zip(prompts, kinds, strict=True)), lambda: False)
    for answer in yes_or_no:
        assert answer.complete
        assert 2 <= answer.usage.completion_tokens <= len(answer.text) + 1


def test_padding_is_not_counted(qwen3: LoadedModel) -> None:
    prompts = prompts_for("colour")
    counted = [answer.usage.prompt_tokens for answer in ask(qwen3, prompts)]
    assert counted == [int(inputs(qwen3, [prompt])["input_ids"].shape[1]) for prompt in prompts]
    assert len(set(counted)) == len(counted)


def test_what_nobody_wants_any_more_is_not_written_to_its_end(qwen3: LoadedModel) -> None:
    asked_for = iter([False, False, True])
    prompt = prompts_for("colour")[0]
    answer = generate(qwen3, [(prompt, Answering(max_new_tokens=500))], lambda: next(asked_for))[0]
    assert answer.usage.completion_tokens <= 3
