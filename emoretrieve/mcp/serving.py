"""How a host reaches the tools: over the pipes of a process that it started, or over HTTP on this machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import anyio
import uvicorn
from mcp.server.mcpserver import MCPServer

from emoretrieve.errors import RequestError
from emoretrieve.server.listening import listening, url_of
from emoretrieve.server.settings import LOOPBACK

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
    with listening(address.host, address.port, "The tools") as listener:
        app = server.streamable_http_app(host=address.host, streamable_http_path=PATH, stateless_http=True)
        config = uvicorn.Config(app, log_level="warning", ws="none", server_header=False)
        on_listening(f"{url_of(address.host, listener)}{PATH}")
        uvicorn.Server(config).run(sockets=[listener])
