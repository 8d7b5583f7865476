"""The way to one server: waits until it is ready, looks at its version, and carries out calls with patience."""

from __future__ import annotations

import ssl
import time
from typing import Any, Self, TypeVar

import httpx
from qdrant_client import QdrantClient

from emoretrieve.errors import StoreError
from emoretrieve.store.server.calls import Call, Steps
from emoretrieve.store.server.patience import Patience
from emoretrieve.store.server.refusals import FOREIGN, NotFinished, Trouble, refusal, trouble_of
from emoretrieve.store.server.settings import ServerSettings

T = TypeVar("T")

OLDEST = (1, 19)
"""Metadata of collections came with 1.16, vectors for live collections with 1.18, indexes of prefixes with 1.19."""
_POLL_S = 0.25


class Connection:
    """A client that waits for answers."""

    def __init__(self, settings: ServerSettings) -> None:
        """Connects to nothing yet."""
        self.settings = settings
        self._client: QdrantClient | None = QdrantClient(**client_arguments(settings))

    @classmethod
    def open(cls, settings: ServerSettings) -> Self:
        """A connection to a server that is ready and new enough.

        Raises StoreError of kind `server_unreachable`, `server_not_ready`, `old_server`, `refused_key`, `not_qdrant`,
        `bad_certificate`.
        """
        _wait_until_ready(settings)
        connection = cls(settings)
        try:
            require_version(connection.run(VERSION), settings)
        except BaseException:
            connection.close()
            raise
        return connection

    def run(self, call: Call[T]) -> T:
        """The result of a call, which is repeated where that may help; StoreError with one sentence."""
        patience = Patience(self.settings.retries)
        while True:
            try:
                return call.read(getattr(self._open_client, call.method)(**call.arguments))
            except (*FOREIGN, NotFinished) as error:
                trouble = trouble_of(error)
                pause_s = patience.wait_s(trouble)
                if pause_s is None:
                    raise refusal(trouble, call.action, self.settings, writes=call.writes) from None
            time.sleep(pause_s)

    def carry_out(self, steps: Steps[T]) -> T:
        """The result of an operation."""
        try:
            call = next(steps)
            while True:
                call = steps.send(self.run(call))
        except StopIteration as end:
            result: T = end.value
            return result

    def close(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None

    @property
    def _open_client(self) -> QdrantClient:
        if self._client is None:
            raise StoreError("The collection was closed; open it again to use it.", kind="closed")
        return self._client


VERSION: Call[str] = Call("say its version", "info", {}, lambda answer: str(answer.version))


def client_arguments(settings: ServerSettings) -> dict[str, Any]:
    """Arguments of a client. The key goes as a header: given as a key, the client would warn on standard error."""
    return {
        "url": settings.url,
        "headers": {"api-key": settings.key.reveal()} if settings.key else None,
        "timeout": settings.timeout_s,
        "prefer_grpc": settings.grpc_port is not None,
        "grpc_port": settings.grpc_port or 6334,
        "https": settings.url.startswith("https:"),
        "check_compatibility": False,
        "verify": _trust(settings),
        "trust_env": not settings.is_loopback,
    }


def require_version(said: str, settings: ServerSettings) -> None:
    """Raise StoreError of kind `old_server` or `not_qdrant`."""
    try:
        version = tuple(int(number) for number in said.split(".")[:2])
    except ValueError:
        raise refusal(Trouble("garbage", f"its version is '{said[:40]}'"), "", settings, writes=False) from None
    if version < OLDEST:
        raise StoreError(
            f"The Qdrant server at {settings.url} is version {said}, and emoretrieve needs "
            f"{'.'.join(map(str, OLDEST))} or newer; upgrade it (qdrant/README.md).",
            kind="old_server",
        )


def _trust(settings: ServerSettings) -> ssl.SSLContext | bool:
    if settings.ca_file is None:
        return True
    try:
        return ssl.create_default_context(cafile=str(settings.ca_file.expanduser()))
    except OSError as error:
        reason = "it holds no certificate" if isinstance(error, ssl.SSLError) else error.strerror
        raise StoreError(
            f"The certificates in '{settings.ca_file}' cannot be used: {reason}; name a PEM file with 'ca_file'.",
            kind="bad_server_option",
        ) from error


def _wait_until_ready(settings: ServerSettings) -> None:
    """Return when the server says that it is ready, or anything else than that it is not."""
    deadline = time.monotonic() + settings.ready_s
    patience = Patience(settings.retries)
    with httpx.Client(
        verify=_trust(settings), trust_env=not settings.is_loopback, timeout=settings.timeout_s
    ) as client:
        while True:
            try:
                if client.get(f"{settings.url}/readyz").status_code != httpx.codes.SERVICE_UNAVAILABLE:
                    return
                trouble, pause_s = Trouble("status", "it is starting", 503), _POLL_S
            except httpx.HTTPError as error:
                trouble = trouble_of(error)
                pause_s = patience.wait_s(trouble) or settings.ready_s + 1
            if time.monotonic() + pause_s > deadline:
                raise refusal(trouble, "be used", settings, writes=False) from None
            time.sleep(pause_s)
