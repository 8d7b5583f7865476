"""A program that runs on a Ray instance of its own: what it prints, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from PIL import Image

from tests.indexer.conftest import open_bench_collection
from tests.indexer.fakes import picture
from tests.indexer.running import wait_until_done

pytestmark = pytest.mark.skipif(find_spec("ray") is None, reason="the extra 'ray' is not installed")


def _command(main: str, *words: str | Path) -> list[str]:
    program = f"import sys; sys.path[:0] = {sys.path!r}; {main}"
    return [sys.executable, "-c", program, *map(str, words)]


def test_standard_output_is_one_json_document_and_standard_error_is_silent(tmp_path: Path) -> None:
    Image.new("RGB", (32, 32), "red").save(tmp_path / "a.png")
    command = _command(
        "from emoretrieve_cli.main import run; run()",
        *("index", tmp_path / "a.png", "--engine", "ray", "--workers", "1", "--data", tmp_path / "data", "--json"),
    )
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["indexed"] == 1
    assert done.stderr == ""


def test_an_interrupted_run_reports_what_it_stored_and_leaves_no_process(tmp_path: Path) -> None:
    for number in range(4):
        picture(tmp_path / "media" / f"{number}.png", str(number))
    picture(tmp_path / "media" / "stuck.png", "hangs")
    command = _command("from tests.indexer.ray.program import main; main()", tmp_path / "data", tmp_path / "media")
    mark = f"{os.getpid()}-interrupted"
    environment = os.environ | {"EMORETRIEVE_TEST_MARK": mark}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        wait_until_done(process, 1)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    with open_bench_collection(tmp_path / "data") as store:
        assert json.loads(said.splitlines()[-1])["indexed"] == sum(len(items) for items in store.scan()) > 0
    assert not _marked(mark)


def _marked(mark: str) -> list[str]:
    """The processes that have this in their environment."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (folder / "environ").read_bytes():
                found.append((folder / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found
