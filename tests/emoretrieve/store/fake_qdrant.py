"""A strict stand-in for a Qdrant server: real HTTP on the loopback, answers from qdrant-client's local mode.

It knows the routes that emoretrieve uses and refuses all others, query parameters that a route does not have, bodies
that are not exactly what qdrant-client's OpenAPI models say, writes that do not wait, and, as a server in strict mode,
filters on fields without an index of the right kind. It keeps every request, and can fail in the ways of a server and
of a network. It is not Qdrant: what it scores and how it stores is local mode's doing.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_jsonable_python
from qdrant_client import QdrantClient, models

SNAPSHOT_DIR = "/qdrant/snapshots"
_WRITE = frozenset({"wait", "ordering", "timeout"})
_READ = frozenset({"consistency", "timeout"})
_KINDS_OF_MATCH = {"keyword", "integer", "bool", "uuid", "prefix"}
_KINDS_OF_RANGE = {"integer", "float"}
_KINDS_OF_DATES = {"datetime"}


@dataclass(frozen=True, slots=True)
class Recorded:
    """One request."""

    method: str
    path: str
    parameters: Mapping[str, str]
    body: Any
    headers: Mapping[str, str]


@dataclass(slots=True)
class Fault:
    """What goes wrong with requests whose method and path begin like `PUT /collections/NAME/points`."""

    request: str
    times: int = 1
    status: int | None = None
    error: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    garbage: bool = False
    cut: bool = False
    """The connection ends without an answer."""
    done: bool = False
    """The request is carried out all the same."""


class Refused(Exception):
    """An answer that is no result."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.status = status


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    path: re.Pattern[str]
    parameters: frozenset[str]
    body: Any
    """What the body must be; None for no body."""
    answer: Callable[..., Any]
    writes: bool


class _Listener(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        if not isinstance(sys.exception(), ConnectionError):  # a client that has gone is none of the server's faults
            super().handle_error(*_)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Taken:
    """What a snapshot holds."""

    info: models.CollectionInfo
    indexes: dict[str, str]
    points: list[models.PointStruct]


class FakeQdrant:
    """A server; a context manager. Where there is a `key`, clients need it, or the `read_only_key`."""

    def __init__(self, *, key: str = "", strict: bool = True, tls: ssl.SSLContext | None = None) -> None:
        self.key = key
        self.read_only_key = ""
        self.version = "1.20.0"
        self.strict = strict
        self.ready = True
        self.in_a_hurry = 0
        """How many writes of points it acknowledges without having done them."""
        self.requests: list[Recorded] = []
        self.faults: list[Fault] = []
        self.local = QdrantClient(":memory:")
        self.indexes: dict[str, dict[str, str]] = {}
        """Kind of index by field, by collection."""
        self.snapshots: dict[str, tuple[models.SnapshotDescription, Taken]] = {}
        """By the location that they are restored from."""
        self._chance = random.Random(0)
        self._lock = threading.RLock()
        self._http = _Listener(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self._scheme = "http" if tls is None else "https"
        if tls is not None:
            self._http.socket = tls.wrap_socket(self._http.socket, server_side=True, do_handshake_on_connect=False)
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()
        self.local.close()

    def fail(self, request: str, **how: Any) -> None:
        self.faults.append(Fault(request, **how))

    def sent(self, request: str) -> list[Recorded]:
        """The requests whose method and path begin so."""
        return [one for one in self.requests if f"{one.method} {one.path}".startswith(request)]

    def fault_of(self, method: str, path: str) -> Fault | None:
        with self._lock:
            for fault in self.faults:
                if fault.times and f"{method} {path}".startswith(fault.request):
                    fault.times -= 1
                    return fault
        return None

    def result(self, recorded: Recorded) -> Any:
        """The result of a request; Refused where a server would refuse it."""
        route, values = _route(recorded)
        self._let_in(recorded, route)
        unknown = recorded.parameters.keys() - route.parameters
        if unknown:
            raise Refused(400, f"Format error in query parameters: unknown field {sorted(unknown)}")
        if "ordering" in route.parameters and recorded.parameters.get("wait") != "true":
            raise Refused(400, "this fake takes no write that does not wait")
        arguments: list[Any] = [*values] if route.body is None else [*values, self._body(recorded, route, values)]
        with self._lock:
            try:
                return route.answer(self, *arguments)
            except (ValueError, KeyError) as error:
                raise _refused(error) from error

    def _let_in(self, recorded: Recorded, route: Route) -> None:
        if not self.key or recorded.path in ("/readyz", "/healthz", "/livez"):
            return
        given = recorded.headers.get("api-key", "")
        if given == self.key:
            return
        if not given or given != self.read_only_key:
            raise Refused(401, "Invalid API key or JWT")
        if route.writes:
            raise Refused(403, "Forbidden: Write access to collection is required")

    def _body(self, recorded: Recorded, route: Route, values: list[str]) -> Any:
        try:
            body = TypeAdapter(route.body).validate_python(recorded.body)
        except ValidationError as error:
            raise Refused(400, f"Format error in JSON body: {error.errors()[0]}") from error
        if self.strict and values and self.local.collection_exists(values[0]):
            self._require_indexes(values[0], recorded.body)
        return body

    def _require_indexes(self, collection: str, body: Any) -> None:
        there = self.indexes.get(collection, {})
        for key, kinds in _filtered(body):
            if there.get(key) not in kinds:
                raise Refused(
                    400,
                    f'Bad request: Index required but not found for "{key}" of one of the following types: '
                    f"[{', '.join(sorted(kinds))}]. Help: Create an index for this key or use a different filter.",
                )

    def create(self, name: str, body: models.CreateCollection) -> bool:
        if self.local.collection_exists(name):
            raise Refused(409, f"Wrong input: Collection `{name}` already exists!")
        self.indexes[name] = {}
        return self.local.create_collection(name, vectors_config=body.vectors or {}, metadata=body.metadata)

    def update(self, name: str, body: models.UpdateCollection) -> bool:
        return self.local.update_collection(name, metadata=body.metadata)

    def drop(self, name: str) -> bool:
        self.indexes.pop(name, None)
        return self.local.delete_collection(name)

    def info(self, name: str) -> Any:
        described = to_jsonable_python(self.local.get_collection(name))
        described["payload_schema"] = {
            key: {"data_type": "keyword" if kind == "prefix" else kind, "points": 0}
            for key, kind in self.indexes.get(name, {}).items()
        }
        return described

    def index(self, name: str, body: models.CreateFieldIndex) -> Any:
        self.local.get_collection(name)
        self.indexes[name][body.field_name] = _kind(body.field_schema)
        return _completed()

    def upsert(self, name: str, body: models.PointsList) -> Any:
        if self.in_a_hurry:
            self.in_a_hurry -= 1
            return models.UpdateResult(operation_id=0, status=models.UpdateStatus.ACKNOWLEDGED)
        return self.local.upsert(name, body.points, update_filter=body.update_filter)

    def delete(self, name: str, body: models.PointIdsList | models.FilterSelector) -> Any:
        return self.local.delete(name, body)

    def retrieve(self, name: str, body: models.PointRequest) -> Any:
        vectors: Any = body.with_vector or False
        payload: Any = True if body.with_payload is None else body.with_payload
        return self.local.retrieve(name, body.ids, with_payload=payload, with_vectors=vectors)

    def scroll(self, name: str, body: models.ScrollRequest) -> Any:
        payload: Any = True if body.with_payload is None else body.with_payload
        if body.order_by is not None:
            return {"points": self._ordered(name, body), "next_page_offset": None}
        points, offset = self.local.scroll(
            name, body.filter, body.limit or 10, offset=body.offset, with_payload=payload, with_vectors=False
        )
        return {"points": points, "next_page_offset": offset}

    def _ordered(self, name: str, body: models.ScrollRequest) -> Any:
        key = getattr(body.order_by, "key", body.order_by)
        if key not in self.indexes.get(name, {}):
            raise Refused(400, f"Bad request: No range index for `order_by` key: `{key}`")
        return self.local.scroll(name, body.filter, body.limit or 10, order_by=body.order_by, with_payload=True)[0]

    def count(self, name: str, body: models.CountRequest) -> Any:
        assert body.exact
        return self.local.count(name, body.filter)

    def query(self, name: str, body: models.QueryRequest) -> Any:
        if body.params is None or not body.params.exact:
            raise Refused(400, "this fake has no graphs: a search is exact")
        found = self.local.query_points(
            name,
            query=body.query,
            using=body.using,
            query_filter=body.filter,
            limit=max(1, self.local.count(name).count),
            with_payload=False if body.with_payload is None else body.with_payload,
            with_vectors=body.with_vector or False,
        ).points
        shuffled = self._chance.sample(found, len(found))  # shards and segments give ties in any order
        best = sorted(shuffled, key=lambda point: -point.score)
        return {"points": best[: body.limit or 10]}

    def facet(self, name: str, body: models.FacetRequest) -> Any:
        if body.key not in self.indexes[name]:
            raise Refused(400, f"Bad request: Facet key '{body.key}' has no index. Help: Create one.")
        return self.local.facet(name, body.key, body.filter, body.limit or 10, bool(body.exact))

    def change_aliases(self, body: models.ChangeAliasesOperation) -> bool:
        """All operations or none, as a server does."""
        there = {one.alias_name for one in self.local.get_aliases().aliases}
        for operation in body.actions:
            if isinstance(operation, models.DeleteAliasOperation):
                there.discard(operation.delete_alias.alias_name)
            elif isinstance(operation, models.CreateAliasOperation):
                made = operation.create_alias
                if made.alias_name in {one.name for one in self.local.get_collections().collections}:
                    raise Refused(409, f"Wrong input: Collection `{made.alias_name}` already exists!")
                if made.alias_name in there:
                    raise Refused(409, f"Wrong input: Alias `{made.alias_name}` already exists!")
                self.local.get_collection(made.collection_name)
                there.add(made.alias_name)
        return self.local.update_collection_aliases(body.actions)

    def make_snapshot(self, name: str) -> models.SnapshotDescription:
        taken = self._taken(name)
        content = json.dumps(to_jsonable_python((taken.info, taken.points)))
        described = models.SnapshotDescription(
            name=f"{name}-1-2026-11-27-{len(self.snapshots):02}.snapshot",
            creation_time="2026-11-27T13:00:00",
            size=len(content),
            checksum=hashlib.sha256(content.encode()).hexdigest(),
        )
        self.snapshots[f"file://{SNAPSHOT_DIR}/{name}/{described.name}"] = described, taken
        return described

    def list_snapshots(self, name: str) -> list[models.SnapshotDescription]:
        self.local.get_collection(name)
        return [of for location, (of, _) in self.snapshots.items() if f"/{name}/" in location]

    def recover(self, name: str, body: models.SnapshotRecover) -> bool:
        if body.location not in self.snapshots:
            raise Refused(400, f"Wrong input: Snapshot file {body.location} does not exist")
        described, taken = self.snapshots[body.location]
        if body.checksum != described.checksum:
            raise Refused(400, "Bad request: Snapshot checksum mismatch")
        if body.priority != models.SnapshotPriority.SNAPSHOT:
            raise Refused(400, "this fake has no replicas: only the snapshot is there to be believed")
        if self.local.collection_exists(name):
            self.local.delete_collection(name)
        config = taken.info.config
        self.local.create_collection(name, vectors_config=config.params.vectors or {}, metadata=config.metadata)
        self.indexes[name] = dict(taken.indexes)
        if taken.points:
            self.local.upsert(name, taken.points)
        return True

    def drop_snapshot(self, name: str, snapshot: str) -> bool:
        if self.snapshots.pop(f"file://{SNAPSHOT_DIR}/{name}/{snapshot}", None) is None:
            raise Refused(404, f"Not found: Snapshot {snapshot}")
        return True

    def _taken(self, name: str) -> Taken:
        info = self.local.get_collection(name)
        records, _ = self.local.scroll(name, limit=max(1, info.points_count or 0), with_vectors=True)
        rows: list[tuple[Any, Any, Any]] = [(one.id, one.vector or {}, one.payload) for one in records]
        points = [models.PointStruct(id=id, vector=vector, payload=payload) for id, vector, payload in rows]
        return Taken(info, dict(self.indexes.get(name, {})), points)

    def update_vectors(self, name: str, body: models.UpdateVectors) -> Any:
        return self.local.update_vectors(name, body.points)

    def change_all(self, name: str, body: models.UpdateOperations) -> list[Any]:
        for change in body.operations:
            assert isinstance(change, models.SetPayloadOperation)
            self.local.set_payload(name, change.set_payload.payload, change.set_payload.points or [])
        return [models.UpdateResult(status=models.UpdateStatus.COMPLETED)] * len(body.operations)

    def drop_payload(self, name: str, body: models.DeletePayload) -> Any:
        return self.local.delete_payload(name, body.keys, body.filter or body.points or [])

    def add_vector(self, name: str, vector: str, body: Any) -> Any:
        return self.local.create_vector_name(name, vector, body)

    def drop_vector(self, name: str, vector: str) -> Any:
        return self.local.delete_vector_name(name, vector)


def _routes() -> Iterator[Route]:
    fake = FakeQdrant
    one = "/collections/([^/]+)"
    points = f"{one}/points"
    version = ("title", "qdrant - vector search engine"), ("commit", "0")

    def route(  # one line of the table
        request: str, answer: Callable[..., Any], parameters: frozenset[str], body: Any = None, writes: bool = False
    ) -> Route:
        method, path = request.split(" ")
        return Route(method, re.compile(path), parameters, body, answer, writes)

    yield route("GET /", lambda self: {**dict(version), "version": self.version}, frozenset())
    yield route("GET /collections", lambda self: self.local.get_collections(), frozenset())
    yield route("GET /aliases", lambda self: self.local.get_aliases(), frozenset())
    yield route(
        "POST /collections/aliases", fake.change_aliases, frozenset({"timeout"}), models.ChangeAliasesOperation, True
    )
    yield route(f"POST {one}/snapshots", fake.make_snapshot, frozenset({"wait"}), writes=True)
    yield route(f"GET {one}/snapshots", fake.list_snapshots, frozenset())
    yield route(f"PUT {one}/snapshots/recover", fake.recover, frozenset({"wait"}), models.SnapshotRecover, True)
    yield route(f"DELETE {one}/snapshots/([^/]+)", fake.drop_snapshot, frozenset({"wait"}), writes=True)
    yield route(f"GET {one}", fake.info, frozenset())
    yield route(f"PUT {one}", fake.create, frozenset({"timeout"}), models.CreateCollection, True)
    yield route(f"PATCH {one}", fake.update, frozenset({"timeout"}), models.UpdateCollection, True)
    yield route(f"DELETE {one}", fake.drop, frozenset({"timeout"}), writes=True)
    yield route(f"PUT {one}/index", fake.index, _WRITE, models.CreateFieldIndex, True)
    yield route(f"PUT {points}", fake.upsert, _WRITE, models.PointsList, True)
    yield route(f"POST {points}/delete", fake.delete, _WRITE, models.PointIdsList | models.FilterSelector, True)
    yield route(f"PUT {points}/vectors", fake.update_vectors, _WRITE, models.UpdateVectors, True)
    yield route(f"POST {points}/payload/delete", fake.drop_payload, _WRITE, models.DeletePayload, True)
    yield route(f"POST {points}/batch", fake.change_all, _WRITE, models.UpdateOperations, True)
    yield route(f"PUT {one}/vectors/([^/]+)", fake.add_vector, _WRITE, models.VectorNameConfig, True)
    yield route(f"DELETE {one}/vectors/([^/]+)", fake.drop_vector, _WRITE, writes=True)
    yield route(f"POST {points}", fake.retrieve, _READ, models.PointRequest)
    yield route(f"POST {points}/scroll", fake.scroll, _READ, models.ScrollRequest)
    yield route(f"POST {points}/count", fake.count, _READ, models.CountRequest)
    yield route(f"POST {points}/query", fake.query, _READ, models.QueryRequest)
    yield route(f"POST {one}/facet", fake.facet, _READ, models.FacetRequest)


def _route(recorded: Recorded) -> tuple[Route, list[str]]:
    for route in _ROUTES:
        found = route.path.fullmatch(recorded.path) if route.method == recorded.method else None
        if found:
            return route, [unquote(value) for value in found.groups()]
    raise Refused(404, f"this fake has no {recorded.method} {recorded.path}")


_ROUTES = list(_routes())


def _filtered(body: Any) -> Iterator[tuple[str, set[str]]]:
    """Fields that are filtered by, each with the kinds of index of which it needs one."""
    if isinstance(body, list):
        for value in body:
            yield from _filtered(value)
    elif isinstance(body, dict):
        if "key" in body and body.get("match") is not None:
            yield body["key"], {"prefix"} if "prefix" in body["match"] else _KINDS_OF_MATCH
        elif "key" in body and body.get("range") is not None:
            dates = any(isinstance(bound, str) for bound in body["range"].values())
            yield body["key"], _KINDS_OF_DATES if dates else _KINDS_OF_RANGE
        for name, value in body.items():
            if name != "payload":
                yield from _filtered(value)


def _kind(schema: object) -> str:
    """The kind of an index; `prefix` for one of keywords that are also found by their beginning."""
    if isinstance(schema, models.KeywordIndexParams):
        assert schema.prefix
        return "prefix"
    assert isinstance(schema, models.PayloadSchemaType)
    return schema.value


def _refused(error: Exception) -> Refused:
    text = str(error)
    if "not found" in text:
        return Refused(404, f"Not found: {text}")
    return Refused(400, f"Wrong input: {text}")


def _completed() -> models.UpdateResult:
    return models.UpdateResult(operation_id=0, status=models.UpdateStatus.COMPLETED)


def _handler(fake: FakeQdrant) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do(self) -> None:
            recorded = self._recorded()
            fake.requests.append(recorded)
            fault = fake.fault_of(recorded.method, recorded.path)
            if fault is not None:
                if fault.delay_s:
                    time.sleep(fault.delay_s)
                if fault.done:
                    fake.result(recorded)
                if fault.cut:
                    self.close_connection = True
                    return
                if fault.garbage:
                    self._send(200, b"<html>It works!</html>", {})
                    return
                if fault.status is not None:
                    self._send(fault.status, _error(fault.error), fault.headers)
                    return
            self._answer(recorded)

        do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = do

        def _answer(self, recorded: Recorded) -> None:
            if recorded.path == "/readyz":
                self._send(200 if fake.ready else 503, b"all shards are ready", {})
                return
            try:
                result = fake.result(recorded)
            except Refused as refused:
                self._send(refused.status, _error(str(refused)), {})
                return
            whole = result if recorded.path == "/" else {"result": result, "status": "ok", "time": 0.0}
            self._send(200, json.dumps(to_jsonable_python(whole)).encode(), {})

        def _recorded(self) -> Recorded:
            url = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            if len(body) < length:
                raise ConnectionError("the client has gone")
            parameters = {name: value[0] for name, value in parse_qs(url.query).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            return Recorded(self.command, url.path, parameters, json.loads(body) if body else None, headers)

        def _send(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            """Nothing is printed."""

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:  # the client left, or speaks no TLS
                self.close_connection = True

    return Handler


def _error(text: str) -> bytes:
    return json.dumps({"status": {"error": text}, "time": 0.0}).encode()
