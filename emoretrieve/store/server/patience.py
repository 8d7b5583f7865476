"""How often a request is sent again, and how long to wait before."""

from __future__ import annotations

import random

from emoretrieve.store.server.refusals import Trouble

_FIRST_WAIT_S = 0.2
_LONGEST_WAIT_S = 10.0
_LONGEST_ASKED_WAIT_S = 90.0
"""A server that asks for more patience than this is asked earlier; rate limits count by the minute."""


class Patience:
    """That of one request."""

    def __init__(self, retries: int) -> None:
        self._left = retries
        self._wait_s = _FIRST_WAIT_S

    def wait_s(self, trouble: Trouble) -> float | None:
        """Seconds until the request is to be sent again; None: not at all.

        Doubled each time, and spread, lest all come back at once.
        """
        if not trouble.may_pass or self._left == 0:
            return None
        self._left -= 1
        if trouble.retry_after_s is not None:
            return min(max(trouble.retry_after_s, 0.0), _LONGEST_ASKED_WAIT_S)
        longest, self._wait_s = self._wait_s, min(2 * self._wait_s, _LONGEST_WAIT_S)
        return random.uniform(longest / 2, longest)
