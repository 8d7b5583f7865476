"""An engine for each test, and tiny models loaded once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from emoretrieve.perception.qwen.engine import Engine
from emoretrieve.perception.qwen.loading import LoadedModel, load
from emoretrieve.perception.qwen.settings import ModelSettings
from emoretrieve.perception.settings import Role

Loading = Callable[[str, Role], LoadedModel]


@pytest.fixture
def engine() -> Iterator[Engine]:
    """Its models are freed after the test."""
    engine = Engine()
    yield engine
    engine.close()


@cache
def _loaded(folder: Path, role: Role) -> LoadedModel:
    return load(ModelSettings(str(folder)), role)


@pytest.fixture
def loading(request: pytest.FixtureRequest) -> Loading:
    """Loads the tiny model of a fixture, once in a session; what it remembers of prompts is forgotten."""

    def load_once(name: str, role: Role = "colour") -> LoadedModel:
        loaded = _loaded(request.getfixturevalue(name), role)
        loaded.prefixes.clear()
        return loaded

    return load_once


@pytest.fixture
def qwen3(loading: Loading) -> LoadedModel:
    """A model of text, in memory."""
    return loading("tiny_qwen3", "colour")
