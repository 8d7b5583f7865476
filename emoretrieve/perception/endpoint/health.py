"""What is known of a server's health, by everybody who asks it.

Who meets an overloaded server slows all others down. A server that cannot be reached is waited for, then given up with
one sentence (a circuit breaker): no request is sent to it for a while, and no item pays for it.
"""

from __future__ import annotations

import asyncio
import time
from weakref import WeakValueDictionary

from emoretrieve.errors import PerceptionError
from emoretrieve.perception.endpoint.patience import wait_s

_NEVER_REACHED_TRIES = 3
"""A server that has never answered is likely not there, or the URL is wrong."""
_FAILED_IN_A_ROW = 8
"""Requests that failed for good, one after another without a single answer between them."""
_GIVEN_UP_S = 5.0
"""After that a server that was given up may be asked again."""

_known: WeakValueDictionary[str, ServerHealth] = WeakValueDictionary()


class ServerHealth:
    """Of one server. Its times are those of `time.monotonic`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._reached = False
        self._paused_until = 0.0
        self._away_since: float | None = None
        self._away_tries = 0
        self._failed = 0
        self._given_up: tuple[float, str] | None = None

    async def ready(self) -> None:
        """Wait as long as the server needs; PerceptionError of kind `server_gone` where it was given up."""
        while True:
            self._raise_if_given_up()
            pause = self._paused_until - time.monotonic()
            if pause <= 0:
                return
            await asyncio.sleep(pause)

    def answered(self) -> None:
        """The server has done its work, or had a reason not to."""
        self._reached = True
        self._away_since = None
        self._away_tries = self._failed = 0

    def pause(self, seconds: float) -> None:
        """The server asked for time: nobody asks it until then."""
        self._reached = True
        self._paused_until = max(self._paused_until, time.monotonic() + seconds)

    def unavailable(self, reason: str, outage_s: float, asked_wait: float | None = None) -> None:
        """A server or gateway said that it cannot work now."""
        self._reached = True
        self.away(reason, outage_s, asked_wait)

    def away(self, reason: str, outage_s: float, asked_wait: float | None = None) -> None:
        """Nobody answered. Given up after `outage_s` seconds without any answer, at once where there never was one."""
        now = time.monotonic()
        if now < self._paused_until:
            return  # one of many that were on their way together
        self._away_since = now if self._away_since is None else self._away_since
        self._away_tries += 1
        away_s = now - self._away_since
        if away_s >= outage_s or (not self._reached and self._away_tries >= _NEVER_REACHED_TRIES):
            self._give_up(f"{reason} for {away_s:.0f} s")
        self._paused_until = now + (wait_s(self._away_tries) if asked_wait is None else asked_wait)

    def failed(self, reason: str) -> None:
        """A request failed for good by the server's fault."""
        self._failed += 1
        if self._failed >= _FAILED_IN_A_ROW:
            self._give_up(f"{self._failed} requests failed in a row; the last one: {reason}")

    def _give_up(self, reason: str) -> None:
        self._given_up = (time.monotonic(), reason)

    def _raise_if_given_up(self) -> None:
        if self._given_up is None:
            return
        since, reason = self._given_up
        if time.monotonic() - since < _GIVEN_UP_S:
            raise PerceptionError(
                f"The server at {self.url} is gone: {reason}. Look at its log, its URL and the name of its model, "
                "then run the same command again: it goes on where it stopped.",
                kind="server_gone",
            )
        self._given_up, self._away_since = None, None
        self._away_tries = self._failed = 0


def health_of(url: str) -> ServerHealth:
    """The health of the server, one for all roles that it serves."""
    health = _known.get(url)
    if health is None:
        health = _known[url] = ServerHealth(url)
    return health
