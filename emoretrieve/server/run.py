"""Running the application: one process, one event loop, until a signal ends it."""

from __future__ import annotations

import socket
from collections.abc import Callable

import uvicorn

from emoretrieve.errors import RequestError
from emoretrieve.server.app import create_app
from emoretrieve.server.connections import patient_protocol
from emoretrieve.server.crew import Crew
from emoretrieve.server.log import log_as_json
from emoretrieve.server.settings import ServeSettings

_IDLE_S = 30
"""Between two requests of a connection."""


def serve(settings: ServeSettings, crew: Crew, on_listening: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM; `on_listening` is told the URL.

    Requests under way may end within `shutdown_s`, jobs are queued again. Raises as `create_app` does, and
    RequestError of kind `bad_setting` where the address cannot be listened at.
    """
    app = create_app(settings, crew)
    log_as_json()
    with _listening(settings) as listener:
        config = uvicorn.Config(
            app,
            http=patient_protocol(settings.header_s, settings.connections),
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=_IDLE_S,
            timeout_graceful_shutdown=settings.shutdown_s,
        )
        on_listening(_url(settings, listener))
        uvicorn.Server(config).run(sockets=[listener])


def _listening(settings: ServeSettings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # named: only then asyncio sends at once
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((settings.host, settings.port))
        listener.listen(settings.connections)
    except OSError as error:
        listener.close()
        raise RequestError(
            f"The server cannot listen at {settings.host}, port {settings.port}: {error.strerror}; choose another "
            "port with --port.",
            kind="bad_setting",
        ) from error
    return listener


def _url(settings: ServeSettings, listener: socket.socket) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{listener.getsockname()[1]}"
