"""Asking a server until it answers: a bounded number of requests at once, and patience with what passes."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from typing import TypeVar

from emoretrieve.errors import PerceptionError
from emoretrieve.perception.endpoint import refusal
from emoretrieve.perception.endpoint.connection import Connection, Interrupted, Response, Unreachable
from emoretrieve.perception.endpoint.health import health_of
from emoretrieve.perception.endpoint.patience import asked_wait_s, wait_s
from emoretrieve.perception.endpoint.reply import WrongShape, parse_json, read_model_names
from emoretrieve.perception.endpoint.settings import EndpointSettings

T = TypeVar("T")
_PUT_OFF_S = 600.0
"""A request that is put off for longer than this, and than an outage may take, is given up until the next run."""
_BUSY = (408, 429)
_UNAVAILABLE = (502, 503, 504)
"""What gateways say while the server behind them starts again, and servers while they load a model."""


class Exchange:
    """One role's requests to its server."""

    def __init__(self, settings: EndpointSettings) -> None:
        self._settings = settings
        self._connection = Connection(settings)
        self._health = health_of(settings.url)
        self._places = asyncio.Semaphore(settings.concurrency)
        self._answered = False
        """Whether the model of this role has ever said anything."""

    async def post(self, path: str, body: Callable[[], Mapping[str, object]], read: Callable[[object, float], T]) -> T:
        """Send what `body` makes; what `read` makes of the answer (given its JSON and seconds, it raises WrongShape).

        Raises PerceptionError: `server_gone`, `wrong_key`, `unknown_model`, `wrong_modality`, `bad_option` for the
        server, `refused_request`, `rate_limited`, `no_answer` and `bad_answer` for this request.
        """
        self._settings.require_url()
        async with self._places:
            # Here and not before, so that only as many bodies as requests in flight are in memory.
            content = await asyncio.to_thread(lambda: json.dumps(body()).encode())
            return await self._insist(path, content, read)

    async def aclose(self) -> None:
        await self._connection.aclose()

    async def _insist(self, path: str, content: bytes, read: Callable[[object, float], T]) -> T:
        failures, put_off_until = 0, time.monotonic() + max(_PUT_OFF_S, self._settings.outage_s)
        while True:
            await self._health.ready()
            try:
                response = await self._connection.send("POST", path, content)
                if await self._is_put_off(response, put_off_until):
                    continue
                result = read(parse_json(response.body), response.seconds)
            except Unreachable as trouble:
                self._health.away(str(trouble), self._settings.outage_s)
            except (Interrupted, WrongShape) as trouble:
                failures += 1
                if failures > self._settings.retries:
                    raise self._failed(trouble) from None
                await asyncio.sleep(wait_s(failures))
            else:
                self._health.answered()
                self._answered = True
                return result

    async def _is_put_off(self, response: Response, put_off_until: float) -> bool:
        """True where the server wants the request later; raises what an answer other than 200 means."""
        if response.status == 200:
            return False
        reason = refusal.reason_of(self._settings, response)
        asked_wait = asked_wait_s(response.retry_after)
        if response.status in (*_UNAVAILABLE, *_BUSY) and time.monotonic() > put_off_until:
            raise self._put_off_too_long(response, reason)
        if response.status in _UNAVAILABLE:
            self._health.unavailable(f"status {response.status}, {reason}", self._settings.outage_s, asked_wait)
            return True
        if response.status in _BUSY:
            self._health.pause(wait_s(2) if asked_wait is None else asked_wait)
            return True
        if response.status >= 500 and response.status != 501 and not refusal.lacks_media(reason):
            raise Interrupted(f"status {response.status}, {reason}")
        self._health.answered()
        raise await self._refusal(response, reason)

    async def _refusal(self, response: Response, reason: str) -> PerceptionError:
        if response.status in (401, 403):
            return refusal.wrong_key(self._settings, response)
        if refusal.is_at_wrong_address(response):
            return refusal.wrong_address(self._settings, response, reason)
        if refusal.lacks_media(reason):
            return refusal.wrong_modality(self._settings, reason)
        if refusal.names_unknown_model(response, reason):
            return refusal.unknown_model(self._settings, await self._offered())
        return refusal.refused_request(self._settings, response, reason)

    async def _offered(self) -> tuple[str, ...] | None:
        """The models that the server lists; None where it lists none at all, as no server of this API would."""
        try:
            response = await self._connection.send("GET", "/models")
            return read_model_names(parse_json(response.body)) if response.status == 200 else None
        except (Unreachable, Interrupted, WrongShape):
            return None

    def _failed(self, trouble: Interrupted | WrongShape) -> PerceptionError:
        reason = refusal.told(self._settings, str(trouble))
        if not self._answered:
            return refusal.mute_model(self._settings, reason)
        self._health.failed(reason)
        sentence = (
            f"The server at {self._settings.url} did not answer a request in {self._settings.retries + 1} tries; the "
            f"last time: {reason}. Run again to try it once more."
        )
        if isinstance(trouble, WrongShape):
            return PerceptionError(sentence, kind="bad_answer")
        return PerceptionError(sentence, kind="no_answer")

    def _put_off_too_long(self, response: Response, reason: str) -> PerceptionError:
        minutes = max(_PUT_OFF_S, self._settings.outage_s) / 60
        return PerceptionError(
            f"The server at {self._settings.url} put a request off for {minutes:.0f} minutes (status "
            f"{response.status}, {reason}); lower --set {self._settings.role}.concurrency, or run again later.",
            kind="rate_limited",
        )
