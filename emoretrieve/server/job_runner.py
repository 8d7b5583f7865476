"""Queued jobs are done one after another, in a thread of its own."""

from __future__ import annotations

import threading
import time
from contextlib import suppress

from emoretrieve.errors import EmoretrieveError, RequestError, StoreError
from emoretrieve.server.crew import Crew
from emoretrieve.server.jobs import OVER, JobBook, JsonObject, Order
from emoretrieve.server.log import LOGGER
from emoretrieve.server.numbers import Numbers
from emoretrieve.server.settings import ServeSettings
from emoretrieve.server.shelf import Shelf
from emoretrieve.server.uploads import Uploads

_TOLD_EVERY_S = 0.5


class JobRunner:
    """Does the queued jobs in a thread of its own."""

    def __init__(
        self, book: JobBook, shelf: Shelf, crew: Crew, uploads: Uploads, settings: ServeSettings, numbers: Numbers
    ) -> None:
        self._book = book
        self._shelf = shelf
        self._crew = crew
        self._uploads = uploads
        self._allowed = (*settings.allow, uploads.folder)
        self._numbers = numbers
        self._bell = threading.Event()
        self._ending = False
        self._running: str | None = None
        self._cancelled: set[str] = set()
        self._thread = threading.Thread(target=self._work, name="emoretrieve-jobs", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def ring(self) -> None:
        """There is something new to do."""
        self._bell.set()

    def cancel(self, id: str) -> JsonObject:
        """Cancel a job; a running one ends within a moment, and what it stored stays. RequestError: `job_over`."""
        job = self._book.get(id)
        if not self._book.cancel_queued(id):
            if job["state"] in OVER:
                raise RequestError(f"The job is over already: it is {job['state']}.", kind="job_over")
            self._cancelled.add(id)
        return self._book.get(id)

    def close(self, wait_s: float) -> None:
        """End; what is being done is interrupted and queued again."""
        self._ending = True
        self._bell.set()
        if self._thread.is_alive():
            self._thread.join(wait_s)

    def _work(self) -> None:
        while not self._ending:
            self._bell.clear()
            taken = self._take()
            self._count()
            if taken is None:
                self._bell.wait(5.0)
                continue
            self._do(*taken)

    def _take(self) -> tuple[str, Order] | None:
        with suppress(StoreError):
            return self._book.take()
        return None

    def _do(self, id: str, order: Order) -> None:
        LOGGER.info("job begun", extra={"fields": {"job": id, "collection": order.collection}})
        state = "failed"
        report: JsonObject | None = None
        problem: JsonObject | None = None
        try:
            report, whole = self._index(id, order)
            state = "done" if whole else "cancelled"
        except EmoretrieveError as error:
            problem = {"error": str(error), "kind": error.kind}
        except Exception as error:  # a defect must not end the thread
            LOGGER.exception("job failed", extra={"fields": {"job": id}})
            problem = {"error": f"Something went wrong: {type(error).__name__}.", "kind": "internal_error"}
        if self._ending and state != "done" and id not in self._cancelled:
            self._book.queue_again(id)
            return
        self._tidy(order)
        self._book.end(id, state, report, problem)
        self._cancelled.discard(id)
        LOGGER.info("job over", extra={"fields": {"job": id, "state": state}})

    def _index(self, id: str, order: Order) -> tuple[JsonObject, bool]:
        library = self._shelf.get_or_make(order.collection)
        told, told_s = 0, 0.0

        def tell(found: int, done: int, failed: int) -> None:
            nonlocal told, told_s
            self._numbers.job_files.inc(max(0, done - told))
            is_news = done == found or told == 0 < done
            told = done
            if is_news or time.monotonic() - told_s >= _TOLD_EVERY_S:  # every note waits for the disk
                self._book.note(id, found, done, failed)
                told_s = time.monotonic()

        def cancelled() -> bool:
            return self._ending or id in self._cancelled

        with self._numbers.step("index"):
            return self._crew.index(library, order.sources, self._allowed, order.modality, tell, cancelled)

    def _tidy(self, order: Order) -> None:
        """Uploads that became no item are not kept."""
        with suppress(EmoretrieveError):
            stored = self._shelf.get(order.collection).store.by_path([str(path) for path in order.sources])
            for path in order.sources:
                if str(path) not in stored:
                    self._uploads.discard(path)

    def _count(self) -> None:
        with suppress(StoreError):
            counts = self._book.counts()
            for state in ("queued", "running", *OVER):
                self._numbers.jobs.labels(state).set(counts.get(state, 0))
