"""The thread in which all models of this process work, one batch after another.

Each model has a desk where requests wait. A model is loaded when the first request arrives and stays while requests
wait for it. Models that have room beside each other stay together, and the oldest request comes first; otherwise the
loaded one works until nobody waits for it, then it is freed and the next one loaded. With one thread there is nothing
that two models could wait for in each other, and the event loop of the askers stays free.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary, finalize

from emoretrieve.errors import PerceptionError
from emoretrieve.perception.qwen.architectures import require_role
from emoretrieve.perception.qwen.batching import AnyRequest, perform
from emoretrieve.perception.qwen.exhaustion import give_back
from emoretrieve.perception.qwen.loading import LoadedModel, load
from emoretrieve.perception.qwen.memory import fit_together, lack
from emoretrieve.perception.qwen.requirements import import_libraries
from emoretrieve.perception.qwen.settings import ModelSettings
from emoretrieve.perception.settings import Role

_log = logging.getLogger(__name__)

_GATHERING_S = 0.005
"""A batch that is not full waits this long for more: askers that run at once do not ask in the same instant."""
_PATIENCE_S = 1.0
"""A loaded model without requests is freed for another one only after this: its askers may be about to come back."""


@dataclass(eq=False)
class _Desk:
    """One model and the requests that wait for it."""

    settings: ModelSettings
    waiting: deque[AnyRequest] = field(default_factory=deque)
    loaded: LoadedModel | None = None
    fitting: int | None = None
    """The largest batch that memory holds, once a larger one was too much."""
    used: float = 0.0

    def drop_unwanted(self) -> None:
        self.waiting = deque(request for request in self.waiting if not request.unwanted)

    @property
    def is_gathering(self) -> bool:
        """True while more requests may join those that wait."""
        just_now = time.monotonic() - self.waiting[-1].arrived < _GATHERING_S
        return just_now and len(self.waiting) < self.waiting[0].batch_size

    def take(self) -> list[AnyRequest]:
        """The oldest request and those that can share its batch, off the desk."""
        first = self.waiting[0]
        most = min(first.batch_size, self.fitting or first.batch_size)
        batch = [request for request in self.waiting if request.kin == first.kin][:most]
        taken = set(map(id, batch))
        self.waiting = deque(request for request in self.waiting if id(request) not in taken)
        return batch

    def free(self) -> None:
        if self.loaded is not None:
            _log.info("freeing %s", self.settings.name)
            self.loaded = None
            give_back()


class Engine:
    """Holds models and answers requests. Its methods may be called from any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._members: WeakKeyDictionary[object, ModelSettings] = WeakKeyDictionary()
        """Who may send requests, and to which model."""
        self._desks: dict[ModelSettings, _Desk] = {}
        self._awaiting_order: list[Future[threading.Thread | None]] = []
        self._thread: threading.Thread | None = None
        self._last_batch = 0.0

    def join(self, member: object, settings: ModelSettings) -> None:
        """Announce requests to a model; it counts as wanted while the member lives and has not left."""
        with self._changed:
            self._members[member] = settings
        finalize(member, self._look_around).atexit = False

    def leave(self, member: object) -> Future[threading.Thread | None]:
        """Ask nothing any more; done when the model is freed, unless others use it.

        Gives the thread where that has nothing left to do: it is about to end, and may still be alive for a moment.
        """
        with self._changed:
            self._members.pop(member, None)
            return self._tidied()

    def close(self) -> None:
        """Cancel what waits and free all models; the engine can be used again."""
        with self._changed:
            self._members.clear()
            for request in (request for desk in self._desks.values() for request in desk.waiting):
                request.future.cancel()
            tidied = self._tidied()
        ending = tidied.result()
        if ending is not None:
            ending.join()

    def submit(self, settings: ModelSettings, request: AnyRequest) -> None:
        """Lay a request on the desk of a model."""
        with self._changed:
            desk = self._desks.setdefault(settings, _Desk(settings))
            desk.waiting.append(request)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="emoretrieve-torch", daemon=True)
                self._thread.start()
            self._changed.notify()

    @property
    def takes_turns(self) -> bool:
        """True where the models that are wanted have no room beside each other."""
        with self._changed:
            wanted = set(self._members.values())
        if len(wanted) < 2:
            return False
        import_libraries()
        with self._changed:
            return not fit_together(wanted, [desk.settings for desk in self._loaded()])

    def _look_around(self) -> None:
        with self._changed:
            self._changed.notify()

    def _tidied(self) -> Future[threading.Thread | None]:
        """Done when the thread has freed what nobody uses, with the thread if it ends then; the lock is held."""
        tidied: Future[threading.Thread | None] = Future()
        if self._thread is None:
            tidied.set_result(None)
        else:
            self._awaiting_order.append(tidied)
            self._changed.notify()
        return tidied

    def _work(self) -> None:
        try:
            import_libraries()  # takes seconds, and nobody waits for the lock meanwhile
            self._serve_all()
        except Exception as error:
            self._abandon(error)

    def _abandon(self, error: Exception) -> None:
        """The thread ends: whoever waits for it hears why, and the next request begins anew."""
        with self._changed:
            for request in (request for desk in self._desks.values() for request in desk.waiting):
                request.fail(error)
            self._desks.clear()
            self._tidy()
            self._thread = None

    def _serve_all(self) -> None:
        """Batch after batch, until nobody uses a model any more."""
        while True:
            with self._changed:
                self._tidy()
                if not self._desks:
                    self._thread = None
                    return
                desk = self._next_desk()
                if desk is None:
                    self._changed.wait(self._pause_s())
                    continue
                batch = desk.take()
            self._serve(desk, batch)

    def _tidy(self) -> None:
        """Clear the desks that nobody uses any more."""
        wanted = set(self._members.values())
        for desk in list(self._desks.values()):
            desk.drop_unwanted()
            if desk.settings not in wanted and not desk.waiting:
                desk.free()
                del self._desks[desk.settings]
        while self._awaiting_order:
            tidied = self._awaiting_order.pop()
            if tidied.set_running_or_notify_cancel():
                tidied.set_result(None if self._desks else self._thread)

    def _next_desk(self) -> _Desk | None:
        """Where to take the next batch from; None where nobody waits, or waiting a little is better."""
        ready = sorted(
            (desk for desk in self._desks.values() if desk.waiting), key=lambda desk: desk.waiting[0].arrived
        )
        loaded = [desk.settings for desk in self._loaded()]
        at_hand = [desk for desk in ready if desk.loaded or fit_together([*loaded, desk.settings], loaded)]
        if not at_hand and loaded and time.monotonic() - self._last_batch < _PATIENCE_S:
            return None
        return next((desk for desk in at_hand or ready if not desk.is_gathering), None)

    def _pause_s(self) -> float | None:
        """How long to wait at most for something to change."""
        ready = self._ready()
        if not ready:
            return None
        return _GATHERING_S if any(desk.is_gathering for desk in ready) else _PATIENCE_S / 10

    def _ready(self) -> list[_Desk]:
        return [desk for desk in self._desks.values() if desk.waiting]

    def _loaded(self) -> Iterator[_Desk]:
        return (desk for desk in self._desks.values() if desk.loaded is not None)

    def _serve(self, desk: _Desk, batch: list[AnyRequest]) -> None:
        """Answer a batch; whatever happens, every request of it is settled."""
        try:
            loaded = self._model_of(desk, batch[0].role)
            able = [request for request in batch if self._is_able(loaded, request)]
            if able and not perform(loaded, able):
                desk.fitting = max(1, len(able) // 2)
        except Exception as error:
            for request in batch:
                request.fail(error)
            return
        desk.used = self._last_batch = time.monotonic()

    def _is_able(self, loaded: LoadedModel, request: AnyRequest) -> bool:
        """Whether the model can do what the role of a request is about; the request fails where it cannot."""
        try:
            require_role(loaded.architecture, request.role, loaded.settings.name)
        except PerceptionError as error:
            request.fail(error)
            return False
        return True

    def _model_of(self, desk: _Desk, role: Role) -> LoadedModel:
        """The model of a desk, loaded if it is not; others are freed for it, the one unused for longest first."""
        if desk.loaded is None:
            self._make_room(desk.settings)
            _log.info("loading %s", desk.settings.name)
            desk.loaded = self._load(desk.settings, role)
        return desk.loaded

    def _load(self, settings: ModelSettings, role: Role) -> LoadedModel:
        """Load a model; where it needs more than was counted, once more with nothing beside it."""
        try:
            return load(settings, role)
        except PerceptionError as error:
            with self._changed:
                loaded = list(self._loaded())
            if error.kind != "model_too_large" or not loaded:
                raise
        for desk in loaded:
            desk.free()
        return load(settings, role)

    def _make_room(self, settings: ModelSettings) -> None:
        with self._changed:
            loaded = sorted(self._loaded(), key=lambda desk: desk.used)
        while loaded and not fit_together([*(desk.settings for desk in loaded), settings], _settings(loaded)):
            loaded.pop(0).free()
        if not loaded and not fit_together([settings]):
            raise PerceptionError(
                f"The model '{settings.name}' {lack(settings)}; use a smaller one, quantisation=4bit, another "
                "device_map, or raise memory_gb if you set it.",
                kind="model_too_large",
            )


def _settings(desks: list[_Desk]) -> list[ModelSettings]:
    return [desk.settings for desk in desks]


ENGINE = Engine()
"""That of this process."""
