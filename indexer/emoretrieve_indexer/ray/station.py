"""A process of the cluster at work: it opens the perception once, then does what the parcels bring."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

import ray

from emoretrieve.errors import EmoretrieveError, PerceptionError
from emoretrieve.perception import Perception
from emoretrieve_indexer.ray.briefing import Briefing
from emoretrieve_indexer.ray.desk_client import DeskClient
from emoretrieve_indexer.ray.parcel import Content, Ending, Load
from emoretrieve_indexer.ray.work import Stage, concerns, do, time_limit, unreachable
from emoretrieve_indexer.worker import Describe, Examine, Failed

if TYPE_CHECKING:
    from emoretrieve.perception import Role
    from emoretrieve.perception.prompted.ledger import RoleCosts


class Station:
    """One stage in one process. `serve` may be called from several threads."""

    def __init__(self, desk: DeskClient, stage: Stage) -> None:
        self.desk = desk
        self.stage = stage
        self._briefing: Briefing | None = None
        self._perception: Perception | None = None
        self._opening = threading.Lock()
        self._suspect_at_work = threading.Lock()

    def serve(self, load: Load) -> Load:
        """Do what this stage has to do for a task; nothing makes it raise but the end of the desk."""
        if not concerns(self.stage, load.content):
            return load
        try:
            briefing, perception = self._open()
        except EmoretrieveError as error:
            return replace(load, content=Ending(error))
        with self._permission(load.number) as refusal:
            content = refusal or self._do(load.content, briefing, perception)
        return replace(load, content=content, costs={**load.costs, **_costs(perception)})

    def _open(self) -> tuple[Briefing, Perception]:
        with self._opening:
            if self._briefing is None or self._perception is None:
                self._briefing, keys = self.desk.brief()
                keys.put_into_environment()
                if not self.desk.begin_opening(self.stage):
                    raise PerceptionError(
                        "The worker processes of the cluster end when they open the perception; Ray's logs say more.",
                        kind="worker_died",
                    )
                self._perception = self._briefing.open_perception(self._briefing.settings, self._briefing.answers)
                self.desk.end_opening(self.stage)
            return self._briefing, self._perception

    @contextmanager
    def _permission(self, number: int) -> Iterator[Failed | None]:
        """Begin and end a task on the account of the desk; yields why it has to be given up, if so.

        One whose process died is a suspect: no two of them are at work in a process at a time.
        """
        verdict = self.desk.begin(self.stage, number, alone=False)
        with self._suspect_at_work if verdict == "alone" else nullcontext():
            if verdict == "alone":
                verdict = self.desk.begin(self.stage, number, alone=True)
            yield verdict if isinstance(verdict, Failed) else None
            self.desk.end(self.stage, number)

    def _do(self, content: Content, briefing: Briefing, perception: Perception) -> Content:
        if not isinstance(content, Examine | Describe):
            return do(self.stage, content, perception)
        elsewhere = ray.get_runtime_context().get_node_id() != briefing.machine
        if elsewhere and (failure := unreachable(content)):
            return failure
        with time_limit(briefing.timeout_s):
            return do(self.stage, content, perception)


def _costs(perception: Perception) -> Mapping[str, Mapping[Role, RoleCosts]]:
    """What this process has spent so far, under its name."""
    costs = perception.ledger.costs if perception.ledger else {}
    return {ray.get_runtime_context().get_worker_id(): costs} if costs else {}
