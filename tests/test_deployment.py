"""The files that start servers are valid, closed to the outside, and ask their health without curl."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from emoretrieve.perception.known_models import DEFAULT_MODELS

ROOT = Path(__file__).parents[1]
COMPOSE_FILES = ("docker-compose.yml", "qdrant/cluster.compose.yml")
every_file = pytest.mark.parametrize("file", COMPOSE_FILES)


def services(file: str) -> list[dict[str, Any]]:
    """The Qdrant servers of a file."""
    return [service for service in all_services(file) if service.get("image", "").startswith("qdrant/")]


def all_services(file: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load((ROOT / file).read_text())["services"].values())


def model_servers() -> dict[str, dict[str, Any]]:
    every = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    return {name: service for name, service in every.items() if "models" in service.get("profiles", [])}


@contextmanager
def server(status: int, path: str = "/readyz") -> Iterator[int]:
    """A server on a free port that knows one path only; its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == path else 404)
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
    return checked(services(file)[0], "6333", port)


def checked(service: dict[str, Any], usual_port: str, port: int) -> int:
    word, *command = service["healthcheck"]["test"]
    assert word == "CMD"
    return subprocess.run([part.replace(usual_port, str(port)) for part in command], capture_output=True).returncode


def started(service: dict[str, Any], folder: Path, key: str) -> subprocess.CompletedProcess[str]:
    """The entry point of a model server with a stand-in for vLLM that prints what it is called with."""
    program = folder / "vllm"
    program.write_text('#!/bin/sh\necho "$@"\n')
    program.chmod(0o755)
    command = [part.replace("$$", "$") for part in (*service["entrypoint"], *service["command"])]
    environment = {"PATH": f"{folder}:/usr/bin:/bin", "VLLM_API_KEY": key, "MODEL_GPU_SHARE": "0.9"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def validated(file: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What Debian's docker-compose, which needs no daemon for that, says of a file; skips where it is not installed."""
    program = shutil.which("docker-compose")
    if program is None and os.environ.get("CI") != "true":
        pytest.skip("the docker-compose program is not installed (Debian, Ubuntu: apt-get install docker-compose)")
    assert program is not None, "scripts/install installs docker-compose in CI"
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "QDRANT_API_KEY": "k" * 32}
    command = [program, "-f", file, *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@every_file
def test_docker_compose_finds_nothing_wrong_with_any_profile(file: str) -> None:
    every = yaml.safe_load((ROOT / file).read_text())["services"]
    profiles = sorted({profile for service in every.values() for profile in service.get("profiles", [])})
    result = validated(file, *[word for profile in profiles for word in ("--profile", profile)], "config", "--services")
    assert (result.returncode, result.stderr) == (0, "")
    assert sorted(result.stdout.split()) == sorted(every)


def test_docker_compose_finds_what_is_wrong(tmp_path: Path) -> None:
    wrong = tmp_path / "compose.yml"
    wrong.write_text((ROOT / "docker-compose.yml").read_text().replace("stop_grace_period:", "stop_graceful_period:"))
    result = validated(str(wrong), "config", "--quiet")
    assert result.returncode != 0
    assert "stop_graceful_period" in result.stderr


@every_file
def test_servers_have_no_rights_that_they_do_not_need(file: str) -> None:
    for service in services(file):
        assert service["image"].endswith("-unprivileged")
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]


@every_file
def test_all_that_a_server_writes_goes_to_volumes_and_a_small_tmpfs(file: str) -> None:
    for service in services(file):
        written = {mount.split(":")[1] for mount in service["volumes"] if not mount.endswith(":ro")}
        assert written == {"/qdrant/storage", "/qdrant/snapshots"}
        assert service["tmpfs"] == ["/tmp:mode=1777,size=16m"]
        assert service["environment"]["QDRANT_INIT_FILE_PATH"].startswith("/tmp/")


@every_file
def test_servers_are_bounded_and_may_open_many_files(file: str) -> None:
    for service in services(file):
        assert service["mem_limit"].startswith("${QDRANT_MEMORY:-")
        assert service["pids_limit"] == 4096
        assert service["ulimits"] == {"nofile": {"soft": 65536, "hard": 65536}}
        assert service["logging"]["options"] == {"max-size": "10m", "max-file": "3"}


@every_file
def test_no_secret_stands_in_a_file_and_no_empty_key_reaches_a_server(file: str) -> None:
    for service in services(file):
        keys = {name: value for name, value in service["environment"].items() if name.endswith("API_KEY")}
        assert keys.pop("QDRANT__SERVICE__API_KEY").startswith("${QDRANT_API_KEY:?")
        assert keys == {"QDRANT__SERVICE__READ_ONLY_API_KEY": None, "QDRANT__SERVICE__ALT_API_KEY": None}


def test_the_nodes_of_the_cluster_talk_to_each_other_where_nobody_else_can() -> None:
    cluster = yaml.safe_load((ROOT / "qdrant" / "cluster.compose.yml").read_text())["services"]
    for name, service in cluster.items():
        assert service["command"].endswith(f"--uri http://{name}:6335")
        assert not [port for port in service["ports"] if "6335" in port]
        assert ("--bootstrap http://node-1:6335" in service["command"]) == (name != "node-1")


def test_the_nodes_of_the_cluster_have_ports_and_volumes_of_their_own() -> None:
    cluster = services("qdrant/cluster.compose.yml")
    assert len(cluster) == 3
    ports = [port.rsplit(":", 1)[0] for service in cluster for port in service["ports"]]
    volumes = [mount for service in cluster for mount in service["volumes"] if not mount.endswith(":ro")]
    assert len({*ports}) == len(ports) == len({*volumes}) == len(volumes) == 6


def test_every_item_in_the_cluster_is_on_two_nodes_before_it_is_acknowledged() -> None:
    for service in services("qdrant/cluster.compose.yml"):
        prefix = "QDRANT__STORAGE__COLLECTION__"
        defaults = {
            name.removeprefix(prefix): value for name, value in service["environment"].items() if prefix in name
        }
        assert defaults == {"SHARD_NUMBER": "6", "REPLICATION_FACTOR": "2", "WRITE_CONSISTENCY_FACTOR": "2"}


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
    ports = [port for service in all_services(file) for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


@every_file
def test_the_version_is_pinned(file: str) -> None:
    assert {service["image"] for service in services(file)} == {"qdrant/qdrant:v1.19.0-unprivileged"}


@every_file
def test_every_mounted_file_is_there_and_every_volume_is_declared(file: str) -> None:
    volumes = yaml.safe_load((ROOT / file).read_text())["volumes"]
    for mount in [mount for service in all_services(file) for mount in service["volumes"]]:
        source = re.sub(r"\$\{\w+:-(.*?)\}", r"\1", mount).split(":")[0]
        known = (ROOT / file).parent.joinpath(source).is_file() if source.startswith(".") else source in volumes
        assert known, source


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (503, False)])
def test_a_model_server_is_healthy_when_it_is_ready(status: int, healthy: bool) -> None:
    for service in model_servers().values():
        with server(status, "/health") as port:
            assert (checked(service, "8000", port) == 0) is healthy


def test_there_is_a_model_server_for_every_role_with_its_usual_model() -> None:
    assert {name: service["command"][0] for name, service in model_servers().items()} == dict(DEFAULT_MODELS)


def test_model_servers_start_only_when_they_are_asked_for_and_have_a_gpu() -> None:
    for name, service in model_servers().items():
        assert service["profiles"] == ["models", name]
        (device,) = service["deploy"]["resources"]["reservations"]["devices"]
        assert (device["driver"], device["capabilities"]) == ("nvidia", ["gpu"])


def test_model_servers_have_one_pinned_version() -> None:
    images = [service["image"] for service in model_servers().values()]
    build = model_servers()["audio"]["build"]
    made_by = (ROOT / build["context"] / build["dockerfile"]).read_text()
    versions = {re.search(r":v([0-9.]+)$", image).group(1) for image in images}  # type: ignore[union-attr]  # or it fails
    assert len(versions) == 1
    assert re.findall(r"(?:vllm-openai:v|==)([0-9.]+)", made_by) == 2 * list(versions)


def test_model_servers_listen_where_the_documents_say() -> None:
    document = (ROOT / "docs" / "endpoint.md").read_text()
    for name, service in model_servers().items():
        address = service["ports"][0].rsplit(":", 1)[0]
        assert f"{name}.url=http://{address}/v1" in document


def test_no_model_server_starts_without_a_key(tmp_path: Path) -> None:
    for service in model_servers().values():
        result = started(service, tmp_path, key="")
        assert result.returncode == 64
        assert "EMORETRIEVE_API_KEY" in result.stderr


def test_a_model_server_serves_its_model_and_counts_cached_tokens(tmp_path: Path) -> None:
    for service in model_servers().values():
        called = started(service, tmp_path, key="secret-key").stdout
        assert called.startswith(f"serve {service['command'][0]} ")
        assert "--enable-prompt-tokens-details" in called
        assert "secret-key" not in called
