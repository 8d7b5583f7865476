"""How a host reaches the tools: over the pipes of a process that it started, or over HTTP on this machine."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass

import anyio
import uvicorn
from mcp.server.mcpserver import MCPServer

from emoretrieve.errors import RequestError

LOOPBACK = ("127.0.0.1", "::1", "localhost")
PATH = "/mcp"


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen. There are no keys here, so it is this machine only."""

    host: str = "127.0.0.1"
    port: int = 8001

    def __post_init__(self) -> None:
        """Raises RequestError of kind `bad_setting`."""
        if self.host not in LOOPBACK:
            raise RequestError(
                f"The tools have no keys and listen to this machine only, not at '{self.host}'; put a gateway that "
                "asks for keys before them.",
                kind="bad_setting",
            )


def serve_pipes(server: MCPServer) -> None:
    """Speak over standard input and output until the host closes them."""
    anyio.run(server.run_stdio_async)


def serve_http(server: MCPServer, address: Address, on_listening: Callable[[str], None]) -> None:
    """Speak streamable HTTP until SIGINT or SIGTERM; `on_listening` is told the URL.

    Requests that a page of another origin makes a browser send are refused (the SDK looks at Host and Origin).
    Raises RequestError of kind `bad_setting` where the address cannot be listened at.
    """
    with _listening(address) as listener:
        port = listener.getsockname()[1]
        app = server.streamable_http_app(host=address.host, streamable_http_path=PATH, stateless_http=True)
        config = uvicorn.Config(app, log_level="warning", ws="none", server_header=False)
        host = f"[{address.host}]" if ":" in address.host else address.host
        on_listening(f"http://{host}:{port}{PATH}")
        uvicorn.Server(config).run(sockets=[listener])


def _listening(address: Address) -> socket.socket:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address.host, address.port))
        listener.listen()
    except OSError as error:
        listener.close()
        raise RequestError(
            f"The tools cannot listen at {address.host}, port {address.port}: {error.strerror}; choose another port "
            "with --port.",
            kind="bad_setting",
        ) from error
    return listener
