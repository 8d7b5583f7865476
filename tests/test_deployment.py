"""The files that start a Qdrant server are valid, closed to the outside, and ask its health without curl."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
COMPOSE_FILES = ("docker-compose.yml", "qdrant/cluster.compose.yml")
every_file = pytest.mark.parametrize("file", COMPOSE_FILES)


def services(file: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load((ROOT / file).read_text())["services"].values())


@contextmanager
def server(status: int) -> Iterator[int]:
    """A server on a free port that knows `/readyz` only; its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/readyz" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Be quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as httpd:
        thread = threading.Thread(target=httpd.serve_forever)
        thread.start()
        yield httpd.server_port
        httpd.shutdown()
        thread.join()


def health(file: str, port: int) -> int:
    """The exit code of the health check of a file's first service, asked of another port."""
    word, *command = services(file)[0]["healthcheck"]["test"]
    assert word == "CMD"
    return subprocess.run([part.replace("6333", str(port)) for part in command], capture_output=True).returncode


@every_file
def test_a_ready_server_is_healthy(file: str) -> None:
    with server(200) as port:
        assert health(file, port) == 0


@every_file
def test_a_server_that_is_not_ready_is_unhealthy(file: str) -> None:
    with server(503) as port:
        assert health(file, port) != 0


@every_file
def test_a_server_that_does_not_answer_is_unhealthy(file: str) -> None:
    with server(200) as port:
        pass
    assert health(file, port) != 0


@every_file
def test_ports_are_reachable_from_this_machine_only(file: str) -> None:
    ports = [port for service in services(file) for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


@every_file
def test_no_server_starts_without_a_key(file: str) -> None:
    for service in services(file):
        assert service["environment"]["QDRANT__SERVICE__API_KEY"].startswith("${QDRANT_API_KEY:?")


@every_file
def test_the_version_is_pinned(file: str) -> None:
    assert {service["image"] for service in services(file)} == {"qdrant/qdrant:v1.19.0"}


@every_file
def test_every_mounted_file_is_there_and_every_volume_is_declared(file: str) -> None:
    volumes = yaml.safe_load((ROOT / file).read_text())["volumes"]
    for mount in [mount for service in services(file) for mount in service["volumes"]]:
        source = mount.split(":")[0]
        known = (ROOT / file).parent.joinpath(source).is_file() if source.startswith(".") else source in volumes
        assert known, source


def test_the_server_fetches_no_urls_and_sends_no_telemetry() -> None:
    config = yaml.safe_load((ROOT / "qdrant" / "config.yaml").read_text())
    assert config["service"] == {"enable_snapshot_url_recovery": False, "enable_cors": False}
    assert config["telemetry_disabled"] is True
