"""Servers for the tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.emoretrieve.perception.endpoint.fake_server import FakeServer, fake_server


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys of whoever runs the tests stay out of them."""
    for role in ("", "AUDIO_", "IMAGE_", "COLOUR_"):
        monkeypatch.delenv(f"EMORETRIEVE_{role}API_KEY", raising=False)


@pytest.fixture
def server() -> Iterator[FakeServer]:
    """A server that takes everything and honours everything, as vLLM does."""
    with fake_server() as running:
        yield running
