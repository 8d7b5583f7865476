"""What a server, or the way to it, can refuse: each as one sentence with its own kind, none with the key in it.

Errors of the transports (qdrant-client, httpx, grpc) become a `Trouble`, and those become a StoreError.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from dataclasses import dataclass

import grpc
import httpx
from qdrant_client.common.client_exceptions import QdrantException, ResourceExhaustedResponse
from qdrant_client.http.exceptions import ApiException, ResponseHandlingException, UnexpectedResponse

from emoretrieve.errors import StoreError
from emoretrieve.store.server.settings import ServerSettings

FOREIGN = (ApiException, QdrantException, grpc.RpcError, httpx.HTTPError, OSError, ValueError, AssertionError)
"""What the client raises: the last two where an answer is none of Qdrant's."""

_LONGEST_QUOTE = 300
_STATUS_OF_CODE = {
    grpc.StatusCode.UNAUTHENTICATED: 401,
    grpc.StatusCode.PERMISSION_DENIED: 403,
    grpc.StatusCode.NOT_FOUND: 404,
    grpc.StatusCode.ALREADY_EXISTS: 409,
    grpc.StatusCode.INVALID_ARGUMENT: 400,
    grpc.StatusCode.FAILED_PRECONDITION: 400,
    grpc.StatusCode.RESOURCE_EXHAUSTED: 429,
    grpc.StatusCode.UNAVAILABLE: 503,
    grpc.StatusCode.UNIMPLEMENTED: 404,
}
_FULL_WORDS = ("no space left", "os error 28", "disk space", "out of disk")
_STRICT_WORDS = ("help:", "strict mode", "index required")
_TIME_WORDS = ("timed out", "timeout", "deadline")


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a request failed."""

    kind: str
    """`unreachable`, `tls`, `slow`, `garbage`, or `status`."""
    detail: str
    """What the server or the system said, in one line."""
    status: int = 0
    """Of HTTP, for `status`."""
    retry_after_s: float | None = None

    @property
    def may_pass(self) -> bool:
        """Whether the same request may succeed a little later. All requests may be repeated: each writes by id."""
        return self.kind in ("unreachable", "slow") or self.status in (408, 429, 502, 503, 504)


class NotFinished(Exception):
    """The server took a write and had not finished it within the time."""


def trouble_of(error: BaseException) -> Trouble:
    """What is behind an error that the client raised (one of `FOREIGN`)."""
    if isinstance(error, NotFinished):
        return Trouble("slow", str(error))
    if isinstance(error, ResourceExhaustedResponse):
        return Trouble("status", str(error), 429, float(error.retry_after_s))
    if isinstance(error, QdrantException):  # Retry-After is no number
        return Trouble("status", "the rate limit is reached", 429)
    if isinstance(error, UnexpectedResponse):
        return _answer(int(error.status_code or 0), _said(error.content))
    if isinstance(error, grpc.RpcError):
        return _of_grpc(error)
    return _of_transport(error.source if isinstance(error, ResponseHandlingException) else error)


def refusal(trouble: Trouble, action: str, settings: ServerSettings, *, writes: bool) -> StoreError:
    """The error for people; `action` completes "could not ..."."""
    could_not = f"The Qdrant server at {settings.url} could not {action}"
    if trouble.kind == "status":
        error = _of_status(trouble, could_not, settings, writes)
    else:
        error = _of_way(trouble, could_not, settings)
    return StoreError(settings.key.hide_in(str(error)), kind=error.kind)


def _answer(status: int, detail: str) -> Trouble:
    if status in (408, 504) or (status >= 500 and _has(detail, _TIME_WORDS)):
        return Trouble("slow", detail, status)
    return Trouble("status", detail, status)


def _of_grpc(error: grpc.RpcError) -> Trouble:
    code = error.code() if hasattr(error, "code") else grpc.StatusCode.UNKNOWN
    detail = _one_line((error.details() if hasattr(error, "details") else "") or str(code))
    if code == grpc.StatusCode.DEADLINE_EXCEEDED:
        return Trouble("slow", detail)
    if code == grpc.StatusCode.UNAVAILABLE:
        return Trouble("unreachable", detail)
    return _answer(_STATUS_OF_CODE.get(code, 500), detail)


def _of_transport(error: BaseException) -> Trouble:
    """Of httpx and the system; anything else is an answer that cannot be read."""
    if _has(" ".join(map(str, _chain(error))), ("ssl", "certificate")) or any(
        isinstance(cause, ssl.SSLError) for cause in _chain(error)
    ):
        return Trouble("tls", _one_line(str(error)))
    if isinstance(error, httpx.ConnectTimeout):
        return Trouble("unreachable", "no connection within the time")
    if isinstance(error, (httpx.TimeoutException, TimeoutError)):
        return Trouble("slow", "no answer within the time")
    if isinstance(error, httpx.DecodingError) or not isinstance(error, (httpx.HTTPError, OSError)):
        return Trouble("garbage", "its answer cannot be read")
    return Trouble("unreachable", _one_line(str(error)) or type(error).__name__)


def _of_way(trouble: Trouble, could_not: str, settings: ServerSettings) -> StoreError:
    """Where the way to the server is the trouble, or what answers there."""
    url, said = settings.url, trouble.detail
    if trouble.kind == "unreachable":
        return StoreError(
            f"No Qdrant server is reached at {url} ({said}); start it, or correct the URL.",
            kind="server_unreachable",
        )
    if trouble.kind == "tls":
        return StoreError(
            f"There is no secure connection to {url} ({said}); correct the certificate, name its authority with "
            "--qdrant-option ca_file=FILE, or say http:// where the server has no TLS.",
            kind="bad_certificate",
        )
    if trouble.kind == "garbage":
        return StoreError(f"What answers at {url} is no Qdrant server ({said}); correct the URL.", kind="not_qdrant")
    return StoreError(
        f"{could_not} within {settings.timeout_s} seconds ({said}); run it again, or give it more time with "
        "--qdrant-option timeout_s=N.",
        kind="server_timeout",
    )


def _of_status(trouble: Trouble, could_not: str, settings: ServerSettings, writes: bool) -> StoreError:
    """Where the server answers that it will not."""
    status, said = trouble.status, trouble.detail
    if status == 401:
        key = "the key is wrong or has expired" if settings.key else "it wants a key and got none"
        advice = "set QDRANT_API_KEY or --qdrant-option api_key_file=FILE"
        return StoreError(f"{could_not}: {key}; {advice}.", kind="refused_key")
    if _has(said, _STRICT_WORDS):
        return StoreError(
            f"{could_not}: its strict mode forbids it ({said}); docs/server.md says what emoretrieve needs.",
            kind="strict_mode",
        )
    if status == 403 and writes:
        return StoreError(
            f"{could_not}: the key may only read there ({said}); use one that may write.", kind="read_only_key"
        )
    if status == 403:
        return StoreError(f"{could_not}: the key has no access there ({said}); use one that has.", kind="refused_key")
    if status == 507 or _has(said, _FULL_WORDS):
        return StoreError(
            f"{could_not}, because its disk is full ({said}); free space there and run it again.", kind="server_full"
        )
    return _of_other_status(status, said, could_not)


def _of_other_status(status: int, said: str, could_not: str) -> StoreError:
    if status == 404:
        return StoreError(
            f"{could_not}: {said}; somebody may have removed it, or the server is too old for this.",
            kind="server_not_found",
        )
    if status == 409 or (status == 400 and "already exists" in said):
        return StoreError(f"{could_not}: {said}; choose another name.", kind="server_exists")
    if status == 429:
        return StoreError(
            f"{could_not}: its rate limit is exhausted ({said}); wait a minute and run it again.", kind="rate_exhausted"
        )
    if status == 503:
        return StoreError(
            f"{could_not}: it is not ready ({said}); wait until it is and run it again.", kind="server_not_ready"
        )
    return StoreError(f"{could_not}: it answered {status} ({said}).", kind="server_error")


def _said(content: bytes) -> str:
    """What an answer of Qdrant's says, in one line; nothing of other answers, which may be whole pages."""
    try:
        status = json.loads(content)["status"]
        return _one_line(str(status["error"]))
    except (ValueError, LookupError, TypeError):
        return "no reason given"


def _one_line(text: str) -> str:
    return " ".join(text.split())[:_LONGEST_QUOTE].rstrip(".")


def _has(text: str, words: tuple[str, ...]) -> bool:
    return any(word in text.lower() for word in words)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what it came from."""
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__
