from __future__ import annotations

from pathlib import Path

import pytest

from tests.emoretrieve.evaluation.study.sample import write_sample


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """The folder of a made-up study."""
    return write_sample(tmp_path / "study")
