"""The outermost layer: every request gets an id, a line in the log, its numbers and headers that protect browsers."""

from __future__ import annotations

import asyncio
import logging
import re
import time
import uuid
from collections.abc import MutableMapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from emoretrieve.errors import EmoretrieveError
from emoretrieve.server.log import LOGGER
from emoretrieve.server.numbers import Numbers
from emoretrieve.server.problems import problem

_ID = re.compile(r"[\w.-]{1,64}", re.ASCII)
_LARGE_BYTES = 32_768
_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(self)",
}
_STRICTEST = "default-src 'none'; frame-ancestors 'none'"
"""For answers that are no pages; a page brings a policy of its own."""


class SlowReader(Exception):
    """A client that does not take what it asked for."""


class Telemetry:
    """Middleware around everything else."""

    def __init__(self, app: ASGIApp, numbers: Numbers, chunk_s: float) -> None:
        self._app = app
        self._numbers = numbers
        self._chunk_s = chunk_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state["request_id"] = _request_id(Headers(scope=scope).get("x-request-id", ""))
        answer = _Answering(send, state["request_id"], self._chunk_s)
        begun = time.perf_counter()
        self._numbers.in_flight.inc()
        try:
            await self._app(scope, receive, answer)
        except SlowReader:
            state["kind"] = "slow_reader"
        except Exception as error:
            LOGGER.exception("failed", extra={"fields": {"request_id": state["request_id"]}})
            if answer.status is None:
                await problem(scope, _unforeseen(error))(scope, receive, answer)
        finally:
            self._numbers.in_flight.dec()
            self._note(scope, answer.status or 499, time.perf_counter() - begun)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        state = scope["state"]
        route = getattr(scope.get("route"), "path", "other")
        self._numbers.requests.labels(scope["method"] if scope.get("route") else "other", route, status).inc()
        if "kind" in state:
            self._numbers.problems.labels(state["kind"]).inc()
        if not LOGGER.isEnabledFor(logging.INFO):
            return
        fields: dict[str, object] = {
            "request_id": state["request_id"],
            "method": scope["method"],
            "path": scope["path"],
            "status": status,
            "ms": round(1e3 * seconds, 3),
            "client": (scope.get("client") or ("",))[0],
            **{name: state[name] for name in ("key", "kind") if name in state},
        }
        LOGGER.info("answered", extra={"fields": fields})


class _Answering:
    """`send` with our headers; remembers the status, and gives up on a client that reads too slowly."""

    def __init__(self, send: Send, request_id: str, chunk_s: float) -> None:
        self._send = send
        self._request_id = request_id
        self._chunk_s = chunk_s
        self.status: int | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self._add_headers(message)
        if message.get("more_body") or len(message.get("body", b"")) > _LARGE_BYTES:
            try:
                await asyncio.wait_for(self._send(message), self._chunk_s)
            except TimeoutError:
                raise SlowReader from None
            return
        await self._send(message)

    def _add_headers(self, message: MutableMapping[str, Any]) -> None:  # as starlette types it
        headers = MutableHeaders(scope=message)
        headers["x-request-id"] = self._request_id
        for name, value in _HEADERS.items():
            headers[name] = value
        headers.setdefault("content-security-policy", _STRICTEST)
        headers.setdefault("cache-control", "no-store")


def _request_id(given: str) -> str:
    """The one that a gateway gave, if it looks like one; else a new one."""
    return given if _ID.fullmatch(given) else uuid.uuid4().hex


def _unforeseen(error: Exception) -> EmoretrieveError:
    return EmoretrieveError(
        f"Something went wrong inside the server ({type(error).__name__}); its log has the request id.",
        kind="internal_error",
    )
