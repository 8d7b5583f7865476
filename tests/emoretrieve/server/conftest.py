"""A real server on loopback, over a small collection of real files."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from emoretrieve_cli.main import main
from tests.cli.conftest import copy_sparse
from tests.cli.media import draw_media


@dataclass(slots=True)
class Served:
    """A server process."""

    process: subprocess.Popen[str]
    url: str
    data: Path
    log: list[str]
    """Its lines so far."""

    def client(self, key: str = "") -> httpx.Client:
        headers = {"authorization": f"Bearer {key}"} if key else {}
        return httpx.Client(base_url=self.url, headers=headers, timeout=60, trust_env=False)

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.process.wait(60)


Serve = Callable[..., AbstractContextManager[Served]]


@contextmanager
def serving(data: Path, *options: str, environment: dict[str, str] | None = None) -> Iterator[Served]:
    """`emoretrieve serve` with these options, at a free port."""
    command = [sys.executable, "-m", "emoretrieve_cli.main", "serve", "--data", str(data), "--port", "0", *options]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ | (environment or {})
    )
    log: list[str] = []
    assert process.stdout is not None
    assert process.stderr is not None
    reader = threading.Thread(target=lambda: log.extend(iter(process.stderr.readline, "")), daemon=True)  # type: ignore[union-attr]
    reader.start()
    try:
        said = process.stdout.readline()
        assert said.startswith("Serving at "), said + "".join(log)
        yield Served(process, said.split()[2], data, log)
    finally:
        process.kill()
        process.wait()
        reader.join(5)
        process.stdout.close()
        process.stderr.close()


@pytest.fixture(scope="package")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with four pictures and three sounds; do not change it."""
    return draw_media(tmp_path_factory.mktemp("media"))


@pytest.fixture(scope="package")
def filled_home(tmp_path_factory: pytest.TempPathFactory, media: Path) -> Path:
    """A data folder with the media indexed; do not change it."""
    folder = tmp_path_factory.mktemp("filled")
    assert main(["index", str(media), "--data", str(folder), "--workers", "1", "--json"]) == 0
    return folder


@pytest.fixture
def home(filled_home: Path, tmp_path: Path) -> Path:
    """A data folder of the test's own, with the media indexed."""
    return shutil.copytree(filled_home, tmp_path / "home", copy_function=copy_sparse)


@pytest.fixture(scope="package")
def shared(filled_home: Path, media: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for all tests that leave the collection as it is."""
    data = tmp_path_factory.mktemp("served") / "home"
    shutil.copytree(filled_home, data, copy_function=copy_sparse)
    with serving(data, "--allow", str(media)) as served:
        yield served


@pytest.fixture
def client(shared: Served) -> Iterator[httpx.Client]:
    with shared.client() as client:
        yield client
