"""Bodies come in bounded size and time, counted while they stream in."""

from __future__ import annotations

import asyncio
import time

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from emoretrieve.errors import RequestError
from emoretrieve.server.guard import is_upload
from emoretrieve.server.problems import problem
from emoretrieve.server.settings import ServeSettings

_FORM_BYTES = 65_536
"""Of a form around its files."""


class BoundedBody:
    """Middleware whose `receive` raises RequestError of kind `body_too_large` or `body_timeout`."""

    def __init__(self, app: ASGIApp, settings: ServeSettings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = self._most_bytes(scope)
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdigit() and int(announced) > most:
            await problem(scope, _too_large(most), {"connection": "close"})(scope, receive, send)
            return
        await self._app(scope, _Receiving(receive, most, self._settings), send)

    def _most_bytes(self, scope: Scope) -> int:
        return self._settings.upload_mb * 2**20 + _FORM_BYTES if is_upload(scope) else self._settings.body_kb * 1024


class _Receiving:
    """`receive` that counts and does not wait for ever."""

    def __init__(self, receive: Receive, most: int, settings: ServeSettings) -> None:
        self._receive = receive
        self._most = most
        self._left = most
        self._chunk_s = settings.chunk_s
        self._deadline = time.monotonic() + settings.body_s
        self._whole = False

    async def __call__(self) -> Message:
        if self._whole:  # nothing is left to come but the end of the connection
            return await self._receive()
        patience_s = min(self._chunk_s, self._deadline - time.monotonic())
        try:
            async with asyncio.timeout(max(0.0, patience_s)):
                message = await self._receive()
        except TimeoutError:
            raise RequestError(
                "The rest of the request did not come in time; send it without pauses.", kind="body_timeout"
            ) from None
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise _too_large(self._most)
        self._whole = not message.get("more_body", False)
        return message


def _too_large(most: int) -> RequestError:
    return RequestError(
        f"The request has more than {most / 2**20:,.3g} MB, and no more are taken here; send less at once.",
        kind="body_too_large",
    )
