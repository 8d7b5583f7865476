"""Holding a model to a pattern: servers take the same regular expression under different names.

A server may also ignore a name that it does not know, so that only its answers tell whether it understood.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from emoretrieve.perception.endpoint.reply import WrongShape


@dataclass(frozen=True, slots=True)
class Dialect:
    """One way of asking for answers that match a pattern."""

    servers: str
    """Which servers speak it."""
    fields: Callable[[str], Mapping[str, object]]
    """The fields of the request that carry a pattern."""
    read: Callable[[str], str] = str
    """The answer, out of the text that comes back. Raises WrongShape."""


def _json_schema(pattern: str) -> Mapping[str, object]:
    schema = {"type": "string", "pattern": f"^{pattern}$"}
    return {"response_format": {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}}}


def _json_text(answer: str) -> str:
    try:
        text = json.loads(answer)
    except ValueError:
        raise WrongShape("an answer that it was to give as a JSON text is none") from None
    if not isinstance(text, str):
        raise WrongShape("an answer that it was to give as a JSON text is none")
    return text


PLAIN = Dialect("all", lambda _: {})
"""The pattern is not sent: whoever asked reads the answer with care."""

DIALECTS = (
    Dialect("vLLM since 0.11", lambda pattern: {"structured_outputs": {"regex": pattern}}),
    Dialect("vLLM before 0.12", lambda pattern: {"guided_regex": pattern}),
    Dialect("SGLang", lambda pattern: {"regex": pattern}),
    Dialect("llama.cpp", _json_schema, _json_text),
)
