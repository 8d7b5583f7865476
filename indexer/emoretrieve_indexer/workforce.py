"""What examines and describes files for a run, seen from the run: three kinds of it do the same work.

`workers.Workers` do everything in worker processes (perceptions that ask no models), `asking.Asking` prepares in worker
processes and asks models from the indexing process, and a cluster may do all of it elsewhere.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol, Self, TypeVar

from emoretrieve.item import Modality
from emoretrieve_indexer.costs import Costs
from emoretrieve_indexer.worker import Result, Task

Ticket = TypeVar("Ticket")


class Workforce(Protocol[Ticket]):
    """Does tasks, in any order and many at once; the run decides which and what becomes of them. A context manager.

    The run (`describing.Describing`) calls everything from one thread. It submits an `Examine` or `Describe` with a
    ticket of its own while there is room for it, and gets each ticket back from `wait` exactly once, with `Examined`
    or `NotMedia` or `Failed` for the one, `Described` or `Failed` for the other. A task never raises. The media of a
    `Describe` carry their SHA-256 and the metadata that the captioner may know.

    How much is under way at once is the workforce's own affair: it bounds its memory by saying that it has no room.
    What it does not want now waits in the run as a few hundred bytes a file.
    """

    @property
    def uses_descriptions(self) -> bool:
        """True where metadata enter the captions, so that an item is described again when they change."""
        ...

    @property
    def has_room(self) -> bool:
        """True where another `Examine` would be begun soon."""
        ...

    def wants(self, modality: Modality) -> bool:
        """True where another `Describe` of this modality would be begun soon; each modality may have its own model."""
        ...

    @property
    def busy(self) -> bool:
        """True while something is under way, so that `wait` will have results."""
        ...

    def submit(self, ticket: Ticket, task: Task) -> None:
        """Take a task; only called while there is room for it."""
        ...

    def wait(self, timeout_s: float) -> list[tuple[Ticket, Result]]:
        """What was done since the last call, waiting for the first result, but not for longer than this.

        Raises what ends the run because no other file would fare better: PerceptionError of a kind in
        `emoretrieve.perception.prompted.failures.RUN_ENDING`, or MissingDependency. Results that are there already
        come before the error.
        """
        ...

    def take_turns(self, waiting: Collection[Modality]) -> bool:
        """Nothing is under way and nothing more is wanted: turn to other work, where models have to take turns.

        `waiting` are the modalities of which the run has commissions. False where there is nothing else to turn to.
        """
        ...

    def wind_down(self) -> list[tuple[Ticket, Result]]:
        """The run was interrupted: what can still be finished within a few seconds. Nothing is submitted after it."""
        ...

    @property
    def costs(self) -> Costs:
        """What the work came to so far."""
        ...

    def close(self) -> None:
        """End at once whatever is under way."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...
