"""Weighing choices through `/v1/systemone`, the typed decisions of `transformers serve`: nothing is generated.

The server writes the question into a prompt of its own: the text, then "Answer Yes or No only." for these two choices,
and lettered options for others. It knows no system message, so that all texts of a prompt come as one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from emoretrieve.errors import PerceptionError
from emoretrieve.perception.endpoint.messages import whole_text
from emoretrieve.perception.endpoint.reply import WrongShape
from emoretrieve.perception.prompted.chat import Prompt, Usage, Weighing

DECISIONS = "/systemone"
_YES_NO = ("Yes", "No")
_QUESTION = "answer"


def decision_body(model: str, prompt: Prompt, choices: Sequence[str]) -> dict[str, object]:
    """The body of a request. Raises PerceptionError of kind `bad_option` for prompts with clips."""
    if prompt.clips:
        raise PerceptionError("Typed decisions are asked about texts, not about sounds or pictures.", kind="bad_option")
    question: dict[str, object] = {"type": "choice", "criteria": dict.fromkeys(choices)}
    return {
        "model": model,
        "state": whole_text(prompt.system, prompt.user, prompt.closing),
        "questions": {_QUESTION: {"type": "noul"} if _is_yes_no(choices) else question},
    }


def read_decision(reply: object, seconds: float, choices: Sequence[str]) -> Weighing:
    """Raises WrongShape."""
    answer = _inner(_inner(reply, "answers"), _QUESTION)
    if _is_yes_no(choices):
        yes = _probability(answer.get("noul"))
        probabilities: Mapping[str, object] = {"Yes": yes, "No": 1.0 - yes}
    else:
        probabilities = _inner(answer, "probabilities")
    tokens = _inner(reply, "usage").get("input_tokens")
    usage = Usage(tokens if isinstance(tokens, int) else 0, 0, seconds=seconds)
    return Weighing(tuple(_log(_probability(probabilities.get(choice))) for choice in choices), usage)


def _is_yes_no(choices: Sequence[str]) -> bool:
    return sorted(choices) == sorted(_YES_NO)


def _inner(value: object, name: str) -> Mapping[str, object]:
    inner = value.get(name) if isinstance(value, Mapping) else None
    if not isinstance(inner, dict):
        raise WrongShape(f"its decision has no '{name}'")
    return inner


def _probability(value: object) -> float:
    if not isinstance(value, int | float) or not 0.0 <= value <= 1.0:
        raise WrongShape("its decision lacks a probability from 0 to 1")
    return float(value)


def _log(probability: float) -> float:
    return math.log(probability) if probability > 0 else -math.inf
