"""Reading what the chat API answers: any shape that a server may send is either understood or refused."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from emoretrieve.perception.prompted.chat import Usage


class WrongShape(Exception):
    """An answer that is not what the API promises; its text says what is wrong."""


@dataclass(frozen=True, slots=True)
class ChatReply:
    """One answer of a model."""

    text: str
    """Without what a thinking model keeps apart as its reasoning."""
    finish_reason: str
    refusal: str
    """What the model says instead of an answer; mostly empty."""
    usage: Usage
    top_logprobs: tuple[tuple[str, float], ...]
    """The likeliest first tokens and the natural logarithms of their probabilities; empty where there are none."""


def parse_json(body: bytes) -> object:
    """Raises WrongShape."""
    try:
        parsed: object = json.loads(body)
    except (ValueError, RecursionError):
        what = "a web page" if body.lstrip().startswith(b"<") else f"{len(body)} bytes that are no JSON"
        raise WrongShape(f"its answer is {what}") from None
    return parsed


def read_chat_reply(reply: object, seconds: float) -> ChatReply:
    """Raises WrongShape. `seconds` is what the request took."""
    answer = _mapping(reply, "the answer")
    if answer.get("error"):
        raise WrongShape(f"it answers with an error: {error_text(answer)}")
    choices = answer.get("choices")
    if not isinstance(choices, list) or not choices:
        raise WrongShape("its answer has no choices")
    choice = _mapping(choices[0], "a choice")
    if choice.get("finish_reason") == "error":
        raise WrongShape("it broke off in the middle of its answer")
    message = _mapping(choice.get("message"), "the message")
    return ChatReply(
        text=_content(message.get("content")),
        finish_reason=str(choice.get("finish_reason") or "stop"),
        refusal=str(message.get("refusal") or ""),
        usage=_usage(answer.get("usage"), seconds),
        top_logprobs=_top_logprobs(choice.get("logprobs")),
    )


def read_model_names(reply: object) -> tuple[str, ...]:
    """The models that a server lists. Raises WrongShape."""
    models = _mapping(reply, "the list of models").get("data")
    if not isinstance(models, list):
        raise WrongShape("its list of models has no data")
    return tuple(str(model["id"]) for model in models if isinstance(model, Mapping) and "id" in model)


def error_text(reply: object) -> str:
    """The reason in an error of any of the usual shapes: `error.message`, `error`, `detail`, `message`."""
    if not isinstance(reply, Mapping):
        return str(reply)
    for name in ("error", "detail", "message"):
        if reply.get(name):
            return error_text(reply[name])
    return json.dumps(reply)


def _mapping(value: object, what: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise WrongShape(f"{what} is no JSON object")
    return value


def _content(content: object) -> str:
    """The text of a message: one text, or a list of parts; nothing where the model said nothing."""
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    raise WrongShape("the content of its message is neither text nor a list of parts")


def _usage(usage: object, seconds: float) -> Usage:
    """What the server counted; 0 where it did not count."""
    counts = usage if isinstance(usage, Mapping) else {}
    details = counts.get("prompt_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, Mapping) else 0
    return Usage(_count(counts.get("prompt_tokens")), _count(counts.get("completion_tokens")), _count(cached), seconds)


def _count(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0


def _top_logprobs(logprobs: object) -> tuple[tuple[str, float], ...]:
    tokens = logprobs.get("content") if isinstance(logprobs, Mapping) else None
    first = tokens[0] if isinstance(tokens, Sequence) and tokens else None
    top = first.get("top_logprobs") if isinstance(first, Mapping) else None
    return tuple(_token(entry) for entry in top) if isinstance(top, Sequence) else ()


def _token(entry: object) -> tuple[str, float]:
    token = _mapping(entry, "a token")
    logprob = token.get("logprob")
    if not isinstance(logprob, int | float) or math.isnan(logprob):
        raise WrongShape("a token has no probability")
    return str(token.get("token", "")), float(logprob)
