"""Every engine, opened the same way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from emoretrieve.store import Store
from emoretrieve.store.collections import open_collection
from emoretrieve.store.local import LocalStore
from tests.emoretrieve.store.samples import SIGNATURE

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
    made: Store
    if request.param == "edge":
        made = open_collection(tmp_path, "test", signature=SIGNATURE, create=True)
    else:
        made = LocalStore.in_memory(SIGNATURE)
    with made:
        yield made
