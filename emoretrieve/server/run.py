"""Running the application: one process, one event loop, until a signal ends it."""

from __future__ import annotations

from collections.abc import Callable

import uvicorn

from emoretrieve.server.app import create_app
from emoretrieve.server.connections import patient_protocol
from emoretrieve.server.crew import Crew
from emoretrieve.server.listening import listening, url_of
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
    with listening(settings.host, settings.port, "The server", settings.connections) as listener:
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
        on_listening(url_of(settings.host, listener))
        uvicorn.Server(config).run(sockets=[listener])
