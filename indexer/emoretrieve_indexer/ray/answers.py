"""The answers of models, kept by the driver's machine for all machines: nothing is asked twice wherever it is asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from emoretrieve.perception.prompted.ledger import SqliteAnswers
from emoretrieve.perception.settings import Role


class RemoteAnswers:
    """The `Answers` of a file on the driver's machine, behind an actor there; may be sent to other processes."""

    def __init__(self, actor: Any) -> None:
        self._actor = actor

    @classmethod
    def open(cls, file: Path | None, machine: str) -> RemoteAnswers:
        """Serve the file from this machine; raises StoreError of kind `ledger` where it cannot be used."""
        SqliteAnswers(file).close()
        here = NodeAffinitySchedulingStrategy(machine, soft=False)
        return cls(ray.remote(SqliteAnswers).options(num_cpus=0, scheduling_strategy=here).remote(file))

    def find(self, key: str) -> str | None:
        found: str | None = self._get(self._actor.find.remote(key))
        return found

    def put(self, key: str, role: Role, text: str) -> None:
        self._get(self._actor.put.remote(key, role, text))

    def drop(self, key: str) -> None:
        self._get(self._actor.drop.remote(key))

    def close(self) -> None:
        """Nothing: others may be using it, and it ends with the run."""

    def _get(self, reference: Any) -> Any:
        try:
            return ray.get(reference)
        except ray.exceptions.RayTaskError as error:
            raise error.cause from None
