"""What a run cost: the seconds of its stages, and the requests and tokens of its models."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from emoretrieve.perception import Role
    from emoretrieve.perception.prompted.ledger import RoleCosts

Stage = Literal["find", "examine", "prepare", "caption", "colour", "store"]
STAGES: tuple[Stage, ...] = get_args(Stage)


class StageClock:
    """Measures the time in which each stage had anything to do. Stages overlap, so their times do not add up."""

    def __init__(self) -> None:
        self._inside: dict[Stage, int] = {}
        self._since_s: dict[Stage, float] = {}
        self._spent_s: dict[Stage, float] = {}

    def enter(self, stage: Stage) -> None:
        """One more file is in the stage."""
        inside = self._inside.get(stage, 0)
        if not inside:
            self._since_s[stage] = time.monotonic()
        self._inside[stage] = inside + 1

    def leave(self, stage: Stage) -> None:
        """One of them is through."""
        self._inside[stage] -= 1
        if not self._inside[stage]:
            self._spent_s[stage] = self._spent_s.get(stage, 0.0) + time.monotonic() - self._since_s[stage]

    @contextmanager
    def at(self, stage: Stage) -> Iterator[None]:
        """The time of the block belongs to the stage."""
        self.enter(stage)
        try:
            yield
        finally:
            self.leave(stage)

    @property
    def seconds(self) -> dict[Stage, float]:
        """Wall-clock seconds so far of the stages that were entered; of one that is not empty, up to now."""
        now_s = time.monotonic()
        running = {stage: now_s - self._since_s[stage] for stage, inside in self._inside.items() if inside}
        return {stage: self._spent_s.get(stage, 0.0) + running.get(stage, 0.0) for stage in self._inside}


@dataclass(frozen=True, slots=True)
class ModelCosts:
    """What one role came to."""

    items: int
    """Items that it was needed for, those among them whose answers were all kept from before."""
    total: RoleCosts

    def to_json(self) -> dict[str, object]:
        """The numbers, and the tokens for one item on average."""
        items = max(self.items, 1)
        return {
            "items": self.items,
            **asdict(self.total),
            "prompt_tokens_per_item": self.total.prompt_tokens / items,
            "completion_tokens_per_item": self.total.completion_tokens / items,
        }


@dataclass(frozen=True, slots=True)
class Costs:
    """What the work of a run came to."""

    seconds: Mapping[Stage, float] = field(default_factory=dict)
    """Wall-clock time in which at least one file was in the stage, by stage; they overlap."""
    models: Mapping[Role, ModelCosts] = field(default_factory=dict)
    """Of the roles that were needed; empty where no model was asked."""

    @property
    def answers(self) -> int:
        """Requests that models answered."""
        return sum(costs.total.requests for costs in self.models.values())

    def to_json(self) -> dict[str, object]:
        """As `emoretrieve index --json` prints it: every stage, also one that nothing came to."""
        return {
            "seconds": {stage: self.seconds.get(stage, 0.0) for stage in STAGES},
            "models": {role: costs.to_json() for role, costs in self.models.items()},
        }
