"""A question that is asked once."""

from __future__ import annotations

import asyncio

import pytest

from emoretrieve.perception.endpoint.once import Once


class Oracle:
    """Answers with the number of times it was asked; fails the first `failures` times."""

    def __init__(self, failures: int = 0) -> None:
        self.asked = 0
        self.failures = failures

    async def find(self) -> int:
        self.asked += 1
        await asyncio.sleep(0.001)
        if self.asked <= self.failures:
            raise ValueError
        return self.asked


def test_many_who_ask_at_once_get_the_same_answer() -> None:
    async def run() -> set[int]:
        once = Once(Oracle().find)
        return set(await asyncio.gather(*(once.get() for _ in range(10))))

    assert asyncio.run(run()) == {1}


def test_a_failure_is_not_remembered() -> None:
    async def run() -> int:
        once = Once(Oracle(failures=1).find)
        with pytest.raises(ValueError):  # noqa: PT011 - the oracle's own
            await once.get()
        return await once.get()

    assert asyncio.run(run()) == 2
