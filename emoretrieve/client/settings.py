"""Which server to talk to, with which key and how much patience."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from emoretrieve.errors import RequestError

URL, KEY, KEY_FILE = "EMORETRIEVE_SERVER", "EMORETRIEVE_SERVER_KEY", "EMORETRIEVE_SERVER_KEY_FILE"
"""Variables of the environment."""


@dataclass(frozen=True, slots=True)
class ClientSettings:
    """One server."""

    url: str
    """Such as http://127.0.0.1:8000; a path in it is kept, for servers behind a gateway."""
    key: str | None = field(default=None, repr=False)
    timeout_s: float = 120.0
    """That a server may stay silent."""
    retries: int = 4
    """How often a request is sent again that may be: refused for lack of room, or lost on the way."""

    def __post_init__(self) -> None:
        """Raises RequestError of kind `bad_setting`."""
        try:
            url = urlsplit(self.url)
            is_fit = url.scheme in ("http", "https") and bool(url.hostname) and (url.port or 1) > 0
        except ValueError:
            is_fit = False
        if not is_fit:
            raise RequestError(
                f"'{self.url}' is no URL of a server; write it as http://127.0.0.1:8000.", kind="bad_setting"
            )
        if self.key is not None and not (self.key.isascii() and self.key.isprintable() and " " not in self.key):
            raise RequestError("The key for the server has characters that no key has.", kind="bad_setting")


def read_settings(url: str, environment: Mapping[str, str] | None = None) -> ClientSettings:
    """The server at `url` with the key that the environment has, itself or in a file; RequestError (`bad_setting`)."""
    variables = os.environ if environment is None else environment
    key = variables.get(KEY)
    if not key and (file := variables.get(KEY_FILE)):
        try:
            key = Path(file).expanduser().read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            message = f"The file '{file}' that {KEY_FILE} names cannot be read; check its path and who may read it."
            raise RequestError(message, kind="bad_setting") from error
    return ClientSettings(url.rstrip("/"), key or None)
