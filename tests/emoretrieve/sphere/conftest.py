"""What the tests of the sphere share."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.cli.media import draw_media

_NEED_TORCH = ["test_heads.py", "test_model.py"]
collect_ignore = [] if find_spec("torch") and find_spec("safetensors") else _NEED_TORCH
"""What nobody can run without the extra `sphere`."""


@pytest.fixture(scope="session")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with four pictures and three sounds; do not change it."""
    return draw_media(tmp_path_factory.mktemp("media"))
