"""How a server is set up: read once, from options and the environment."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, TypeAlias

from emoretrieve.errors import RequestError
from emoretrieve.perception import PerceptionChoice
from emoretrieve.store.server.settings import ServerSettings

PREFIX = "EMORETRIEVE_SERVE_"
"""Of the variables of the environment: this and the name of the setting in capitals."""
Network: TypeAlias = IPv4Network | IPv6Network
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def _setting(default: Any, about: str) -> Any:  # as dataclasses.field, which mypy takes for any type
    return field(default=default, metadata={"about": about})


@dataclass(frozen=True, slots=True)
class ServeSettings:
    """One server."""

    data: Path
    """The data folder: embedded collections, uploads, jobs."""
    qdrant: ServerSettings | None = None
    """Where the collections are instead, if they are on a Qdrant server."""
    perception: PerceptionChoice | None = None
    """Of a collection that is made; None: `lite`."""
    collection: str = _setting("default", "The collection that is opened at the start.")
    host: str = _setting("127.0.0.1", "The address to listen at; any other than this machine's own needs keys.")
    port: int = _setting(8000, "The port to listen at.")
    keys_file: str = _setting("", "File of hashed keys, a line each; made by `serve --make-key ROLE`.")
    keys: str = _setting("", "Such lines themselves, with commas between.")
    allow: tuple[Path, ...] = _setting((), "Folders that files may be added from, with ':' between.")
    origins: tuple[str, ...] = _setting((), "Origins of web pages that may call (CORS), with commas between; none.")
    gateways: tuple[Network, ...] = _setting(
        (), "Addresses or networks of gateways whose X-Forwarded-For names the caller, with commas between; none."
    )
    threads: int = _setting(4, "Threads that answer queries.")
    waiting: int = _setting(128, "Requests that may wait for a thread; more are refused at once.")
    workers: int = _setting(2, "Processes that decode what is uploaded, and as many again for jobs.")
    uploads: int = _setting(8, "Uploads that may be under way at once.")
    connections: int = _setting(512, "Connections that may be open at once.")
    rate: float = _setting(0.0, "Requests a second of one key (or, without keys, one address); 0: no limit.")
    burst: int = _setting(100, "Requests of one key that may come at once before the rate counts.")
    upload_mb: int = _setting(64, "Megabytes of one file, and of all files of one request.")
    body_kb: int = _setting(1024, "Kilobytes of a request without files.")
    media_seconds: int = _setting(3600, "Seconds of a sound.")
    media_pixels: int = _setting(100_000_000, "Pixels of a picture.")
    worker_mb: int = _setting(4096, "Megabytes of addresses of a decoding process, libraries included.")
    worker_s: int = _setting(60, "Seconds that one file may take.")
    header_s: int = _setting(10, "Seconds for a client to send the head of a request.")
    chunk_s: int = _setting(15, "Seconds to wait for the next piece of a body, or for a client to take one.")
    body_s: int = _setting(300, "Seconds for a whole body.")
    answer_s: int = _setting(120, "Seconds for an answer.")
    shutdown_s: int = _setting(20, "Seconds that requests have to end at a shutdown.")
    pair_cells: int = _setting(
        4_000_000, "Possible pairs (songs x pictures) of a pairing; more are for the command line."
    )
    thumbnail_mb: int = _setting(64, "Megabytes of thumbnails and excerpts that are kept in memory.")
    resident_items: int = _setting(500_000, "Items of an embedded collection, up to which its vectors stay in memory.")
    jobs_kept: int = _setting(1000, "Finished jobs that are remembered.")

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        return self.host in LOOPBACK


def options() -> dict[str, str]:
    """What can be set by name, and what it means."""
    return {one.name: one.metadata["about"] for one in _named()}


def read_settings(
    data: Path,
    given: Mapping[str, str],
    *,
    qdrant: ServerSettings | None = None,
    perception: PerceptionChoice | None = None,
    environment: Mapping[str, str] | None = None,
) -> ServeSettings:
    """What is given by name, else what the environment says, else the default; RequestError of kind `bad_setting`."""
    variables = os.environ if environment is None else environment
    known = options()
    for name in given:
        if name not in known:
            raise _bad(f"There is no setting '{name}' of a server; there are {', '.join(known)}")
    texts = {name: given.get(name, variables.get(f"{PREFIX}{name.upper()}", "")) for name in known}
    values: dict[str, Any] = {  # fields of ServeSettings with values of their types, which `_READ` knows
        one.name: _READ[str(one.type)](one.name, texts[one.name]) for one in _named() if texts[one.name]
    }
    return ServeSettings(data, qdrant, perception, **values)


def _named() -> list[Field[Any]]:
    return [one for one in fields(ServeSettings) if "about" in one.metadata]


def _whole(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit()) or not 0 <= int(text) <= 10**12:
        raise _bad(f"The setting '{name}' is '{text}', which is no whole number")
    least = 0 if name in ("port", "waiting") else 1
    if int(text) < least or (name == "port" and int(text) > 65_535):
        raise _bad(f"The setting '{name}' is {text}, which is out of its range")
    return int(text)


def _number(name: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number < 1e9:
        raise _bad(f"The setting '{name}' is '{text}', which is no number from 0 on")
    return number


def _folders(name: str, text: str) -> tuple[Path, ...]:
    folders = tuple(Path(one).expanduser() for one in text.split(os.pathsep) if one)
    for folder in folders:
        if not folder.is_dir():
            raise _bad(f"The setting '{name}' names '{folder}', where there is no folder")
    return tuple(folder.resolve() for folder in folders)


def _networks(name: str, text: str) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(one.strip(), strict=False) for one in text.split(",") if one.strip())
    except ValueError:
        raise _bad(
            f"The setting '{name}' is '{text}', and takes addresses or networks such as 127.0.0.1,10.1.0.0/16"
        ) from None


_READ: Mapping[str, Callable[[str, str], object]] = {
    "str": lambda _name, text: text,
    "int": _whole,
    "float": _number,
    "tuple[Path, ...]": _folders,
    "tuple[Network, ...]": _networks,
    "tuple[str, ...]": lambda _name, text: tuple(one.strip() for one in text.split(",") if one.strip()),
}


def _bad(problem: str) -> RequestError:
    return RequestError(f"{problem}.", kind="bad_setting")
