"""The crew: a workforce of the processes of a Ray cluster."""

from __future__ import annotations

import queue
import threading
from collections import Counter
from collections.abc import Collection
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Generic, Self

import ray

from emoretrieve.errors import EmoretrieveError, PerceptionError
from emoretrieve.item import Modality
from emoretrieve.perception import Description, ModelCaptioner
from emoretrieve_indexer.costs import Costs, Stage, StageClock
from emoretrieve_indexer.ray.answers import RemoteAnswers
from emoretrieve_indexer.ray.briefing import Briefing, Keys
from emoretrieve_indexer.ray.cluster import connected
from emoretrieve_indexer.ray.contract import Contract
from emoretrieve_indexer.ray.dataset import Plan, dataset
from emoretrieve_indexer.ray.desk import PARCEL, Line
from emoretrieve_indexer.ray.desk_client import DeskClient
from emoretrieve_indexer.ray.parcel import Ending, Load, unpack
from emoretrieve_indexer.ray.spending import Spending
from emoretrieve_indexer.worker import Describe, Examine, Failed, Result, Task
from emoretrieve_indexer.workforce import Ticket

_PARCELS_AHEAD = 2
"""Full parcels under way for every process of a line: one in work, one that waits."""
_LAST_BREATH_S = 20.0
"""For Ray to end its processes."""


@dataclass(frozen=True, slots=True)
class _Order(Generic[Ticket]):
    """A task that was submitted and whose result has not come."""

    ticket: Ticket
    task: Task
    line: Line
    stage: Stage


class Crew(Generic[Ticket]):
    """Connects to Ray with the first task, so a run that has nothing to do starts nothing. A `Workforce`."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._clock = StageClock()
        self._spending = Spending(contract.perception)
        self._orders: dict[int, _Order[Ticket]] = {}
        self._under_way: Counter[Line] = Counter()
        self._outgoing: dict[Line, list[Load]] = {}
        self._settled: dict[Line, list[int]] = {}
        self._ready: list[tuple[Ticket, Result]] = []
        """Results that took no work."""
        self._incoming: queue.SimpleQueue[list[Load] | Exception] = queue.SimpleQueue()
        self._ending: EmoretrieveError | None = None
        self._submitted = 0
        self._desk: DeskClient | None = None
        self._stack = ExitStack()

    @property
    def uses_descriptions(self) -> bool:
        return self._contract.perception.settings.use_descriptions

    @property
    def has_room(self) -> bool:
        return self._under_way["files"] < self._capacity("files")

    def wants(self, modality: Modality) -> bool:
        line = self._line(modality)
        return self._under_way[line] < self._capacity(line)

    @property
    def busy(self) -> bool:
        return bool(self._orders or self._ready or self._ending)

    def submit(self, ticket: Ticket, task: Task) -> None:
        """Note a task; the next `wait` sends it."""
        self._open()
        if isinstance(task, Examine):
            self._order(_Order(ticket, task, "files", "examine"), task)
            return
        assert isinstance(task, Describe)
        stage: Stage = "caption" if self._contract.perception.asks_models else "prepare"
        try:
            content = self._recall(task) or task
        except PerceptionError as error:
            self._ready.append((ticket, Failed.of(error)))
        else:
            self._order(_Order(ticket, task, self._line(task.media.modality), stage), content)

    def wait(self, timeout_s: float) -> list[tuple[Ticket, Result]]:
        """As `Workforce.wait`; also raises PerceptionError of kind `cluster_failed` where Ray gives up."""
        self._send()
        results, self._ready = self._ready, []
        if self._ending and not results:
            raise self._ending
        arrivals = self._arrivals(0 if results or self._ending else timeout_s)
        results += [result for load in arrivals if (result := self._receive(load))]
        if self._ending and not results:
            raise self._ending
        return results

    def take_turns(self, _waiting: Collection[Modality]) -> bool:
        """Never: each model has processes of its own, on GPUs of its own where there are any."""
        return False

    def wind_down(self) -> list[tuple[Ticket, Result]]:
        """Nothing: the answers that models gave are kept, and the rest is done again within seconds."""
        return []

    @property
    def costs(self) -> Costs:
        return Costs(self._clock.seconds, self._spending.models)

    def close(self) -> None:
        """End the desk, by which all stages end, and leave Ray."""
        self._stack.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _open(self) -> None:
        if self._desk is not None:
            return
        contract = self._contract
        self._stack.enter_context(connected(contract.settings.address, contract.workers))
        self._desk = DeskClient.open(
            _briefing(contract), Keys.of_environment(contract.perception.settings), contract.workers
        )
        results = dataset(Plan(self._desk, contract.perception, contract.settings, contract.workers))
        puller = threading.Thread(target=self._pull, args=(results,), name="emoretrieve-ray", daemon=True)
        puller.start()
        self._stack.callback(puller.join, _LAST_BREATH_S)
        self._stack.callback(self._desk.close)

    def _pull(self, results: ray.data.Dataset) -> None:
        """In a thread: let Ray Data work, and take its results as they come."""
        try:
            for block in results.iter_batches(batch_size=None, batch_format="pyarrow", prefetch_batches=0):
                self._incoming.put(unpack(block))
        except Exception as error:
            self._incoming.put(error)

    def _line(self, modality: Modality) -> Line:
        return modality if self._contract.perception.asks_models else "files"

    def _capacity(self, line: Line) -> int:
        """Tasks of a line that keep everybody busy who works on it."""
        captioner = self._contract.perception.captioner
        items = _PARCELS_AHEAD * PARCEL * self._contract.workers
        if line == "files" or not isinstance(captioner, ModelCaptioner):
            return items
        return items + 2 * captioner.concurrency(line) * self._contract.settings.pool(line).actors

    def _recall(self, task: Describe) -> Description | None:
        """The captions that models gave before, so that nothing has to be decoded."""
        if not self._contract.perception.asks_models:
            return None
        describer, again = self._contract.perception.describer, self._contract.retry_failed
        if again:
            describer.forget(task.media)
        description = describer.recall(task.media)
        if again and description:
            describer.forget(description.captions)
        return description

    def _order(self, order: _Order[Ticket], content: Task | Description) -> None:
        self._orders[self._submitted] = order
        self._outgoing.setdefault(order.line, []).append(Load(self._submitted, content))
        self._under_way[order.line] += 1
        self._clock.enter(order.stage)
        self._submitted += 1

    def _send(self) -> None:
        """Tell the desk what is new and what is done."""
        if self._desk is None:
            return
        for line, loads in self._outgoing.items():
            self._desk.put(line, loads)
        for line, numbers in self._settled.items():
            self._desk.settle(line, numbers)
        self._outgoing.clear()
        self._settled.clear()

    def _arrivals(self, timeout_s: float) -> list[Load]:
        """What has come, waiting for the first."""
        loads: list[Load] = []
        try:
            while True:
                came = self._incoming.get(timeout=0 if loads else timeout_s)
                if isinstance(came, Exception):
                    self._ending = _cluster_failed(came)
                    return loads
                loads += came
        except queue.Empty:
            return loads

    def _receive(self, load: Load) -> tuple[Ticket, Result] | None:
        """The ticket and result of a task; None of one that came before, and of the end of the run."""
        if isinstance(load.content, Ending):
            self._ending = self._ending or load.content.error
            return None
        order = self._orders.pop(load.number, None)
        if order is None:
            return None
        self._settled.setdefault(order.line, []).append(load.number)
        self._under_way[order.line] -= 1
        self._clock.leave(order.stage)
        self._spending.note(order.task, load)
        assert not isinstance(load.content, Task)
        return order.ticket, load.content


def _briefing(contract: Contract) -> Briefing:
    machine = ray.get_runtime_context().get_node_id()
    answers = RemoteAnswers.open(contract.ledger_file, machine) if contract.perception.asks_models else None
    return Briefing(contract.open_perception, contract.perception.settings, contract.timeout_s, machine, answers)


def _cluster_failed(error: Exception) -> PerceptionError:
    reason = str(error).strip().partition("\n")[0] or type(error).__name__
    return PerceptionError(
        f"The Ray cluster gave up: {reason}. What was stored stays; run the same command again once it is well.",
        kind="cluster_failed",
    )
