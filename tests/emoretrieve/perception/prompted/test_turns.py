"""Askers of one thing take turns; askers of different things do not wait for each other."""

from __future__ import annotations

import asyncio
import gc
import weakref

from emoretrieve.perception.prompted.turns import Turns


def most_at_once(*keys: str) -> int:
    """How many of those who ask under these keys are at it at the same time."""
    turns, inside, most = Turns(), 0, 0

    async def ask(key: str) -> None:
        nonlocal inside, most
        async with turns.of(key):
            inside += 1
            most = max(most, inside)
            gc.collect()
            await asyncio.sleep(0)
            inside -= 1

    async def all_at_once() -> None:
        await asyncio.gather(*map(ask, keys))

    asyncio.run(all_at_once())
    return most


def test_the_same_key_is_held_by_one_at_a_time() -> None:
    assert most_at_once("a", "a", "a") == 1


def test_different_keys_do_not_wait_for_each_other() -> None:
    assert most_at_once("a", "b", "c") == 3


def test_a_key_that_nobody_holds_is_not_kept() -> None:
    turns = Turns()
    lock = turns.of("a")
    assert turns.of("a") is lock
    held = weakref.ref(lock)
    del lock
    gc.collect()
    assert held() is None
