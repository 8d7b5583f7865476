"""What a server can do is found out by asking it, once, and believed only when seen."""

from __future__ import annotations

import asyncio
import math
from typing import Any

import pytest

from emoretrieve.errors import PerceptionError
from emoretrieve.perception.endpoint import exchange
from emoretrieve.perception.endpoint.structured import DIALECTS
from emoretrieve.perception.prompted.chat import Answer, Answering, ChatModel, Prompt
from emoretrieve.perception.prompted.failures import RUN_ENDING
from tests.emoretrieve.perception.endpoint.asking import (
    RGB_LINE,
    TEXT,
    ask,
    ask_often,
    picture,
    sound,
    weigh,
    with_model,
)
from tests.emoretrieve.perception.endpoint.fake_server import PATTERNS, FakeServer, fake_server

HELD = Answering(64, pattern=RGB_LINE)
EVERY_DIALECT = (*PATTERNS, "response_format")


def behaving(**behaviour: Any) -> Any:
    return fake_server(**behaviour)


@pytest.mark.parametrize("honoured", EVERY_DIALECT)
@pytest.mark.parametrize("others", ["ignored", "refused"])
def test_the_dialect_that_a_server_honours_is_found(honoured: str, others: str) -> None:
    refuses = frozenset(EVERY_DIALECT) - {honoured} if others == "refused" else frozenset()
    with behaving(dialect=honoured, refuses=refuses) as server:
        assert ask(server.url, answering=HELD).text.startswith("RGB: (1,2,3)")


def test_there_is_a_server_for_every_dialect() -> None:
    assert [next(iter(dialect.fields("x"))) for dialect in DIALECTS] == list(EVERY_DIALECT)


@pytest.mark.parametrize("refuses", [frozenset(), frozenset(EVERY_DIALECT)])
def test_a_server_that_honours_none_is_asked_plainly(refuses: frozenset[str]) -> None:
    with behaving(dialect="", refuses=refuses) as server:
        assert ask(server.url, answering=HELD).text == server.behaviour.text
    assert not set(server.requests[-1]) & set(EVERY_DIALECT)


def test_questions_without_a_pattern_look_for_no_dialect(server: FakeServer) -> None:
    ask(server.url)
    assert not any(set(request) & set(EVERY_DIALECT) for request in server.requests)


def test_abilities_are_looked_for_once_however_many_ask(server: FakeServer) -> None:
    ask_often(server.url, 20)
    assert len(server.requests) - len(server.questions) == 1


def test_a_search_that_failed_is_tried_again() -> None:
    with behaving(key="right-key") as server:

        async def twice(model: ChatModel) -> Answer:
            with pytest.raises(PerceptionError):
                await model.answer(TEXT, HELD)
            server.behaviour.key = ""
            return await model.answer(TEXT, HELD)

        assert with_model(twice, server.url).text.startswith("RGB:")


def test_colours_are_asked_for_without_thinking(server: FakeServer) -> None:
    ask(server.url)
    assert server.questions[0]["chat_template_kwargs"] == {"enable_thinking": False}


def test_a_server_that_refuses_to_hear_of_thinking_is_not_told() -> None:
    with behaving(refuses=frozenset({"chat_template_kwargs"})) as server:
        ask(server.url)
        assert "chat_template_kwargs" not in server.questions[0]


def test_captions_say_nothing_of_thinking(server: FakeServer) -> None:
    ask(server.url, "image", Prompt("", "Describe it.", (picture(),)))
    assert "chat_template_kwargs" not in server.questions[0]


@pytest.mark.parametrize(("role", "clip"), [("image", picture()), ("audio", sound())])
@pytest.mark.parametrize("drops_clips", [True, False])
def test_a_model_that_cannot_take_clips_ends_the_run_before_one_is_described(
    role: Any, clip: Any, drops_clips: bool
) -> None:
    with behaving(takes=frozenset(), drops_clips=drops_clips) as server:
        with pytest.raises(PerceptionError, match="does not take") as caught:
            ask(server.url, role, Prompt("", "Describe it.", (clip,)))
        assert server.questions == []
    assert caught.value.kind == "wrong_modality"
    assert caught.value.kind in RUN_ENDING


def test_a_server_that_refuses_the_plainest_clip_ends_the_run_instead_of_failing_item_after_item(
    server: FakeServer,
) -> None:
    server.will_say(200, {"choices": [{"message": {"content": ""}}]})
    server.will_say(400, {"error": {"message": "wav is no format that I know"}})
    with pytest.raises(PerceptionError, match="wav is no format") as caught:
        ask(server.url, "audio", Prompt("", "Describe it.", (sound(),)))
    assert caught.value.kind == "wrong_modality"


def test_a_server_that_counts_no_tokens_is_believed(server: FakeServer) -> None:
    for _ in range(2):
        server.will_say(200, {"choices": [{"message": {"content": ""}}]})
    assert ask(server.url, "image", Prompt("", "Describe it.", (picture(),))).text == server.behaviour.text


def test_choices_are_weighed_by_logprobs(server: FakeServer) -> None:
    weighed = weigh(server.url)
    assert weighed.logprobs == pytest.approx((math.log(math.exp(-0.5) + math.exp(-2.0)), -1.5))
    assert server.questions[0]["max_tokens"] == 1
    assert weighed.usage.completion_tokens == 1


def test_a_server_that_gives_fewer_logprobs_is_asked_for_fewer() -> None:
    with behaving(most_logprobs=5) as server:
        weigh(server.url)
        assert server.questions[0]["top_logprobs"] == 5


def test_choices_are_weighed_by_decisions_where_there_are_no_logprobs() -> None:
    with behaving(most_logprobs=0, decisions=True) as server:
        weighed = weigh(server.url)
    assert weighed.logprobs == pytest.approx((math.log(0.75), math.log(0.25)))
    assert weighed.usage.completion_tokens == 0


@pytest.mark.parametrize("refuses", [frozenset(), frozenset({"logprobs", "top_logprobs"})])
def test_a_server_without_probabilities_is_told_from_others(refuses: frozenset[str]) -> None:
    with (
        behaving(most_logprobs=0, refuses=refuses) as server,
        pytest.raises(PerceptionError, match="readout=text") as caught,
    ):
        weigh(server.url)
    assert caught.value.kind == "bad_option"


def test_a_server_that_is_gone_is_not_taken_for_one_without_probabilities() -> None:
    with behaving(most_logprobs=0) as server:
        url = server.url
    with pytest.raises(PerceptionError) as caught:
        weigh(url)
    assert caught.value.kind == "server_gone"


def test_a_server_that_is_busy_is_not_taken_for_one_without_probabilities(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "_PUT_OFF_S", 0.0)
    for _ in ("without thinking", "20 logprobs", "5 logprobs"):
        server.will_say(200, {"choices": [{"message": {"content": ""}}]})
    server.will_say(429, {"error": {"message": "Rate limit reached"}})
    with pytest.raises(PerceptionError) as caught:
        weigh(server.url, outage_s="0")
    assert caught.value.kind == "rate_limited"


def test_many_weighings_at_once_look_for_the_way_once(server: FakeServer) -> None:
    async def many(model: ChatModel) -> int:
        return len(await asyncio.gather(*(model.weigh(TEXT, ("Yes", "No")) for _ in range(10))))

    assert with_model(many, server.url) == 10
    assert len(server.requests) - len(server.questions) == 2
