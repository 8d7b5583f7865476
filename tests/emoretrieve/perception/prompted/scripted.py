"""A language model that says what a test has written down for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence

from emoretrieve.errors import PerceptionError
from emoretrieve.perception.prompted.chat import Answer, Answering, Prompt, Usage, Weighing

Said = str | Answer | PerceptionError


class ScriptedModel:
    """A `ChatModel` in memory: the answers in order, the weights by what is asked; it notes all it is asked."""

    exclusive = False
    concurrency = 4

    def __init__(
        self, *answers: Said, weights: Callable[[Prompt], Sequence[float]] | None = None, name: str = "scripted"
    ) -> None:
        self._answers = list(answers)
        self._weights = weights or (lambda _: (-0.1, -3.0))
        self._name = name
        self.asked: list[tuple[Prompt, Answering]] = []
        self.weighed: list[tuple[Prompt, Sequence[str]]] = []
        self.closed = False

    @property
    def signature(self) -> Mapping[str, str]:
        return {"model": self._name}

    async def answer(self, prompt: Prompt, answering: Answering) -> Answer:
        self.asked.append((prompt, answering))
        said = self._answers.pop(0)
        await asyncio.sleep(0)
        if isinstance(said, PerceptionError):
            raise said
        return Answer(said, complete=True, usage=Usage(100, 10)) if isinstance(said, str) else said

    async def weigh(self, prompt: Prompt, choices: Sequence[str]) -> Weighing:
        self.weighed.append((prompt, choices))
        await asyncio.sleep(0)
        return Weighing(tuple(self._weights(prompt)), Usage(50, 0))

    async def aclose(self) -> None:
        self.closed = True
