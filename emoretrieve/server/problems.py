"""Errors as problem details (RFC 9457), each kind with its status."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from pydantic_core import to_json
from starlette.responses import Response
from starlette.types import Scope

from emoretrieve.errors import EmoretrieveError, MediaError, QueryError, RequestError, SourceError, StoreError
from emoretrieve.wire.problem import MEDIA_TYPE

STATUS_OF_KIND: Mapping[str, int] = MappingProxyType(
    {
        **dict.fromkeys(("bad_request", "bad_cursor", "no_source"), 400),
        "no_key": 401,
        **dict.fromkeys(("wrong_role", "not_allowed", "outside_allowed"), 403),
        **dict.fromkeys(("not_indexed", "no_collection", "no_job", "no_route", "not_found", "no_file_left"), 404),
        "wrong_method": 405,
        "body_timeout": 408,
        **dict.fromkeys(("ambiguous_name", "other_perception", "job_over", "taken", "aliased"), 409),
        **dict.fromkeys(("body_too_large", "too_large", "too_long"), 413),
        **dict.fromkeys(("not_media", "unsupported_format", "no_audio"), 415),
        "bad_range": 416,
        **dict.fromkeys(("bad_name", "bad_query_vector", "bad_vector", "no_embedding", "other_embedder"), 422),
        **dict.fromkeys(("too_many_requests", "too_many_guesses"), 429),
        "internal_error": 500,
        "missing_dependency": 501,
        **dict.fromkeys(("server_gone", "no_answer", "bad_answer", "wrong_key"), 502),
        **dict.fromkeys(
            (
                "overloaded",
                "shutting_down",
                "locked",
                "rate_limited",
                "worker_died",
                "out_of_memory",
                "server_unreachable",
                "server_not_ready",
                "server_timeout",
                "rate_exhausted",
            ),
            503,
        ),
        "too_slow": 504,
        **dict.fromkeys(("storage_full", "server_full"), 507),
    }
)
"""Of kinds that have one of their own; the others have that of their class."""
_STATUS_OF_CLASS: tuple[tuple[type[EmoretrieveError], int], ...] = (
    (StoreError, 500),
    (RequestError, 400),
    (QueryError, 422),
    (SourceError, 422),
    (MediaError, 422),
)
_OTHERWISE = 422
"""Of what could not be described."""
RETRY_AFTER_S = 1
"""What clients are told that were refused for lack of room."""


def status_of(error: EmoretrieveError) -> int:
    """The status that an error is answered with."""
    own = STATUS_OF_KIND.get(error.kind)
    return own or next((status for of, status in _STATUS_OF_CLASS if isinstance(error, of)), _OTHERWISE)


def problem(scope: Scope, error: EmoretrieveError, headers: Mapping[str, str] | None = None) -> Response:
    """The answer that an error means."""
    status = status_of(error)
    retry = {"retry-after": str(RETRY_AFTER_S)} if status in (429, 503) else {}
    return _answer(scope, status, error.kind, str(error), {**retry, **(headers or {})})


def misunderstood(scope: Scope, faults: list[dict[str, str]]) -> Response:
    """The answer to a request that does not have the shape that is asked for."""
    first = faults[0]
    detail = f"The request is not understood: {first['at']}: {first['error']}."
    return _answer(scope, 422, "bad_request", detail, {}, faults=faults)


def _answer(
    scope: Scope, status: int, kind: str, detail: str, headers: Mapping[str, str], **more: Any
) -> Response:  # `more` is the member `faults`
    scope.setdefault("state", {})["kind"] = kind
    body = {
        "type": f"urn:emoretrieve:problem:{kind}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail.encode(errors="backslashreplace").decode(),
        "instance": scope.get("path", ""),
        "kind": kind,
        "request_id": scope["state"].get("request_id", ""),
        **more,
    }
    return Response(to_json(body, inf_nan_mode="null"), status, dict(headers), MEDIA_TYPE)
