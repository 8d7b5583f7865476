"""Which server, and how patiently: read once, from the command line and the environment."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from emoretrieve.errors import StoreError
from emoretrieve.secret import Secret, is_sendable

KEY_VARIABLE = "QDRANT_API_KEY"
URL_VARIABLE = "QDRANT_URL"

OPTIONS: Mapping[str, str] = MappingProxyType(
    {
        "api_key_file": "File that holds the key or token; QDRANT_API_KEY itself may hold it instead.",
        "ca_file": "PEM file of the authority that signed the server's certificate, where the system does not know it.",
        "grpc_port": "Port to send requests to by gRPC, such as 6334; without it they go by HTTP.",
        "timeout_s": "Whole seconds that one request may take (60).",
        "ready_s": "Seconds to wait for a server that is starting (30).",
        "retries": "How often a request that failed is sent again (5).",
        "batch_points": "Points that one request writes, at most (1000).",
        "batch_mb": "Megabytes that one request writes, at most (16).",
        "page_points": "Points that one request reads, at most (1000).",
        "snapshot_dir": "Folder in which the server keeps snapshots, as it is called there (/qdrant/snapshots).",
        "shards": "Shards of a collection that is made.",
        "replicas": "Copies of every shard of a collection that is made.",
        "write_consistency": "Copies that must have a write before it counts, of a collection that is made.",
    }
)
"""The options and what they mean; in the environment they are QDRANT_ and the name in capitals."""

_EXAMPLE_URL = "http://127.0.0.1:6333"
_HTTP_PORT = 6333


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """One server. The key is shown nowhere."""

    url: str
    """Without a slash at its end."""
    key: Secret = field(default_factory=Secret)
    ca_file: Path | None = None
    grpc_port: int | None = None
    timeout_s: int = 60
    ready_s: float = 30.0
    retries: int = 5
    batch_points: int = 1_000
    batch_mb: int = 16
    page_points: int = 1_000
    snapshot_dir: str = "/qdrant/snapshots"
    shards: int | None = None
    """None here and below: as the server is set up."""
    replicas: int | None = None
    write_consistency: int | None = None

    @property
    def is_loopback(self) -> bool:
        """True for a server on this machine, which no proxy can reach."""
        host = urlsplit(self.url).hostname or ""
        try:
            return host == "localhost" or ip_address(host).is_loopback
        except ValueError:
            return False

    @property
    def sends_key_in_clear(self) -> bool:
        """Whether others on the network could read the key."""
        return bool(self.key) and self.url.startswith("http:") and not self.is_loopback


def read_settings(
    url: str | None = None,
    options: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
) -> ServerSettings | None:
    """The settings that `url` and `options` give, else the environment; None where no server is named.

    An empty `url` names none, whatever the environment says. Raises StoreError of kind `bad_server_option`.
    """
    variables = os.environ if environment is None else environment
    given = dict(options or {})
    for name in given:
        if name not in OPTIONS:
            raise _bad(f"There is no option '{name}' of a Qdrant server; there are {', '.join(OPTIONS)}")
    named = variables.get(URL_VARIABLE, "") if url is None else url
    if not named:
        if given:
            raise _bad(
                f"The option '{next(iter(given))}' is of a Qdrant server, and none is named; add --qdrant-url URL"
            )
        return None
    values = {name: given.get(name) or variables.get(f"QDRANT_{name.upper()}", "") for name in OPTIONS}
    return _settings(_checked_url(named), values, variables.get(KEY_VARIABLE, ""))


def _settings(url: str, values: Mapping[str, str], key: str) -> ServerSettings:
    key_file = values["api_key_file"]
    secret = _key(_file_content(key_file), f"the file '{key_file}'") if key_file else _key(key, KEY_VARIABLE)
    given: dict[str, Any] = {
        name: read(name, values[name]) for name, read in _NUMBERS.items() if values[name]
    }  # fields of ServerSettings with values of their types, which `_NUMBERS` knows
    ca_file = Path(values["ca_file"]) if values["ca_file"] else None
    if values["snapshot_dir"]:
        given["snapshot_dir"] = values["snapshot_dir"]
    settings = ServerSettings(url, secret, ca_file, **given)
    if ca_file is not None and settings.grpc_port is not None:
        raise _bad("gRPC takes no certificates from 'ca_file'; leave out 'ca_file' or 'grpc_port'")
    return settings


def _whole(low: int, high: int) -> Callable[[str, str], int]:
    def read(name: str, text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = low - 1
        if not low <= number <= high:
            raise _bad(f"The option '{name}' is '{text}', which is no whole number from {low} to {high}")
        return number

    return read


_NUMBERS: Mapping[str, Callable[[str, str], int]] = MappingProxyType(
    {
        "grpc_port": _whole(1, 65_535),
        "timeout_s": _whole(1, 86_400),
        "ready_s": _whole(0, 86_400),
        "retries": _whole(0, 100),
        "batch_points": _whole(1, 100_000),
        "batch_mb": _whole(1, 1_000),
        "page_points": _whole(1, 100_000),
        "shards": _whole(1, 100_000),
        "replicas": _whole(1, 100),
        "write_consistency": _whole(1, 100),
    }
)


def _file_content(file: str) -> str:
    try:
        return Path(file).expanduser().read_text()
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise _bad(f"The key of the Qdrant server cannot be read from '{file}': {reason}; name its file") from error


def _key(given: str, origin: str) -> Secret:
    value = given.strip()
    if not is_sendable(value):
        raise _bad(f"The key in {origin} holds spaces or characters that no key has; copy it again")
    return Secret(value)


def _checked_url(given: str) -> str:
    """The URL with its port. What was given is not repeated where it is wrong: it may hold a password."""
    problem = (
        f"The URL of the Qdrant server is no URL such as {_EXAMPLE_URL}; it holds no user, password or query, for "
        f"the key comes from {KEY_VARIABLE} or a file"
    )
    try:
        url = urlsplit(given.rstrip("/"))
        port = url.port
    except ValueError:
        raise _bad(problem) from None
    is_plain = url.scheme in ("http", "https") and url.hostname and port != 0 and is_sendable(given)
    if not is_plain or "@" in url.netloc or url.query or url.fragment:
        raise _bad(problem)
    netloc = url.netloc if port else f"{url.netloc}:{_HTTP_PORT}"
    return url._replace(netloc=netloc).geturl()


def _bad(problem: str) -> StoreError:
    return StoreError(f"{problem}.", kind="bad_server_option")
