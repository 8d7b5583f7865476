"""Who may come in: keys, roles, rates, and nobody when there is no room."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from emoretrieve.errors import RequestError
from emoretrieve.server.keys import Key, KeyRing, Role
from emoretrieve.server.problems import problem
from emoretrieve.server.rates import Rates
from emoretrieve.server.settings import LOOPBACK, ServeSettings

_GUESSES = 20
"""Wrong keys that one address may present before it has to wait."""
_GUESSES_S = 1 / 6
"""Wrong keys a second after that."""
_ASKING = ("/query", "/query/upload", "/pair", "/store/read")
"""Ends of paths that are posted to without changing anything."""
_UPLOADS = ("/query/upload", "/items")
_NUMBERS = ("/metrics", "/v1/costs")


class Guard:
    """Middleware that refuses before anything of a body is read."""

    def __init__(self, app: ASGIApp, settings: ServeSettings, keys: KeyRing, is_full: Callable[[], bool]) -> None:
        self._app = app
        self._settings = settings
        self._keys = keys
        self._is_full = is_full
        self._rates = Rates(settings.rate, settings.burst) if settings.rate else None
        self._guesses = Rates(_GUESSES_S, _GUESSES)
        self._uploading = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        role = role_for(scope["method"], scope["path"]) if scope["type"] == "http" else None
        if role is None:
            await self._app(scope, receive, send)
            return
        headers: Mapping[str, str] = {}
        try:
            self._admit(scope, role)
        except _Refused as refused:
            headers, error = refused.headers, refused.error
            await problem(scope, error, {"connection": "close", **headers})(scope, receive, send)
            return
        uploading = is_upload(scope)
        self._uploading += uploading
        try:
            await self._app(scope, receive, send)
        finally:
            self._uploading -= uploading

    def _admit(self, scope: Scope, role: Role) -> None:
        headers, address = Headers(scope=scope), (scope.get("client") or ("",))[0]
        if self._keys:
            caller = self._known(headers, address, role)
            scope["state"]["key"] = caller.name
            self._limit(f"key {caller.name}")
        else:
            self._require_own_page(headers)
            self._limit(address)
        if self._is_full() or (is_upload(scope) and self._uploading >= self._settings.uploads):
            raise _Refused("The server has enough to do; try again in a moment.", "overloaded")

    def _known(self, headers: Headers, address: str, role: Role) -> Key:
        if self._guesses.is_spent(address):
            raise _Refused("Too many wrong keys came from this address; wait a minute.", "too_many_guesses", "60")
        presented = _presented(headers)
        key = self._keys.find(presented) if presented else None
        if key is None:
            if presented:
                self._guesses.wait_s(address)
            raise _Refused(
                "A key is wanted, as 'Authorization: Bearer KEY'; this request has none that is known here.",
                "no_key",
                challenge='Bearer realm="emoretrieve"',
            )
        if not key.may(role):
            raise _Refused(f"This needs a key with the role '{role}', and this one has '{key.role}'.", "wrong_role")
        return key

    def _require_own_page(self, headers: Headers) -> None:
        """Without keys, pages of other sites in a browser on this machine must not reach the server."""
        host = urlsplit(f"//{headers.get('host', '')}")
        if self._settings.is_loopback and host.hostname not in LOOPBACK:
            raise _Refused(
                "Without keys, a server answers only under a name of this machine such as 127.0.0.1.", "not_allowed"
            )
        origin = headers.get("origin")
        if origin and urlsplit(origin).netloc != host.netloc and origin not in self._settings.origins:
            raise _Refused(
                "Pages of this origin may not call; the setting 'origins' names those that may.", "not_allowed"
            )

    def _limit(self, caller: str) -> None:
        wait_s = self._rates.wait_s(caller) if self._rates else 0.0
        if wait_s > 0:
            raise _Refused(
                "Too many requests; this server takes "
                f"{self._settings.rate:g} a second of one caller after the first {self._settings.burst}.",
                "too_many_requests",
                str(max(1, round(wait_s))),
            )


class _Refused(Exception):
    """An error with the headers that go with it."""

    def __init__(self, message: str, kind: str, retry_after: str = "", challenge: str = "") -> None:
        super().__init__(message)
        self.error = RequestError(message, kind=kind)
        named = {"retry-after": retry_after, "www-authenticate": challenge}
        self.headers = {name: value for name, value in named.items() if value}


def role_for(method: str, path: str) -> Role | None:
    """The role that a request needs; None where everybody may ask."""
    if path in _NUMBERS:
        return "admin"
    if not path.startswith("/v1/"):
        return None
    if path.startswith("/v1/jobs"):
        return "write"
    return "read" if method in ("GET", "HEAD") or (method == "POST" and path.endswith(_ASKING)) else "write"


def is_upload(scope: Scope) -> bool:
    """Whether a request may bring files."""
    return bool(scope["method"] == "POST" and scope["path"].endswith(_UPLOADS))


def _presented(headers: Headers) -> str:
    scheme, _, key = headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else headers.get("x-api-key", "")
