"""What the models of a cluster cost, added up by the driver."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import astuple

from emoretrieve.perception import Described, ModelCaptioner, ModelMapper, Perception
from emoretrieve.perception.prompted.ledger import RoleCosts
from emoretrieve.perception.settings import ROLES, Role
from emoretrieve_indexer.costs import ModelCosts
from emoretrieve_indexer.ray.parcel import Load
from emoretrieve_indexer.worker import Describe, Task


class Spending:
    """Every result brings all that its processes have spent so far; of each process the latest word counts."""

    def __init__(self, perception: Perception) -> None:
        self._perception = perception
        self._before = self._recalled()
        self._processes: dict[tuple[str, Role], RoleCosts] = {}
        self._items: Counter[Role] = Counter()

    def note(self, task: Task, load: Load) -> None:
        """Count the result of a task."""
        for process, costs in load.costs.items():
            for role, spent in costs.items():
                known = self._processes.get((process, role), RoleCosts())
                if _asked(spent) > _asked(known):
                    self._processes[process, role] = spent
        if isinstance(task, Describe) and isinstance(load.content, Described):
            self._items.update(self._roles(task))

    @property
    def models(self) -> dict[Role, ModelCosts]:
        """By role, of those that were needed."""
        return {role: ModelCosts(self._items[role], self._total(role)) for role in ROLES if self._items[role]}

    def _roles(self, task: Describe) -> list[Role]:
        roles: list[Role] = []
        if isinstance(self._perception.captioner, ModelCaptioner):
            roles.append(task.media.modality)
        if isinstance(self._perception.mapper, ModelMapper):
            roles.append("colour")
        return roles

    def _total(self, role: Role) -> RoleCosts:
        of_processes = [spent for (_, its_role), spent in self._processes.items() if its_role == role]
        here = RoleCosts(recalled=self._recalled().get(role, 0) - self._before.get(role, 0))
        return _sum([here, *of_processes])

    def _recalled(self) -> Mapping[Role, int]:
        """Answers that the driver itself found in the ledger."""
        ledger = self._perception.ledger
        return {role: costs.recalled for role, costs in ledger.costs.items()} if ledger else {}


def _asked(costs: RoleCosts) -> int:
    """Grows with everything that a process does."""
    return costs.requests + costs.recalled


def _sum(costs: Iterable[RoleCosts]) -> RoleCosts:
    return RoleCosts(*(sum(numbers) for numbers in zip(*map(astuple, costs), strict=True)))
