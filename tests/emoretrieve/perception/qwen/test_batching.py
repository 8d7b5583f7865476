"""Batches that memory does not hold, and those that one request spoils."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from emoretrieve.errors import PerceptionError
from emoretrieve.perception.prompted.chat import Prompt
from emoretrieve.perception.prompted.failures import LASTING, RUN_ENDING
from emoretrieve.perception.qwen.batching import AnswerRequest, perform
from emoretrieve.perception.qwen.loading import LoadedModel
from tests.emoretrieve.perception.qwen.asking import SHORT, out_of_memory_beyond, prompts_for


def requests(count: int) -> list[AnswerRequest]:
    prompts = [prompts_for("colour")[number % 3] for number in range(count)]
    return [AnswerRequest("colour", 8, prompt, SHORT) for prompt in prompts]


def answers(batch: Sequence[AnswerRequest]) -> list[str]:
    return [request.future.result(timeout=0).text for request in batch]


def test_a_batch_that_memory_does_not_hold_is_halved(qwen3: LoadedModel, monkeypatch: pytest.MonkeyPatch) -> None:
    easy, scarce = requests(7), requests(7)
    assert perform(qwen3, easy)
    tried = out_of_memory_beyond(2, qwen3, monkeypatch)
    assert not perform(qwen3, scarce)
    assert answers(scarce) == answers(easy)
    assert tried == [7, 3, 1, 2, 4, 2, 2]


def test_a_request_that_memory_does_not_hold_alone_fails_by_itself(
    qwen3: LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = requests(2)
    out_of_memory_beyond(0, qwen3, monkeypatch)
    perform(qwen3, batch)
    for request in batch:
        error = request.future.exception(timeout=0)
        assert isinstance(error, PerceptionError)
        assert error.kind == "out_of_memory"
        assert error.kind not in LASTING | RUN_ENDING


def test_the_memory_of_the_machine_runs_out_in_other_words(qwen3: LoadedModel, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real failure of PyTorch's allocator: it is asked for more than any machine has."""
    import torch

    monkeypatch.setattr(qwen3.model, "generate", lambda **_: torch.empty(2**60, dtype=torch.uint8))
    (request,) = batch = requests(1)
    perform(qwen3, batch)
    error = request.future.exception(timeout=0)
    assert isinstance(error, PerceptionError)
    assert error.kind == "out_of_memory"


def test_a_request_that_spoils_its_batch_fails_alone(qwen3: LoadedModel) -> None:
    spoiled = AnswerRequest("colour", 8, Prompt("s", None), SHORT)  # type: ignore[arg-type]  # not what the types allow
    batch = [*requests(3), spoiled, *requests(2)]
    assert perform(qwen3, batch)
    good = [request for request in batch if request is not spoiled]
    assert answers(good) == answers([*_performed(qwen3, 3), *_performed(qwen3, 2)])
    assert isinstance(spoiled.future.exception(timeout=0), AttributeError | TypeError)


def test_a_request_that_is_too_long_for_the_model_fails_alone(qwen3: LoadedModel) -> None:
    long = AnswerRequest("colour", 8, Prompt("s", "u", closing="calm and sad " * 4000), SHORT)
    batch = [*requests(2), long]
    assert perform(qwen3, batch)
    assert answers(batch[:2]) == answers(_performed(qwen3, 2))
    error = long.future.exception(timeout=0)
    assert isinstance(error, PerceptionError)
    assert (error.kind, "reads 8192" in str(error)) == ("refused_request", True)


def test_a_result_that_nobody_wants_any_more_is_dropped(qwen3: LoadedModel) -> None:
    batch = requests(3)
    batch[1].future.cancel()
    perform(qwen3, batch)
    assert [request.future.cancelled() for request in batch] == [False, True, False]


def _performed(loaded: LoadedModel, count: int) -> list[AnswerRequest]:
    batch = requests(count)
    perform(loaded, batch)
    return batch
