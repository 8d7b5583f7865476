"""Every engine, opened the same way."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from emoretrieve.store import Store
from emoretrieve.store.collections import open_collection
from emoretrieve.store.local import LocalStore
from emoretrieve.store.place import Place, place_of
from emoretrieve.store.server.settings import ServerSettings, read_settings
from tests.emoretrieve.store.fake_qdrant import FakeQdrant
from tests.emoretrieve.store.samples import SIGNATURE, assorted

ITEMS = assorted(200)
URL = os.environ.get("QDRANT_URL")

OpenStore = Callable[[], Store]
"""Opens the one collection of a test, making it where it does not exist yet."""


SERVERS = ["fake server", pytest.param("server", marks=pytest.mark.skipif(not URL, reason="QDRANT_URL is not set"))]
"""The stand-in always, and a real one where the environment names it."""


@pytest.fixture(params=["edge", "local folder", *SERVERS])
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenStore]:
    """A collection that outlives its store object: close one before opening the next."""
    if request.param == "edge":
        yield lambda: open_collection(tmp_path, "test", signature=SIGNATURE, create=True)
    elif request.param == "local folder":
        yield lambda: LocalStore.in_folder(tmp_path, SIGNATURE)
    else:
        with server_place(request.param) as (place, name):
            yield lambda: place.open(name, signature=SIGNATURE, create=True)


@pytest.fixture(params=["edge", "local memory", *SERVERS])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    with made(request.param, tmp_path) as store:
        yield store


@pytest.fixture(params=["edge", "local memory", "lenient fake server"])
def lenient_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store that filters by fields without an index, which a server in strict mode does not."""
    with made(request.param, tmp_path) as store:
        yield store


@pytest.fixture(params=["edge", "local memory", *SERVERS], scope="module")
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store that holds `ITEMS`, for tests that only read."""
    with made(request.param, tmp_path_factory.mktemp("filled")) as store:
        store.upsert(ITEMS)
        yield store


@contextmanager
def made(engine: str, folder: Path) -> Iterator[Store]:
    if engine == "edge":
        with open_collection(folder, "test", signature=SIGNATURE, create=True) as store:
            yield store
    elif engine == "local memory":
        with LocalStore.in_memory(SIGNATURE) as store:
            yield store
    else:
        with server_place(engine) as (place, name), place.open(name, signature=SIGNATURE, create=True) as store:
            yield store


@contextmanager
def server_place(engine: str) -> Iterator[tuple[Place, str]]:
    """A server and the name of a collection that is not there yet, and will not be afterwards."""
    if engine != "server":
        with FakeQdrant(strict=engine == "fake server") as fake:
            yield place_of(Path(), ServerSettings(fake.url)), "test"
        return
    settings = read_settings()
    assert settings is not None
    place, name = place_of(Path(), settings), f"emoretrieve-test-{uuid4().hex}"
    yield place, name
    if name in place.names():
        place.delete(name)
