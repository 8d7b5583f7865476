"""The workforce of perceptions that ask models: worker processes prepare, models are asked from the indexing process.

An item goes through up to four stages, each with many items in it at once: `prepare` (decode and cut, in a worker
process), `caption` and `colour` (models), and what the run makes of the result. Items whose captions were kept from
before go straight to their colours; nothing of them is decoded.
"""

from __future__ import annotations

import socket
import time
from collections import Counter, deque
from collections.abc import Callable, Collection
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from queue import Empty, SimpleQueue
from typing import Generic, TypeAlias, TypeVar

from emoretrieve.errors import EmoretrieveError, MediaError, PerceptionError
from emoretrieve.item import Modality
from emoretrieve.media import MediaFile
from emoretrieve.perception import Coloured, Described, Description, Perception, Role
from emoretrieve.perception.prompted.excerpts import Excerpts
from emoretrieve.perception.prompted.failures import RUN_ENDING
from emoretrieve.perception.prompted.ledger import RoleCosts
from emoretrieve_indexer.costs import Costs, ModelCosts, StageClock
from emoretrieve_indexer.load import Load
from emoretrieve_indexer.settings import IndexSettings
from emoretrieve_indexer.shifts import Shifts
from emoretrieve_indexer.worker import Describe, Failed, Prepare, Result, Setup, Task
from emoretrieve_indexer.workers import Workers
from emoretrieve_indexer.workforce import Ticket

T = TypeVar("T")

_RESULTS_AHEAD = 64
"""Results that the run has not fetched yet: kept answers come as fast as they are asked for."""
_GRACE_S = 3.0
"""After Ctrl-C, for the answers that models are just giving: they are kept, and need not be paid for again."""


@dataclass(slots=True, eq=False)
class _Errand(Generic[Ticket]):
    """One item on its way through the stages."""

    ticket: Ticket
    media: MediaFile
    description: Description | None = None
    """Once it is captioned."""

    @property
    def modality(self) -> Modality:
        return self.media.modality


_Arrival: TypeAlias = Callable[[], None]


class Asking(Generic[Ticket]):
    """Describes with the models of a perception; a `workforce.Workforce`. The perception stays open."""

    def __init__(self, setup: Setup, perception: Perception, settings: IndexSettings) -> None:
        """`setup` opens the same perception in the worker processes, for what needs no model."""
        self._setup = setup
        self._settings = settings
        self._perception = perception
        self._describer = perception.describer
        self._clock = StageClock()
        self._workers = Workers[Ticket | _Errand[Ticket]](setup, settings.workers, self._clock)
        self._load = Load(self._describer)
        self._captioned: deque[_Errand[Ticket]] = deque()
        """Those that wait for their colours."""
        self._cancel_all: set[Callable[[], bool]] = set()
        """Drops what models are being asked."""
        self._arrivals: SimpleQueue[_Arrival] = SimpleQueue()
        """What to do with the answers that came, put there by the thread in which models are asked."""
        self._bell = _Bell()
        self._results: list[tuple[Ticket, Result]] = []
        self._fatal: EmoretrieveError | None = None
        self._winding_down = False
        self._items: Counter[Role] = Counter()
        self._costs_before = perception.ledger.costs if perception.ledger else {}

    @cached_property
    def _shifts(self) -> Shifts:
        """Made when something is to be described: to know how large models are takes libraries that load slowly."""
        return Shifts(self._describer.exclusive)

    @property
    def uses_descriptions(self) -> bool:
        return self._setup.settings.use_descriptions

    @property
    def has_room(self) -> bool:
        return self._workers.has_room and not self._fatal

    def wants(self, modality: Modality) -> bool:
        """True where the item would soon be captioned: its model is not busy for long, nor those of colours."""
        if not self.has_room or len(self._results) >= _RESULTS_AHEAD or not self._shifts.may_work(modality):
            return False
        coloured_at_once = self._shifts.may_work("colour")
        return self._load.fits_another(modality) and not (coloured_at_once and self._load.colours_in_arrears)

    @property
    def busy(self) -> bool:
        return bool(self._workers.busy or self._load.at_models or self._results or self._fatal)

    def submit(self, ticket: Ticket, task: Task) -> None:
        if isinstance(task, Describe):
            self._describe(_Errand(ticket, task.media))
        else:
            self._workers.submit(ticket, task)

    def wait(self, timeout_s: float) -> list[tuple[Ticket, Result]]:
        """See `Workforce.wait`; errors of the file of kept answers end the run as well (StoreError)."""
        for ticket, result in self._workers.wait(0.0 if self._results or self._fatal else timeout_s, self._bell.heard):
            if isinstance(ticket, _Errand):
                self._receive_prepared(ticket, result)
            else:
                self._results.append((ticket, result))
        self._receive_answers()
        self._hand_out_colouring()
        results, self._results = self._results, []
        if self._fatal and not results:
            raise self._fatal
        return results

    def take_turns(self, waiting: Collection[Modality]) -> bool:
        turned = self._shifts.turn_over(waiting, captioned=bool(self._captioned))
        self._hand_out_colouring()
        return turned

    def wind_down(self) -> list[tuple[Ticket, Result]]:
        """Wait a little for answers that are under way; nothing else is begun."""
        self._winding_down = True
        results: list[tuple[Ticket, Result]] = []
        deadline_s = time.monotonic() + _GRACE_S
        with suppress(EmoretrieveError):
            while self._load.at_models and (left_s := deadline_s - time.monotonic()) > 0:
                results += self.wait(left_s)
        return results

    @property
    def costs(self) -> Costs:
        spent = self._perception.ledger.costs if self._perception.ledger else {}
        nothing = RoleCosts()
        return Costs(
            self._clock.seconds,
            {
                role: ModelCosts(items, spent.get(role, nothing).minus(self._costs_before.get(role, nothing)))
                for role, items in sorted(self._items.items())
            },
        )

    def close(self) -> None:
        """End the workers and drop what models are asked; the perception can be used further."""
        self._workers.close()
        for cancel in list(self._cancel_all):
            cancel()
        self._bell.close()

    def __enter__(self) -> Asking[Ticket]:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _describe(self, errand: _Errand[Ticket]) -> None:
        """Look whether the item was captioned before; else let a worker prepare it."""
        self._count_item(errand.modality)
        try:
            if self._settings.retry_failed:
                self._describer.forget(errand.media)
            description = self._describer.recall(errand.media)
        except EmoretrieveError as error:
            self._fail(errand, error)
            return
        if description is None:
            self._shifts.begin(errand.modality)
            self._load.note_preparing(errand.modality)
            self._workers.submit(errand, Prepare(errand.media))
        else:
            self._note_captioned(errand, description)

    def _receive_prepared(self, errand: _Errand[Ticket], result: Result) -> None:
        self._load.note_prepared(errand.modality)
        match result:
            case Failed():
                self._results.append((errand.ticket, result))
            case Description():
                self._note_captioned(errand, result)
            case Excerpts() if not self._winding_down:
                self._caption(errand, result)

    def _caption(self, errand: _Errand[Ticket], excerpts: Excerpts) -> None:
        held = self._load.note_captioning(excerpts)
        self._clock.enter("caption")

        def receive(future: Future[Description]) -> None:
            self._load.note_captioned(errand.modality, held)
            self._clock.leave("caption")
            if (description := self._outcome(errand, future)) is not None:
                self._note_captioned(errand, description)

        self._ask(self._describer.caption_excerpts(excerpts), receive)

    def _note_captioned(self, errand: _Errand[Ticket], description: Description) -> None:
        errand.description = description
        self._captioned.append(errand)
        self._load.waiting_for_colours += 1

    def _hand_out_colouring(self) -> None:
        if self._winding_down or self._fatal or not self._captioned:
            return
        while self._captioned and self._shifts.may_work("colour") and self._load.fits_another_colouring:
            self._load.waiting_for_colours -= 1
            self._colour(self._captioned.popleft())

    def _colour(self, errand: _Errand[Ticket]) -> None:
        description = errand.description
        assert description is not None
        self._count_item("colour")
        if self._settings.retry_failed:
            self._describer.forget(description.captions)
        self._load.colouring += 1
        self._clock.enter("colour")

        def receive(future: Future[Coloured]) -> None:
            self._load.colouring -= 1
            self._clock.leave("colour")
            if not self._captioned and not self._load.colouring:
                self._shifts.end_colours()
            if (coloured := self._outcome(errand, future)) is not None:
                self._results.append((errand.ticket, Described(description, coloured)))

        self._ask(self._describer.colour_captions(description.captions), receive)

    def _ask(self, future: Future[T], receive: Callable[[Future[T]], None]) -> None:
        """Have the answer received in the thread of the run, which is woken for it."""
        self._cancel_all.add(future.cancel)

        def receive_here() -> None:
            self._cancel_all.discard(future.cancel)
            receive(future)

        def announce(_future: Future[T]) -> None:
            self._arrivals.put(receive_here)
            self._bell.ring()

        future.add_done_callback(announce)

    def _receive_answers(self) -> None:
        self._bell.silence()
        with suppress(Empty):
            while True:
                self._arrivals.get_nowait()()

    def _outcome(self, errand: _Errand[Ticket], future: Future[T]) -> T | None:
        """What the models said; None where that is the item's failure, or the end of the run."""
        error = CancelledError() if future.cancelled() else future.exception()
        if error is None:
            return future.result()
        self._fail(errand, error)
        return None

    def _fail(self, errand: _Errand[Ticket], error: BaseException) -> None:
        """The item's failure, unless no other item would fare better."""
        if isinstance(error, PerceptionError | MediaError) and error.kind not in RUN_ENDING:
            self._results.append((errand.ticket, Failed.of(error)))
        elif isinstance(error, EmoretrieveError):
            self._fatal = self._fatal or error
        else:
            self._results.append((errand.ticket, Failed.unexpectedly(error)))

    def _count_item(self, role: Role) -> None:
        if self._describer.concurrency(role) is not None:
            self._items[role] += 1


class _Bell:
    """Wakes a thread that waits for connections, from any other thread."""

    def __init__(self) -> None:
        self.heard, self._struck = socket.socketpair()
        self.heard.setblocking(False)
        self._struck.setblocking(False)

    def ring(self) -> None:
        with suppress(OSError):  # it rings already, or the run is over
            self._struck.send(b"!")

    def silence(self) -> None:
        with suppress(BlockingIOError):
            while self.heard.recv(4096):
                pass

    def close(self) -> None:
        self.heard.close()
        self._struck.close()
