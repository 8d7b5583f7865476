"""One Ray instance for all tests, with two cores."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

import pytest

from emoretrieve_indexer.ray.cluster import connected, prepare_to_import


@pytest.fixture(scope="session")
def cluster() -> Iterator[None]:
    """Crews use it and leave it, as this process is connected already."""
    if find_spec("ray") is None:
        pytest.skip("the extra 'ray' is not installed")
    prepare_to_import()
    with connected("local", 2):
        yield
