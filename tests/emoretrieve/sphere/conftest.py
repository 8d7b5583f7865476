"""What the tests of the sphere share."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.cli.media import draw_media

_NEED_TORCH = ["test_evaluation.py", "test_heads.py", "test_model.py", "training"]
collect_ignore = [] if find_spec("torch") and find_spec("safetensors") else _NEED_TORCH
"""What nobody can run without the extra `sphere`."""


@pytest.fixture(scope="session")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with four pictures and three sounds; do not change it."""
    return draw_media(tmp_path_factory.mktemp("media"))


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> None:
    """Small tensors are not worth several threads, which would wait for each other beside other tests."""
    if find_spec("torch"):
        import torch

        torch.set_num_threads(1)
