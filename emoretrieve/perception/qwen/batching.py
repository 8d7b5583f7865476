"""Requests to a model, and answering several of them at once in the memory that there is."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Hashable, Sequence
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from emoretrieve.errors import PerceptionError
from emoretrieve.perception.prompted.chat import Answer, Answering, Prompt, Weighing
from emoretrieve.perception.qwen.exhaustion import give_back, is_out_of_memory
from emoretrieve.perception.settings import Role

if TYPE_CHECKING:
    from emoretrieve.perception.qwen.loading import LoadedModel

Result = TypeVar("Result")


@dataclass(frozen=True, eq=False)
class Request(ABC, Generic[Result]):
    """A question whose future gets the result; once that is cancelled, nobody wants it any more."""

    role: Role
    batch_size: int
    prompt: Prompt
    arrived: float = field(default_factory=time.monotonic, init=False)
    future: Future[Result] = field(default_factory=Future, init=False)

    @property
    def unwanted(self) -> bool:
        return self.future.cancelled()

    @property
    @abstractmethod
    def kin(self) -> Hashable:
        """Equal for requests that can share a batch."""

    @abstractmethod
    def results(self, loaded: LoadedModel, batch: Sequence[Any]) -> Sequence[Result]:
        """The results of a batch of requests of this kin, this one among them."""

    def settle(self, result: Result) -> None:
        with suppress(InvalidStateError):  # cancelled in the meantime
            self.future.set_result(result)

    def fail(self, error: BaseException) -> None:
        with suppress(InvalidStateError):
            self.future.set_exception(error)


@dataclass(frozen=True, eq=False)
class AnswerRequest(Request[Answer]):
    """Asks for words."""

    answering: Answering

    @property
    def kin(self) -> Hashable:
        """Rows of one batch have the same limit, pattern and kind of clips; seeds and temperatures are their own."""
        kinds = frozenset(type(clip) for clip in self.prompt.clips)
        return ("answer", kinds, self.answering.max_new_tokens, self.answering.pattern)

    def results(self, loaded: LoadedModel, batch: Sequence[AnswerRequest]) -> Sequence[Answer]:
        from emoretrieve.perception.qwen.generating import generate

        asked = [(request.prompt, request.answering) for request in batch]
        return generate(loaded, asked, lambda: all(request.unwanted for request in batch))


@dataclass(frozen=True, eq=False)
class WeighRequest(Request[Weighing]):
    """Asks how likely some answers are."""

    choices: tuple[str, ...]

    @property
    def kin(self) -> Hashable:
        """Rows of one batch share the beginning of their prompts."""
        return ("weigh", self.prompt.system, self.prompt.user)

    def results(self, loaded: LoadedModel, batch: Sequence[WeighRequest]) -> Sequence[Weighing]:
        from emoretrieve.perception.qwen.weighing import weigh

        return weigh(loaded, [(request.prompt, request.choices) for request in batch])


AnyRequest = Request[Any]


def perform(loaded: LoadedModel, batch: Sequence[AnyRequest]) -> bool:
    """Settle all requests of a batch; False where memory did not hold them together.

    A batch that fails is halved and tried again: for want of memory, or because of one request in it, which then fails
    alone (`out_of_memory`, or with what it met).
    """
    error = _attempt(loaded, batch)
    if error is None:
        return True
    if len(batch) == 1:
        batch[0].fail(_explained(error, loaded))
    else:
        half = len(batch) // 2
        perform(loaded, batch[:half])
        perform(loaded, batch[half:])
    return not is_out_of_memory(error)


def _attempt(loaded: LoadedModel, batch: Sequence[AnyRequest]) -> Exception | None:
    """Answer a batch; what kept it from being answered, with the memory given back that it took."""
    try:
        results = batch[0].results(loaded, batch)
    except Exception as error:
        if not is_out_of_memory(error):
            return error
        failure = error.with_traceback(None)  # its frames hold the tensors of the batch
    else:
        for request, result in zip(batch, results, strict=True):
            request.settle(result)
        return None
    give_back()
    return failure


def _explained(error: Exception, loaded: LoadedModel) -> Exception:
    if not is_out_of_memory(error):
        return error
    return PerceptionError(
        f"Memory ran out while '{loaded.settings.name}' answered one request alone; use a smaller model, "
        "quantisation=4bit, or fewer new tokens.",
        kind="out_of_memory",
    )
