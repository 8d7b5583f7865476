"""The socket of a server, and the URL that it is reached by."""

from __future__ import annotations

import socket

from emoretrieve.errors import RequestError

_BACKLOG = 128
"""Connections that may wait to be taken, unless told otherwise."""


def listening(host: str, port: int, who: str, backlog: int = _BACKLOG) -> socket.socket:
    """A socket that listens there; port 0 takes a free one.

    Raises RequestError of kind `bad_setting`, which says that `who` cannot listen there.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # named: only then asyncio sends at once
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(backlog)
    except OSError as error:
        listener.close()
        raise RequestError(
            f"{who} cannot listen at {host}, port {port}: {error.strerror}; choose another port with --port.",
            kind="bad_setting",
        ) from error
    return listener


def url_of(host: str, listener: socket.socket) -> str:
    """Where a listening socket is reached."""
    return f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
