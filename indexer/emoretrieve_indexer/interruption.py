"""Ctrl-C and SIGTERM as a wish that is looked at between two steps."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interruption:
    """Whether the run was asked to end: by a signal, or by `asked`."""

    def __init__(self, asked: Callable[[], bool] = lambda: False) -> None:
        self._asked = asked
        self._noted = False

    @property
    def wanted(self) -> bool:
        return self._noted or self._asked()

    @wanted.setter
    def wanted(self, value: bool) -> None:
        self._noted = value


@contextmanager
def watch_for_interruption(interruption: Interruption | None = None) -> Iterator[Interruption]:
    """Let the first Ctrl-C or SIGTERM only be noted; a second one raises KeyboardInterrupt wherever the program is.

    Outside the main thread signals cannot be caught, and a signal that is ignored (`nohup`) stays ignored.
    """
    interruption = interruption or Interruption()

    def note(_signal: int, _frame: FrameType | None) -> None:
        if interruption.wanted:
            raise KeyboardInterrupt
        interruption.wanted = True

    earlier = {number: signal.signal(number, note) for number in _catchable()}
    try:
        yield interruption
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)


def _catchable() -> list[signal.Signals]:
    if threading.current_thread() is not threading.main_thread():
        return []
    return [number for number in _SIGNALS if signal.getsignal(number) not in (signal.SIG_IGN, None)]
