"""The desk: the actor beside the driver to which all processes of a run turn.

It hands out tasks in parcels, keeps the account of attempts, and gives each process its briefing and keys. When it
ends, so does everything that depends on it.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Sequence
from typing import Literal, TypeAlias, get_args

from emoretrieve_indexer.ray.attempts import ATTEMPTS, Attempts, Verdict
from emoretrieve_indexer.ray.briefing import Briefing, Keys
from emoretrieve_indexer.ray.parcel import Load

Line: TypeAlias = Literal["files", "audio", "image"]
"""The queues of the desk: tasks that ask no model, and those that begin on the way to a model."""
LINES: tuple[Line, ...] = get_args(Line)

PARCEL = 32
"""Tasks sent on at once, at most: handing one parcel through Ray costs a few milliseconds, whatever is in it."""
_PARCELS_WAITING = 2
"""Parcels a reader that the waiting tasks are divided into: nobody is idle while others have several."""


class Desk:
    """Made an actor by `crew`; all its methods run in one event loop."""

    def __init__(self, briefing: Briefing, readers: int) -> None:
        """`readers` is how many processes work at once in the largest stage."""
        self._briefing = briefing
        self._readers = readers
        self._keys = Keys({})
        self._attempts = Attempts(briefing.timeout_s)
        self._queues: dict[Line, deque[Load]] = {line: deque() for line in LINES}
        self._parcels: dict[Line, dict[int, list[Load]]] = {line: {} for line in LINES}
        """Those that were handed out and are not settled."""
        self._next: dict[Line, int] = dict.fromkeys(LINES, 0)
        self._opening: Counter[str] = Counter()
        """Processes that began to open the perception and did not get through, by stage."""
        self._arrival = asyncio.Condition()

    async def entrust(self, keys: Keys) -> None:
        """Take the keys; they are no argument of the constructor, because Ray keeps those."""
        self._keys = keys

    async def brief(self) -> tuple[Briefing, Keys]:
        """What a process has to know."""
        return self._briefing, self._keys

    async def put(self, line: Line, loads: Sequence[Load]) -> None:
        """Take tasks in."""
        async with self._arrival:
            self._queues[line].extend(loads)
            self._arrival.notify_all()

    async def settle(self, line: Line, numbers: Sequence[int]) -> None:
        """The driver has the results of these tasks, so they need not be kept any longer."""
        settled = set(numbers)
        kept = self._parcels[line]
        for parcel, loads in list(kept.items()):
            kept[parcel] = [load for load in loads if load.number not in settled]
            if not kept[parcel]:
                del kept[parcel]

    async def take(self, line: Line, parcel: int) -> list[Load]:
        """The parcel of this number, waiting for tasks where it is the next one.

        A parcel that is asked for again, because the process that had it was lost, is the same one; what was settled
        of it is left out.
        """
        if parcel < self._next[line]:
            return self._parcels[line].get(parcel, [])
        async with self._arrival:
            await self._arrival.wait_for(lambda: self._queues[line])
        queue = self._queues[line]
        size = min(PARCEL, -(-len(queue) // (_PARCELS_WAITING * self._readers)))
        self._parcels[line][parcel] = [queue.popleft() for _ in range(size)]
        self._next[line] = parcel + 1
        return self._parcels[line][parcel]

    async def begin(self, stage: str, number: int, alone: bool) -> Verdict:
        """May a stage begin this task?"""
        return self._attempts.begin(stage, number, alone=alone)

    async def end(self, stage: str, number: int) -> None:
        """A stage is done with this task."""
        self._attempts.end(stage, number)

    async def begin_opening(self, stage: str) -> bool:
        """May a process open the perception? Not where that killed one process after another."""
        self._opening[stage] += 1
        return self._opening[stage] <= self._readers + ATTEMPTS

    async def end_opening(self, stage: str) -> None:
        """The perception is open."""
        self._opening[stage] -= 1
