"""A question that is asked once, however many want to know the answer at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Once(Generic[T]):
    """Awaits `find` for the first who asks; the others wait for it. What it raises is not remembered."""

    def __init__(self, find: Callable[[], Awaitable[T]]) -> None:
        self._find = find
        self._lock = asyncio.Lock()
        self._found: list[T] = []

    async def get(self) -> T:
        async with self._lock:
            if not self._found:
                self._found.append(await self._find())
            return self._found[0]
