"""A real server, `transformers serve`, with tiny models of the real classes.

It starts once for all tests here (about 10 s on a quiet machine): importing transformers takes that long. It
ignores `response_format` and `logprobs`, refuses what it does not know, drops clips that a model cannot take, and has
typed decisions.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from emoretrieve.errors import PerceptionError
from emoretrieve.perception.prompted.chat import Answering, Clip, Prompt
from emoretrieve.perception.settings import Role
from tests.emoretrieve.perception.endpoint.asking import RGB_LINE, ask, ask_often, picture, sound, weigh
from tests.emoretrieve.perception.endpoint.faulty_proxy import FAULTS, FaultyProxy, drawn, faulty_proxy
from tests.emoretrieve.perception.endpoint.local_server import transformers_serve

SHORT = Answering(8)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The server's base URL."""
    for module in ("transformers", "fastapi", "uvicorn", "openai"):
        pytest.importorskip(module, reason="needs `transformers serve`: the extra 'qwen', fastapi, uvicorn and openai")
    with transformers_serve(tmp_path_factory.mktemp("serve") / "log") as url:
        yield url


@pytest.fixture
def text_model(tiny_qwen3: Path) -> str:
    return str(tiny_qwen3)


def describe(url: str, role: Role, model: Path | str, *clips: Clip) -> int:
    """The tokens of a prompt with these clips."""
    prompt = Prompt("You describe.", "Describe it.", clips, "The whole.")
    return ask(url, role, prompt, SHORT, model=str(model)).usage.prompt_tokens


def test_a_text_is_answered(url: str, text_model: str) -> None:
    answer = ask(url, answering=SHORT, model=text_model)
    assert answer.text
    assert answer.usage.prompt_tokens > 20
    assert not answer.complete or answer.usage.completion_tokens < 8


def test_greedy_answers_are_the_same_each_time(url: str, text_model: str) -> None:
    assert ask(url, answering=SHORT, model=text_model).text == ask(url, answering=SHORT, model=text_model).text


def test_a_pattern_that_is_ignored_is_not_believed(url: str, text_model: str) -> None:
    answer = ask(url, answering=Answering(8, pattern=RGB_LINE), model=text_model)
    assert answer.text == ask(url, answering=SHORT, model=text_model).text


def test_yes_and_no_are_weighed_by_typed_decisions(url: str, text_model: str) -> None:
    weighed = weigh(url, ("No", "Yes"), model=text_model)
    assert sum(map(math.exp, weighed.logprobs)) == pytest.approx(1.0)
    assert weighed.usage.completion_tokens == 0
    assert weighed.usage.prompt_tokens > 20


def test_other_choices_are_weighed_by_typed_decisions(url: str, text_model: str) -> None:
    weighed = weigh(url, ("not", "a little", "much"), model=text_model)
    assert sum(map(math.exp, weighed.logprobs)) == pytest.approx(1.0)
    assert len(set(weighed.logprobs)) == 3


def test_pictures_are_looked_at(url: str, tiny_qwen2_5_vl: Path) -> None:
    small, large = (describe(url, "image", tiny_qwen2_5_vl, picture(side)) for side in (112, 448))
    assert large > small + 100


def test_sounds_are_listened_to_and_several_at_once(url: str, tiny_qwen2_audio: Path) -> None:
    one, two = (describe(url, "audio", tiny_qwen2_audio, *clips) for clips in ([sound(4)], [sound(4), sound(30)]))
    assert two - one == pytest.approx(750, abs=10)


def test_a_model_of_texts_does_not_pass_for_one_that_looks(url: str, text_model: str) -> None:
    with pytest.raises(PerceptionError, match="drops them without a word") as caught:
        describe(url, "image", text_model, picture())
    assert caught.value.kind == "wrong_modality"


def test_a_model_that_looks_does_not_pass_for_one_that_listens(url: str, tiny_qwen2_5_vl: Path) -> None:
    with pytest.raises(PerceptionError) as caught:
        describe(url, "audio", tiny_qwen2_5_vl, sound())
    assert caught.value.kind == "wrong_modality"


def test_a_model_that_it_does_not_have_fails_with_its_status(url: str) -> None:
    with pytest.raises(PerceptionError, match="status 500"):
        ask(url, model="nobody/nothing", retries="0")


def test_many_questions_through_a_bad_line_are_all_answered(url: str, text_model: str) -> None:
    rates = dict.fromkeys(FAULTS, 0.04)
    with faulty_proxy(FaultyProxy(url, drawn(3, rates), slow_s=0.2)) as proxy:
        answers = ask_often(proxy.url, 60, model=text_model, concurrency="16", timeout_s="20")
    assert {answer.text for answer in answers if not isinstance(answer, BaseException)} == {
        ask(url, model=text_model).text
    }
    assert [answer for answer in answers if isinstance(answer, BaseException)] == []
    assert proxy.met["none"] + proxy.met["slow"] == 61
    assert sum(proxy.met.values()) - 61 >= 10
