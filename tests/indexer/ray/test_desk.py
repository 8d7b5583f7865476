"""The desk hands out every task, in parcels that stay the same however often they are asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

from emoretrieve.perception import PerceptionSettings, open_perception
from emoretrieve_indexer.ray.attempts import ATTEMPTS
from emoretrieve_indexer.ray.briefing import Briefing
from emoretrieve_indexer.ray.desk import PARCEL, Desk
from emoretrieve_indexer.ray.parcel import Load
from emoretrieve_indexer.worker import Examine

T = TypeVar("T")


def _desk(readers: int = 1) -> Desk:
    return Desk(Briefing(open_perception, PerceptionSettings(), 60.0, "here"), readers)


def _loads(count: int, first: int = 0) -> list[Load]:
    return [Load(number, Examine(f"{number}.png")) for number in range(first, first + count)]


def _numbers(loads: list[Load]) -> list[int]:
    return [load.number for load in loads]


def _run(work: Coroutine[object, object, T]) -> T:
    return asyncio.run(work)


def test_all_tasks_are_handed_out_in_order() -> None:
    async def work() -> list[int]:
        desk, taken, parcel = _desk(), list[int](), 0
        await desk.put("files", _loads(100))
        while len(taken) < 100:
            taken += _numbers(await desk.take("files", parcel))
            parcel += 1
        return taken

    assert _run(work()) == list(range(100))


def test_a_parcel_waits_for_tasks() -> None:
    async def work() -> list[int]:
        desk = _desk()
        taking = asyncio.create_task(desk.take("image", 0))
        await asyncio.sleep(0)
        await desk.put("image", _loads(1))
        return _numbers(await taking)

    assert _run(work()) == [0]


def test_a_parcel_is_not_larger_than_what_leaves_something_for_the_other_readers() -> None:
    async def work() -> tuple[int, int]:
        few, many = _desk(readers=4), _desk(readers=4)
        await few.put("files", _loads(16))
        await many.put("files", _loads(100 * PARCEL))
        return len(await few.take("files", 0)), len(await many.take("files", 0))

    assert _run(work()) == (2, PARCEL)


def test_a_parcel_that_is_asked_for_again_is_the_same_without_what_is_settled() -> None:
    async def work() -> tuple[list[int], list[int], list[int]]:
        desk = _desk()
        await desk.put("files", _loads(4))
        first = _numbers(await desk.take("files", 0))
        again = _numbers(await desk.take("files", 0))
        await desk.settle("files", first)
        return first, again, _numbers(await desk.take("files", 0))

    assert _run(work()) == ([0, 1], [0, 1], [])


def test_processes_that_die_while_they_open_the_perception_are_not_started_for_ever() -> None:
    async def work() -> list[bool]:
        desk = _desk(readers=2)
        return [await desk.begin_opening("files") for _ in range(2 + ATTEMPTS + 1)]

    assert _run(work()) == [True] * (2 + ATTEMPTS) + [False]


def test_processes_that_open_it_are_not_counted() -> None:
    async def work() -> list[bool]:
        desk, allowed = _desk(), list[bool]()
        for _ in range(100):
            allowed.append(await desk.begin_opening("files"))
            await desk.end_opening("files")
        return allowed

    assert all(_run(work()))
