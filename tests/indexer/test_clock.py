"""Nothing depends on what the clock shows; for the dates of files see `test_pipeline.py`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from PIL import Image

FUTURE, PAST = "2100-01-01 00:00:00", "1985-01-01 00:00:00"


@pytest.fixture
def media(tmp_path: Path) -> Path:
    folder = tmp_path / "media"
    folder.mkdir()
    for number in range(3):
        Image.new("RGB", (32, 32), (80 * number, 40, 200)).save(folder / f"{number}.png")
    return folder


def at(date: str, *words: str | Path) -> Mapping[str, object]:
    """What a command prints as JSON on a machine whose clock shows this date; its other clocks run as always."""
    program = shutil.which("faketime")
    if program is None and os.environ.get("CI") != "true":
        pytest.skip("the faketime program is not installed (Debian, Ubuntu: apt-get install faketime)")
    assert program is not None, "scripts/install installs faketime in CI"
    command = [program, date, sys.executable, "-m", "emoretrieve_cli.main", *map(str, words), "--json"]
    environment = os.environ | {"FAKETIME_DONT_FAKE_MONOTONIC": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    printed: Mapping[str, object] = json.loads(result.stdout)
    return printed


def test_a_clock_that_goes_back_between_runs_changes_nothing(media: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert at(FUTURE, "index", media, "--data", data)["indexed"] == 3
    (media / "0.png").unlink()
    Image.new("RGB", (32, 32), (9, 99, 9)).save(media / "new.png")
    second = at(PAST, "index", media, "--prune", "--data", data)
    assert (second["indexed"], second["unchanged"], second["removed"], second["failed"]) == (1, 2, 1, [])
    results = at(FUTURE, "query", "--text", "calm and quiet", "--data", data)["results"]
    assert isinstance(results, list)
    assert len(results) == 3
