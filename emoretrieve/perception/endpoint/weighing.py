"""Weighing choices by the probabilities of the first token of an answer (`logprobs` of the chat API).

The API generates at least one token, whose alternatives it lists: the 20 likeliest at most. A choice counts if one of
them spells it, with or without a space before it; one that is not among them is less likely than all that are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from emoretrieve.perception.endpoint.reply import ChatReply, WrongShape
from emoretrieve.perception.prompted.chat import Answering, Weighing

TOP_TOKENS = (20, 5)
"""How many alternatives are asked for: the most that vLLM and OpenAI give, and the most that some others do."""
ONE_TOKEN = Answering(max_new_tokens=1)


def logprob_fields(top_tokens: int) -> dict[str, object]:
    """The fields of a request that ask for probabilities."""
    return {"logprobs": True, "top_logprobs": top_tokens}


def read_weighing(reply: ChatReply, choices: Sequence[str]) -> Weighing:
    """Raises WrongShape where the answer has no probabilities."""
    if not reply.top_logprobs:
        raise WrongShape("its answer has no logprobs")
    return Weighing(tuple(_logprob(reply.top_logprobs, choice) for choice in choices), reply.usage)


def _logprob(tokens: Sequence[tuple[str, float]], choice: str) -> float:
    probability = math.fsum(math.exp(logprob) for token, logprob in tokens if token.strip() == choice)
    return math.log(probability) if probability > 0 else -math.inf
