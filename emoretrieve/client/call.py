"""One request, what its answer is read as, and when it may be sent again."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

import httpx
from pydantic import ValidationError

from emoretrieve.client.settings import ClientSettings
from emoretrieve.errors import EmoretrieveError, RequestError, SourceError
from emoretrieve.wire import Problem, Shape

T = TypeVar("T")
S = TypeVar("S", bound=Shape)

_FIRST_WAIT_S = 0.2
_LONGEST_WAIT_S = 10.0
_LONGEST_ASKED_WAIT_S = 60.0
_MAY_PASS = (429, 503)
"""Statuses of requests that were refused before anything was done."""


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """A request that any of the clients can send."""

    method: str
    path: str
    read: Callable[[httpx.Response], T]
    """Makes the value of an answer; raises ValueError for one that has another shape."""
    body: object = None
    """Sent as JSON."""
    query: Mapping[str, str | int | list[str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    files: Sequence[Path] = ()
    """Streamed from the disk; with them `form` is sent instead of `body`."""
    repeatable: bool = True
    """Whether it may be sent again although it may have been carried out."""
    error: type[EmoretrieveError] = RequestError

    @contextmanager
    def arguments(self) -> Iterator[dict[str, Any]]:  # as httpx types its keywords
        """What httpx sends, with the files opened anew. Raises SourceError of kind `not_found`."""
        headers = {**self.headers, **({"content-type": "application/json"} if self.body is not None else {})}
        given: dict[str, Any] = {"params": dict(self.query), "headers": headers}
        with ExitStack() as stack:
            if self.files:
                opened = [(path.name, stack.enter_context(_opened(path))) for path in self.files]
                given |= {"files": [("file", file) for file in opened], "data": dict(self.form)}
            elif self.body is not None:
                given["content"] = json.dumps(self.body).encode()
            yield given

    def value(self, response: httpx.Response) -> T:
        """Raises the error of kind `serve_garbage`."""
        try:
            return self.read(response)
        except (ValueError, ValidationError, LookupError, TypeError) as error:
            raise self.error(
                f"What {response.url.host} answered to {self.path} has not the shape of an emoretrieve server; look "
                "whether its version is this one's.",
                kind="serve_garbage",
            ) from error


def shaped(shape: type[S]) -> Callable[[httpx.Response], S]:
    """Reads an answer as this shape."""
    return lambda response: shape.model_validate_json(response.content)


class Attempts:
    """How often one call was sent, and whether it is sent again."""

    def __init__(self, call: Call[Any], settings: ClientSettings) -> None:  # the value plays no part here
        self._call = call
        self._settings = settings
        self._left = settings.retries
        self._wait_s = _FIRST_WAIT_S

    def after_loss(self, error: httpx.HTTPError) -> float:
        """Seconds until the next attempt, after no answer came; raises the error of the call where there is none."""
        unsent = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
        if self._left and (unsent or (self._call.repeatable and isinstance(error, httpx.TransportError))):
            return self._next()
        url = self._settings.url
        if isinstance(error, httpx.TimeoutException) and not unsent:
            message = f"The server at {url} did not answer within {self._settings.timeout_s:g} s."
            raise self._call.error(message, kind="serve_timeout") from error
        raise self._call.error(
            f"There is no server at {url} ({error}); start one with 'emoretrieve serve', or leave out --server.",
            kind="serve_unreachable",
        ) from error

    def after_refusal(self, response: httpx.Response) -> float:
        """The same after an answer that is none."""
        if response.status_code in _MAY_PASS and self._left:
            return self._next(response.headers.get("retry-after"))
        try:
            problem = Problem.model_validate_json(response.content)
        except ValidationError:
            raise self._call.error(
                f"The server at {self._settings.url} answered with status {response.status_code} and no reason of "
                "emoretrieve's; look whether the URL leads to 'emoretrieve serve'.",
                kind="serve_garbage",
            ) from None
        raise self._call.error(problem.detail, kind=problem.kind)

    def _next(self, asked: str | None = None) -> float:
        self._left -= 1
        if asked is not None and asked.isdigit():
            return min(float(asked), _LONGEST_ASKED_WAIT_S)
        longest, self._wait_s = self._wait_s, min(2 * self._wait_s, _LONGEST_WAIT_S)
        return random.uniform(longest / 2, longest)


def http_arguments(settings: ClientSettings) -> dict[str, Any]:  # as httpx types its keywords
    """How both kinds of httpx client are set up."""
    return {
        "base_url": settings.url,
        "headers": {"authorization": f"Bearer {settings.key}"} if settings.key else {},
        "timeout": httpx.Timeout(settings.timeout_s, connect=10.0),
        "follow_redirects": False,  # keys go nowhere else
    }


def _opened(path: Path) -> Any:
    try:
        return path.open("rb")
    except OSError as error:
        raise SourceError(f"'{path}' cannot be read: {error.strerror}.", kind="not_found") from error
