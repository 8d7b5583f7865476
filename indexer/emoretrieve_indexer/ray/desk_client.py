"""The desk as other processes see it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from emoretrieve_indexer.ray.attempts import Verdict
from emoretrieve_indexer.ray.briefing import Briefing, Keys
from emoretrieve_indexer.ray.desk import Desk, Line
from emoretrieve_indexer.ray.parcel import Load


class DeskClient:
    """Speaks to the desk; may be sent to other processes."""

    def __init__(self, actor: Any) -> None:
        self._actor = actor

    @classmethod
    def open(cls, briefing: Briefing, keys: Keys, readers: int) -> DeskClient:
        """Set up the desk on this machine, where nobody but the driver ends it."""
        here = NodeAffinitySchedulingStrategy(briefing.machine, soft=False)
        desk = cls(ray.remote(Desk).options(num_cpus=0, scheduling_strategy=here).remote(briefing, readers))
        ray.get(desk._actor.entrust.remote(keys))
        return desk

    @property
    def name(self) -> str:
        """Its id, by which a process tells the desks of several runs apart."""
        return str(self._actor._actor_id.hex())

    def brief(self) -> tuple[Briefing, Keys]:
        briefing: tuple[Briefing, Keys] = ray.get(self._actor.brief.remote())
        return briefing

    def put(self, line: Line, loads: Sequence[Load]) -> None:
        """Send tasks; they are there some time after this returns."""
        self._actor.put.remote(line, loads)

    def settle(self, line: Line, numbers: Sequence[int]) -> None:
        self._actor.settle.remote(line, numbers)

    def take(self, line: Line, parcel: int) -> list[Load]:
        loads: list[Load] = ray.get(self._actor.take.remote(line, parcel))
        return loads

    def begin(self, stage: str, number: int, *, alone: bool) -> Verdict:
        verdict: Verdict = ray.get(self._actor.begin.remote(stage, number, alone))
        return verdict

    def end(self, stage: str, number: int) -> None:
        self._actor.end.remote(stage, number)

    def begin_opening(self, stage: str) -> bool:
        return bool(ray.get(self._actor.begin_opening.remote(stage)))

    def end_opening(self, stage: str) -> None:
        self._actor.end_opening.remote(stage)

    def close(self) -> None:
        """End the desk, and with it everything that asks it."""
        ray.kill(self._actor)
