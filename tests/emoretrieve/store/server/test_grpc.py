"""Requests by gRPC: to a real gRPC server on the loopback that answers a count and refuses all else as it is told."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest
from qdrant_client import grpc as messages

from emoretrieve.errors import StoreError
from emoretrieve.secret import Secret
from emoretrieve.store.filter import Filter
from emoretrieve.store.server.connection import Connection
from emoretrieve.store.server.engine import ServerEngine
from emoretrieve.store.server.settings import ServerSettings

KEY = "the-key-that-nobody-sees"


class Points(grpc.GenericRpcHandler):  # type: ignore[misc]  # grpc is not typed
    """Answers `Count` with 7, or fails every call with a status."""

    def __init__(self) -> None:
        self.status: grpc.StatusCode | None = None
        self.details = ""
        self.keys: list[str] = []

    def service(self, call: Any) -> Any:
        self.keys.append(dict(call.invocation_metadata).get("api-key", ""))
        return grpc.unary_unary_rpc_method_handler(
            self._answer,
            request_deserializer=messages.CountPoints.FromString,
            response_serializer=messages.CountResponse.SerializeToString,
        )

    def _answer(self, request: Any, context: Any) -> Any:
        if self.status is not None:
            context.abort(self.status, self.details)
        assert (request.collection_name, request.exact) == ("art", True)
        return messages.CountResponse(result=messages.CountResult(count=7))


@pytest.fixture
def served() -> Iterator[tuple[Points, ServerEngine]]:
    points = Points()
    with ThreadPoolExecutor(2) as threads:
        server = grpc.server(threads, handlers=[points])
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        settings = ServerSettings("http://127.0.0.1:1", Secret(KEY), grpc_port=port, timeout_s=5, retries=1)
        engine = ServerEngine(Connection(settings), "art")
        yield points, engine
        engine.close()
        server.stop(None).wait()


def test_a_call_goes_by_grpc_with_the_key(served: tuple[Points, ServerEngine]) -> None:
    points, engine = served
    assert engine.count(Filter()) == 7
    assert points.keys == [KEY]


@pytest.mark.parametrize(
    ("status", "details", "kind"),
    [
        (grpc.StatusCode.UNAUTHENTICATED, "Invalid API key or JWT", "refused_key"),
        (grpc.StatusCode.PERMISSION_DENIED, "Forbidden", "refused_key"),
        (grpc.StatusCode.NOT_FOUND, "Not found: Collection `art` doesn't exist!", "server_not_found"),
        (grpc.StatusCode.INVALID_ARGUMENT, "Index required but not found. Help: Create an index", "strict_mode"),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, "Rate limiting exceeded", "rate_exhausted"),
        (grpc.StatusCode.UNAVAILABLE, "going away", "server_unreachable"),
        (grpc.StatusCode.DEADLINE_EXCEEDED, "too slow", "server_timeout"),
        (grpc.StatusCode.INTERNAL, "No space left on device", "server_full"),
        (grpc.StatusCode.INTERNAL, f"broken {KEY}", "server_error"),
    ],
)
def test_a_refusal_is_one_sentence(
    served: tuple[Points, ServerEngine], status: grpc.StatusCode, details: str, kind: str
) -> None:
    points, engine = served
    points.status, points.details = status, details

    with pytest.raises(StoreError) as caught:
        engine.count(Filter())
    assert caught.value.kind == kind
    assert KEY not in str(caught.value)
    assert "\n" not in str(caught.value)
