"""The lines of curl on the page are run, one after another."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.media import draw_media
from tests.emoretrieve.server.conftest import serving

PAGE = Path(__file__).parents[3] / "docs" / "http.md"


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_every_request_of_the_page_is_answered(home: Path, tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    folder = draw_media(tmp_path / "files")
    (script,) = re.findall(r"```sh\n(.*?)```", PAGE.read_text(), re.DOTALL)
    with serving(home, "--allow", str(folder)) as served:
        lines = script.replace("http://127.0.0.1:8000", served.url)
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", lines],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    assert (folder / "thumbnail.jpg").read_bytes().startswith(b"\xff\xd8")
    assert (folder / "excerpt.wav").read_bytes().startswith(b"RIFF")
    assert done.stdout.count('"results"') == 10  # and one that a variable took
