"""The body of a request to the chat API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from emoretrieve.perception.endpoint.messages import messages
from emoretrieve.perception.prompted.chat import Answering, Prompt

CHAT = "/chat/completions"


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One question to one model."""

    model: str
    prompt: Prompt
    answering: Answering
    fields: Mapping[str, object] = field(default_factory=dict)
    """What only some servers understand."""

    def body(self) -> dict[str, object]:
        """Ready to be spelled as JSON; encodes the clips."""
        seed = {"seed": self.answering.seed} if self.answering.temperature > 0 else {}
        return {
            "model": self.model,
            "messages": messages(self.prompt),
            "max_tokens": self.answering.max_new_tokens,
            "temperature": self.answering.temperature,
            **seed,
            **self.fields,
        }
