"""A stand-in for a Qdrant server, and a place on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from emoretrieve.store.server import patience
from emoretrieve.store.server.place import ServerPlace
from emoretrieve.store.server.settings import ServerSettings
from tests.emoretrieve.store.fake_qdrant import FakeQdrant


@pytest.fixture
def fake() -> Iterator[FakeQdrant]:
    with FakeQdrant() as fake:
        yield fake


@pytest.fixture
def place(fake: FakeQdrant) -> ServerPlace:
    return ServerPlace(ServerSettings(fake.url, timeout_s=5, ready_s=1, retries=2))


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two tries hardly any time passes."""
    monkeypatch.setattr(patience, "_FIRST_WAIT_S", 0.01)
