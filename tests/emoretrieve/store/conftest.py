"""Every engine, opened the same way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from emoretrieve.store import Store
from emoretrieve.store.collections import open_collection
from emoretrieve.store.local import LocalStore
from tests.emoretrieve.store.samples import SIGNATURE, assorted

ITEMS = assorted(200)

OpenStore = Callable[[], Store]
"""Opens the one collection of a test, making it where it does not exist yet."""


@pytest.fixture(params=["edge", "local folder"])
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> OpenStore:
    """A collection that outlives its store object: close one before opening the next."""
    if request.param == "edge":
        return lambda: open_collection(tmp_path, "test", signature=SIGNATURE, create=True)
    return lambda: LocalStore.in_folder(tmp_path, SIGNATURE)


@pytest.fixture(params=["edge", "local memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    with made(request.param, tmp_path) as store:
        yield store


@pytest.fixture(params=["edge", "local memory"], scope="module")
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store that holds `ITEMS`, for tests that only read."""
    with made(request.param, tmp_path_factory.mktemp("filled")) as store:
        store.upsert(ITEMS)
        yield store


def made(engine: str, folder: Path) -> Store:
    if engine == "edge":
        return open_collection(folder, "test", signature=SIGNATURE, create=True)
    return LocalStore.in_memory(SIGNATURE)
