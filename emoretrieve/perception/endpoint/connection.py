"""One HTTP request and its answer; what can go wrong on the way, in our own terms."""

from __future__ import annotations

import asyncio
import math
import time
from dataclasses import dataclass
from functools import cache
from ssl import SSLContext

import httpx

from emoretrieve.errors import PerceptionError
from emoretrieve.perception.endpoint.settings import EndpointSettings

_LONGEST_BODY = 8 * 2**20
"""Bytes; an answer of 512 tokens with their probabilities is a thousandth of it."""
_CONNECTIONS_A_CLIENT = 16
"""httpx compares all pairs of its idle connections for every request: one client with 256 of them left a server idle
for 40 % of the time."""


@dataclass(frozen=True, slots=True)
class Response:
    """What a server sent back."""

    status: int
    retry_after: str | None
    body: bytes
    seconds: float
    """From sending to the last byte."""


class Unreachable(Exception):
    """No connection: the server is down, or the URL wrong."""


class Interrupted(Exception):
    """A connection, but no whole answer."""


class Connection:
    """The connections to one server; opened when they are needed, from one event loop."""

    def __init__(self, settings: EndpointSettings) -> None:
        self._settings = settings
        self._clients: list[httpx.AsyncClient] = []
        self._sent = 0

    async def send(self, method: str, path: str, content: bytes | None = None) -> Response:
        """Raises Unreachable and Interrupted; PerceptionError (`bad_option`) where no connection can be thought of."""
        start = time.monotonic()
        client, request = self._prepared(method, path, content)
        try:
            async with asyncio.timeout(self._settings.timeout_s):
                return await self._exchange(client, request, start)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise Unreachable(f"no connection ({str(error) or 'it took too long'})") from None
        except (TimeoutError, httpx.TimeoutException):
            limit = f"{self._settings.timeout_s:g} s"
            raise Interrupted(
                f"no answer within {limit} (a larger timeout_s or a smaller concurrency may help)"
            ) from None
        except httpx.HTTPError as error:
            raise Interrupted(f"the connection broke ({str(error) or type(error).__name__})") from None

    async def aclose(self) -> None:
        while self._clients:
            await self._clients.pop().aclose()

    def _prepared(self, method: str, path: str, content: bytes | None) -> tuple[httpx.AsyncClient, httpx.Request]:
        """Who sends what; proxies and certificates of the environment are read here, and the URL is spelled."""
        url, headers = self._settings.require_url() + path, {"Content-Type": "application/json"}
        try:
            client = self._next_client()
            return client, client.build_request(method, url, content=content, headers=headers)
        except (ImportError, OSError, ValueError, httpx.InvalidURL) as error:
            # The text of other errors may hold the password of a proxy.
            reason = str(error) if isinstance(error, ImportError) else type(error).__name__
            raise PerceptionError(
                f"No connection to {self._settings.url} can be prepared ({reason}): look at the URL, and at the "
                "environment variables HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, SSL_CERT_FILE and SSL_CERT_DIR.",
                kind="bad_option",
            ) from None

    async def _exchange(self, client: httpx.AsyncClient, request: httpx.Request, start: float) -> Response:
        response = await client.send(request, stream=True)
        try:
            body = await _limited(response)
        finally:
            await response.aclose()
        return Response(response.status_code, response.headers.get("Retry-After"), body, time.monotonic() - start)

    def _next_client(self) -> httpx.AsyncClient:
        """All in turn, so that each has an equal share of the requests in flight."""
        if len(self._clients) < math.ceil(self._settings.concurrency / _CONNECTIONS_A_CLIENT):
            self._clients.append(self._new_client())
            return self._clients[-1]
        self._sent += 1
        return self._clients[self._sent % len(self._clients)]

    def _new_client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            headers=self._settings.key.headers,
            timeout=httpx.Timeout(self._settings.timeout_s, connect=self._settings.connect_timeout_s),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=_CONNECTIONS_A_CLIENT),
            verify=_certificates(),
            # A proxy of the environment cannot reach a server on this machine.
            trust_env=not self._settings.is_loopback,
        )


@cache
def _certificates() -> SSLContext:
    """Those that servers are trusted by; reading them takes 50 ms, once for all roles."""
    return httpx.create_ssl_context()


async def _limited(response: httpx.Response) -> bytes:
    body = bytearray()
    async for block in response.aiter_bytes():
        body += block
        if len(body) > _LONGEST_BODY:
            raise Interrupted(f"an answer of more than {_LONGEST_BODY // 2**20} MB")
    return bytes(body)
