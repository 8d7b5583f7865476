"""Which tasks were begun and never finished, so that a task which kills its process is found out and given up.

Ray starts a dead process again and repeats what it was doing, for ever if need be. Here it is counted: a stage says
what it begins and ends, and a task that is begun again must have seen its process die.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Literal, TypeAlias

from emoretrieve_indexer.worker import Failed

ATTEMPTS = 3
"""Processes that a task may take with it. Not every death is its own fault: another task may have been at work in the
same process, memory may have run out, or the machine have been taken away."""

Verdict: TypeAlias = 'Literal["go", "alone"] | Failed'
"""Begin; ask again once no other suspect is at work in the process; or give it up."""


@dataclass(slots=True)
class _Attempt:
    count: int
    begun_s: float


class Attempts:
    """Counts how often each task was begun, by stage."""

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._open: dict[tuple[str, int], _Attempt] = {}

    def begin(self, stage: str, number: int, *, alone: bool) -> Verdict:
        """Note that a stage is about to begin a task, unless it has to wait or to give it up."""
        attempt = self._open.get((stage, number))
        if attempt is None:
            self._open[stage, number] = _Attempt(1, time.monotonic())
            return "go"
        if reason := self._reason_to_give_up(attempt):
            return Failed(f"The worker process that read this file ended: {reason}.", "worker_died")
        if not alone:
            return "alone"
        attempt.count += 1
        attempt.begun_s = time.monotonic()
        return "go"

    def end(self, stage: str, number: int) -> None:
        """The stage is done with the task; it may be begun anew, as where its result was lost with a machine."""
        self._open.pop((stage, number), None)

    def _reason_to_give_up(self, attempt: _Attempt) -> str:
        if time.monotonic() - attempt.begun_s >= self._timeout_s:
            return f"it took longer than {self._timeout_s:g} s"
        if attempt.count >= ATTEMPTS:
            return f"it died in each of {ATTEMPTS} attempts, probably because memory ran out or a decoder failed"
        return ""
