"""Worker processes that a broken file can kill without harm to the others.

Each worker has its own connection and does one task at a time, so it is certain which file killed it. They are
started as programs of their own instead of through `multiprocessing`: a script that calls `index` then needs no
`if __name__ == "__main__"`, numerical libraries see their thread limits before they load, Ctrl-C reaches only the
indexing process, and no worker inherits another one's connection, so its end is noticed at once.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Collection
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from socket import socket
from typing import Generic

from emoretrieve.errors import EmoretrieveError, PerceptionError
from emoretrieve.item import Modality
from emoretrieve_indexer.costs import Costs, Stage, StageClock
from emoretrieve_indexer.worker import Examine, Failed, Result, Setup, Task
from emoretrieve_indexer.workforce import Ticket

_TASKS_AHEAD = 2
"""Tasks given to a worker at once: the next one waits in its pipe while the indexing process is busy storing."""

_LAST_BREATH_S = 5.0

_ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
"""The files are what is done in parallel."""


class Workers(Generic[Ticket]):
    """Up to `count` worker processes, started as they are needed; a `workforce.Workforce`.

    Every task goes in with a ticket and comes back from `wait` with that ticket and its result, in any order.
    """

    def __init__(self, setup: Setup, count: int, clock: StageClock | None = None) -> None:
        self._setup = setup
        self._count = count
        self._clock = clock or StageClock()
        self._workers: list[_Worker[Ticket]] = []
        self._again: deque[tuple[Ticket, Task]] = deque()
        """Tasks of workers that died on an earlier one."""

    @property
    def uses_descriptions(self) -> bool:
        return self._setup.settings.use_descriptions

    @property
    def has_room(self) -> bool:
        """True when another task would be begun soon."""
        room = len(self._workers) < self._count or any(len(worker.tasks) < _TASKS_AHEAD for worker in self._workers)
        return room and not self._again

    def wants(self, _modality: Modality) -> bool:
        return self.has_room

    @property
    def busy(self) -> bool:
        """True while there are tasks without a result."""
        return bool(self._again) or any(worker.tasks for worker in self._workers)

    def submit(self, ticket: Ticket, task: Task) -> None:
        """Give a task to the worker with the least to do; call it only while there `has_room`."""
        self._clock.enter(_stage(task))
        self._again.append((ticket, task))
        self._hand_out()

    def wait(self, timeout_s: float, bell: socket | None = None) -> list[tuple[Ticket, Result]]:
        """Results that have come since the last call, waiting for the first one, but not for longer than this.

        Comes back as soon as something can be read from the `bell`, too; it is left unread.
        Raises what keeps a worker from starting, such as MissingDependency.
        """
        by_connection = {worker.connection: worker for worker in self._workers}
        results: list[tuple[Ticket, Result]] = []
        for connection in wait([*by_connection, *([bell] if bell else [])], timeout_s):
            if isinstance(connection, Connection):
                results += self._receive(by_connection[connection])
        self._hand_out()
        return results

    def take_turns(self, _waiting: Collection[Modality]) -> bool:
        return False

    def wind_down(self) -> list[tuple[Ticket, Result]]:
        """Nothing: what the workers have in hand is done again by the next run within seconds."""
        return []

    @property
    def costs(self) -> Costs:
        return Costs(self._clock.seconds)

    def close(self) -> None:
        """End all workers at once, whatever they are doing."""
        for worker in self._workers:
            worker.end()
        self._workers.clear()

    def __enter__(self) -> Workers[Ticket]:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _hand_out(self) -> None:
        while self._again and (worker := self._free_worker()):
            worker.submit(*self._again.popleft())

    def _free_worker(self) -> _Worker[Ticket] | None:
        """The one with the least to do; a new one before any has two tasks; None when all have enough."""
        free = min(self._workers, key=lambda worker: len(worker.tasks), default=None)
        if (free is None or free.tasks) and len(self._workers) < self._count:
            free = _Worker(self._setup)
            self._workers.append(free)
        return free if free is not None and len(free.tasks) < _TASKS_AHEAD else None

    def _receive(self, worker: _Worker[Ticket]) -> list[tuple[Ticket, Result]]:
        try:
            answer = worker.connection.recv()
        except (EOFError, OSError):
            return self._bury(worker)
        if isinstance(answer, EmoretrieveError):
            raise answer
        if answer is None:
            worker.ready = True
            return []
        return [(self._take_back(worker), answer)]

    def _take_back(self, worker: _Worker[Ticket]) -> Ticket:
        """The ticket of the task in hand, which is over."""
        ticket, task = worker.tasks.popleft()
        self._clock.leave(_stage(task))
        return ticket

    def _bury(self, worker: _Worker[Ticket]) -> list[tuple[Ticket, Result]]:
        """Blame the task in hand for the end of its worker; the tasks behind it go to another one."""
        reason = worker.cause_of_death()
        self._workers.remove(worker)
        if not worker.ready:
            raise PerceptionError(f"A worker process could not be started: {reason}.", kind="worker_died")
        if not worker.tasks:
            return []
        ticket = self._take_back(worker)
        self._again.extendleft(reversed(worker.tasks))
        return [(ticket, Failed(f"The worker process that read this file ended: {reason}.", "worker_died"))]


def _stage(task: Task) -> Stage:
    """Describing without models counts as preparing: it happens in the same process, in one go with the decoding."""
    return "examine" if isinstance(task, Examine) else "prepare"


class _Worker(Generic[Ticket]):
    """One worker process, seen from outside."""

    def __init__(self, setup: Setup) -> None:
        self.connection, theirs = Pipe()
        self.ready = False
        self.tasks: deque[tuple[Ticket, Task]] = deque()
        """The task in hand, and those that wait behind it."""
        self._timeout_s = setup.timeout_s
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", f"from emoretrieve_indexer.worker import main; main({theirs.fileno()})"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                process_group=0,  # the terminal's Ctrl-C is for the indexing process
                env=os.environ | _ONE_THREAD | {"PYTHONPATH": os.pathsep.join(sys.path)},
            )
        self.connection.send(setup)

    def submit(self, ticket: Ticket, task: Task) -> None:
        self.tasks.append((ticket, task))
        try:
            self.connection.send(task)
        except OSError:
            return  # it has just ended; `wait` will notice

    def end(self) -> None:
        """Kill the process, whatever it is doing."""
        self.connection.close()
        self._process.kill()
        self._process.wait()

    def cause_of_death(self) -> str:
        """Why the process ended, in words, once its connection is closed."""
        try:
            code = self._process.wait(_LAST_BREATH_S)
        except subprocess.TimeoutExpired:
            code = 0  # it closed the connection and hangs
        self.end()
        if code == -signal.SIGALRM:
            return f"it took longer than {self._timeout_s:g} s"
        if code == -signal.SIGKILL:
            return "it was killed, probably because memory ran out"
        return f"it died of {signal.Signals(-code).name}" if code < 0 else f"it stopped with exit code {code}"
