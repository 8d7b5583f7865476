"""How often somebody may come: token buckets, of a bounded number of callers."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

_CALLERS = 10_000
"""Remembered at once; who comes after that takes the place of who has not come for longest."""


class Rates:
    """Lets each caller through `burst` times at once and `rate` times a second after that."""

    def __init__(self, rate: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._burst = float(burst)
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        """Tokens left, and when that was."""

    def wait_s(self, caller: str) -> float:
        """Take a token; 0 if there was one, else the seconds until there is."""
        left = self._left(caller)
        if left < 1:
            return (1 - left) / self._rate if self._rate else 60.0
        self._keep(caller, left - 1)
        return 0.0

    def is_spent(self, caller: str) -> bool:
        """Whether no token is left; takes none."""
        return caller in self._buckets and self._left(caller) < 1

    def _left(self, caller: str) -> float:
        tokens, then = self._buckets.get(caller, (self._burst, 0.0))
        return min(self._burst, tokens + (self._clock() - then) * self._rate)

    def _keep(self, caller: str, tokens: float) -> None:
        self._buckets[caller] = (tokens, self._clock())
        self._buckets.move_to_end(caller)
        while len(self._buckets) > _CALLERS:
            self._buckets.popitem(last=False)
