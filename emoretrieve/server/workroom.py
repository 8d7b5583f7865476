"""Threads for work that takes a while, and a bound on what may wait for one."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from emoretrieve.errors import RequestError
from emoretrieve.server.numbers import Numbers

P = ParamSpec("P")
T = TypeVar("T")


class Workroom:
    """A fixed number of threads. Used from one event loop."""

    def __init__(self, name: str, threads: int, waiting: int, patience_s: float, numbers: Numbers) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=f"emoretrieve-{name}")
        self._name = name
        self._most = threads + waiting
        self._patience_s = patience_s
        self._inside = 0
        self._numbers = numbers

    @property
    def is_full(self) -> bool:
        """Whether the next piece of work would be refused."""
        return self._inside >= self._most

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do it in a thread; RequestError of kind `overloaded` at once, or `too_slow` when patience is over.

        What takes too long goes on in its thread, and keeps its place until it is done.
        """
        if self.is_full:
            raise RequestError("The server has enough to do; try again in a moment.", kind="overloaded")
        self._inside += 1
        self._numbers.waiting.labels(self._name).set(self._inside)
        context = contextvars.copy_context()
        future = asyncio.get_running_loop().run_in_executor(self._pool, lambda: context.run(function, *args, **kwargs))
        future.add_done_callback(self._leave)
        done, _ = await asyncio.wait((future,), timeout=self._patience_s)  # which leaves it alone when time is over
        if not done:
            raise RequestError(f"The answer was not there after {self._patience_s:g} s; ask for less.", kind="too_slow")
        return future.result()

    def close(self) -> None:
        """Let what is under way end, and begin nothing more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _leave(self, future: asyncio.Future[T]) -> None:
        self._inside -= 1
        self._numbers.waiting.labels(self._name).set(self._inside)
        if not future.cancelled():
            future.exception()  # seen, also where nobody waits any more
