"""Answers of any shape are understood or refused, never guessed."""

from __future__ import annotations

from typing import Any

import pytest

from emoretrieve.perception.endpoint.reply import (
    ChatReply,
    WrongShape,
    error_text,
    parse_json,
    read_chat_reply,
    read_model_names,
)


def reply(message: Any = None, **fields: Any) -> ChatReply:
    choice = {"message": {"content": "Rain."} if message is None else message, **fields}
    return read_chat_reply({"choices": [choice]}, 1.5)


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ({"content": "Rain."}, "Rain."),
        ({"content": None}, ""),
        ({}, ""),
        ({"content": [{"type": "text", "text": "Ra"}, {"type": "text", "text": "in."}]}, "Rain."),
        ({"content": "Rain.", "reasoning_content": "The user wants"}, "Rain."),
        ({"content": None, "reasoning": "Let me think"}, ""),
    ],
)
def test_the_text_of_a_message_is_its_content_and_never_its_reasoning(message: Any, text: str) -> None:
    assert reply(message).text == text


def test_the_reason_of_the_end_and_a_refusal_are_kept() -> None:
    assert reply(finish_reason="length").finish_reason == "length"
    assert reply({"content": None, "refusal": "I cannot."}).refusal == "I cannot."


def test_tokens_are_counted_as_the_server_counts_them() -> None:
    usage = {"prompt_tokens": 90, "completion_tokens": 7, "prompt_tokens_details": {"cached_tokens": 64}}
    counted = read_chat_reply({"choices": [{"message": {}}], "usage": usage}, 1.5).usage
    assert (counted.prompt_tokens, counted.completion_tokens, counted.cached_tokens) == (90, 7, 64)
    assert counted.seconds == 1.5


@pytest.mark.parametrize(
    "usage", [None, {}, {"prompt_tokens": None, "prompt_tokens_details": None}, {"prompt_tokens": "9"}]
)
def test_a_server_that_does_not_count_counts_nothing(usage: Any) -> None:
    assert read_chat_reply({"choices": [{"message": {}}], "usage": usage}, 0.0).usage.prompt_tokens == 0


def test_the_alternatives_of_the_first_token_are_read() -> None:
    tokens = [{"token": "Yes", "logprob": -0.1, "top_logprobs": [{"token": "Yes", "logprob": -0.1}]}, {"token": "!"}]
    assert reply(logprobs={"content": tokens}).top_logprobs == (("Yes", -0.1),)


@pytest.mark.parametrize("logprobs", [None, {}, {"content": None}, {"content": []}, {"content": [{"token": "a"}]}])
def test_missing_alternatives_are_none(logprobs: Any) -> None:
    assert reply(logprobs=logprobs).top_logprobs == ()


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "Rain.",
        {},
        {"choices": []},
        {"choices": {}},
        {"choices": ["Rain."]},
        {"choices": [{}]},
        {"choices": [{"message": "Rain."}]},
        {"choices": [{"message": {"content": 5}}]},
        {"choices": [{"message": {"content": "Ra"}, "finish_reason": "error"}]},
        {"choices": [{"message": {}, "logprobs": {"content": [{"top_logprobs": [{"token": "a"}]}]}}]},
        {"error": {"message": "out of memory"}, "choices": [{"message": {}}]},
    ],
)
def test_other_shapes_are_refused(body: Any) -> None:
    with pytest.raises(WrongShape):
        read_chat_reply(body, 0.0)


@pytest.mark.parametrize("body", [b"", b'{"choices": [', b"\xff\xfe", b"<html>", b"[" * 100_000])
def test_what_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(WrongShape):
        parse_json(body)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"error": {"message": "no such model", "code": 404}}, "no such model"),
        ({"error": "Unauthorized"}, "Unauthorized"),
        ({"detail": "Not Found"}, "Not Found"),
        ({"message": "busy", "object": "error"}, "busy"),
        ({"detail": [{"loc": ["body"], "msg": "field required"}]}, "[{'loc': ['body'], 'msg': 'field required'}]"),
        ("down", "down"),
    ],
)
def test_the_reason_of_an_error_is_found_in_any_of_the_usual_shapes(body: Any, text: str) -> None:
    assert error_text(body) == text


def test_the_models_of_a_server_are_read() -> None:
    assert read_model_names({"data": [{"id": "a"}, {"id": "b"}, {}]}) == ("a", "b")
    with pytest.raises(WrongShape):
        read_model_names({"models": []})
