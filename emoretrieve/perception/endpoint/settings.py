"""How one role's server is reached: the options of the endpoint, read and checked once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from types import MappingProxyType
from urllib.parse import urlsplit

from emoretrieve.errors import PerceptionError
from emoretrieve.perception.endpoint.key import Key, read_key
from emoretrieve.perception.known_models import DEFAULT_MODELS
from emoretrieve.perception.options import Options
from emoretrieve.perception.settings import Role

OPTIONS: Mapping[str, str] = MappingProxyType(
    {
        "url": "Base URL of an OpenAI-compatible server, such as http://127.0.0.1:8000/v1.",
        "model": "Name of the model, as the server lists it.",
        "key_env": "Environment variable that holds the key of the server.",
        "concurrency": "Requests in flight at once (16).",
        "timeout_s": "Seconds that one request may take (300).",
        "connect_timeout_s": "Seconds that a connection may take (10).",
        "retries": "How often a request that failed is sent again (5).",
        "outage_s": "Seconds that the server may be unreachable before the run ends (120).",
    }
)
"""The options of this backend and what they mean; those that both backends share are not among them."""

_EXAMPLE_URL = "http://127.0.0.1:8000/v1"


@dataclass(frozen=True, slots=True)
class EndpointSettings:
    """One role: which server, which model, how patiently."""

    role: Role
    url: str
    """Without a slash at its end; empty where none was given."""
    model: str
    key: Key
    concurrency: int = 16
    timeout_s: float = 300.0
    connect_timeout_s: float = 10.0
    retries: int = 5
    outage_s: float = 120.0

    @property
    def is_loopback(self) -> bool:
        """True for a server on this machine, which no proxy can reach."""
        host = urlsplit(self.url).hostname or ""
        try:
            return host == "localhost" or ip_address(host).is_loopback
        except ValueError:
            return False

    def require_url(self) -> str:
        """The URL; PerceptionError of kind `bad_option` where none was given."""
        return self.url or Options({}, self.role).required("url", _EXAMPLE_URL)


def read_settings(role: Role, options: Options) -> EndpointSettings:
    """Raises PerceptionError of kind `bad_option`."""
    return EndpointSettings(
        role=role,
        url=_checked_url(role, options.text("url")),
        model=options.text("model") or DEFAULT_MODELS[role],
        key=read_key(options, role),
        concurrency=options.integer("concurrency", 16, 1, 4096),
        timeout_s=options.number("timeout_s", 300.0, 0.1, 86_400.0),
        connect_timeout_s=options.number("connect_timeout_s", 10.0, 0.1, 600.0),
        retries=options.integer("retries", 5, 0, 100),
        outage_s=options.number("outage_s", 120.0, 0.0, 86_400.0),
    )


def _checked_url(role: Role, given: str) -> str:
    if not given:
        return ""
    try:
        url = urlsplit(given.rstrip("/"))
        is_plain = url.scheme in ("http", "https") and bool(url.hostname) and (url.port is None or url.port > 0)
    except ValueError:  # a port that is no number, brackets that do not match
        raise _bad_url(role) from None
    if not is_plain or "@" in url.netloc or url.query or url.fragment or not _is_plain_text(given):
        raise _bad_url(role)
    return url.geturl() if url.path else f"{url.geturl()}/v1"


def _is_plain_text(given: str) -> bool:
    return given.isascii() and given.isprintable() and " " not in given


def _bad_url(role: Role) -> PerceptionError:
    """Says nothing of what was given: it may hold a password."""
    return PerceptionError(
        f"The option '{role}.url' is no URL such as {_EXAMPLE_URL}; it holds no user, password or query, for keys come "
        "from the environment (EMORETRIEVE_API_KEY).",
        kind="bad_option",
    )
