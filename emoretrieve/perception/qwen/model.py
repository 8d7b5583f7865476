"""A language model of this process in one role."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from functools import cached_property

from emoretrieve.errors import PerceptionError
from emoretrieve.perception.prompted.chat import Answer, Answering, Prompt, Weighing
from emoretrieve.perception.qwen.batching import AnswerRequest, Request, Result, WeighRequest
from emoretrieve.perception.qwen.conversation import check_clips
from emoretrieve.perception.qwen.engine import ENGINE, Engine
from emoretrieve.perception.qwen.settings import ModelSettings
from emoretrieve.perception.settings import Role

_BATCHES_AHEAD = 2
"""One in hand and one that waits, so that the model never does."""


class LocalModel:
    """A `ChatModel`; roles with equal settings share one model in memory."""

    def __init__(self, role: Role, settings: ModelSettings, engine: Engine = ENGINE) -> None:
        self._role = role
        self._settings = settings
        self._engine = engine
        engine.join(self, settings)

    @cached_property
    def signature(self) -> Mapping[str, str]:
        """Raises PerceptionError of kind `unknown_model` for a folder without a model."""
        return self._settings.signature

    @property
    def concurrency(self) -> int:
        return _BATCHES_AHEAD * self._settings.batch_size

    @property
    def exclusive(self) -> bool:
        return self._engine.takes_turns

    async def answer(self, prompt: Prompt, answering: Answering) -> Answer:
        """Raises PerceptionError: the kinds of `loading.load` and `conversation.check_clips`, and `out_of_memory`."""
        check_clips(prompt.clips)
        return await self._ask(AnswerRequest(self._role, self._settings.batch_size, prompt, answering))

    async def weigh(self, prompt: Prompt, choices: Sequence[str]) -> Weighing:
        """Raises as `answer` does, and `refused_request` for prompts with clips and for empty choices."""
        if prompt.clips or not all(choices):
            raise PerceptionError(
                "Choices that are not empty are weighed behind texts, not behind sounds or pictures.",
                kind="refused_request",
            )
        return await self._ask(WeighRequest(self._role, self._settings.batch_size, prompt, tuple(choices)))

    async def aclose(self) -> None:
        """Free the model unless another role uses it; a thread that has nothing left to do has ended then."""
        ending = await asyncio.wrap_future(self._engine.leave(self))
        if ending is not None:
            ending.join()  # it has no work left; a process that ends must not overtake it

    async def _ask(self, request: Request[Result]) -> Result:
        self._engine.submit(self._settings, request)
        return await asyncio.wrap_future(request.future)
