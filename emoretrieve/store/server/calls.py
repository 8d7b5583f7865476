"""What is asked of a server, and how its answer is read, whatever carries the question there.

A store operation is `Steps`: a generator that yields calls, is sent their results, and returns the result of the whole.
So paging and batching are written once, and a connection that waits and one that does not both carry them out.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeAlias, TypeVar

from qdrant_client import models

from emoretrieve.store.server.refusals import NotFinished

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """One request: a method of qdrant-client, by its name, and its arguments."""

    action: str
    """Completes "could not ..."."""
    method: str
    arguments: Mapping[str, object]
    read: Callable[[Any], T]
    writes: bool = False


Steps: TypeAlias = Generator[Call[Any], Any, T]


def only(call: Call[T]) -> Steps[T]:
    """An operation of one call."""
    result: T = yield call
    return result


def write(action: str, method: str, **arguments: object) -> Call[None]:
    """A change of points: waits until it is visible, in the order that the shard's leader gives."""
    settled = {"wait": True, "ordering": models.WriteOrdering.MEDIUM}
    return Call(action, method, {**arguments, **settled}, _finished, writes=True)


def write_all(action: str, method: str, **arguments: object) -> Call[None]:
    """The same for a request of several changes, which the server makes one after another."""
    return replace(write(action, method, **arguments), read=_all_finished)


def _all_finished(results: Sequence[models.UpdateResult]) -> None:
    for result in results:
        _finished(result)


def _finished(result: models.UpdateResult) -> None:
    if result.status != models.UpdateStatus.COMPLETED:
        raise NotFinished(f"the write is {result.status.value}")
