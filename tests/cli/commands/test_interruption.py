"""Ctrl-C while indexing ends cleanly and loses nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from tests.cli.conftest import Run
from tests.cli.media import RATE_HZ, write_wav

SONGS = 10


def test_ctrl_c_is_130_without_a_traceback_and_the_next_run_goes_on(run: Run, tmp_path: Path, home: Path) -> None:
    rng = np.random.default_rng(5)
    folder = tmp_path / "songs"
    folder.mkdir()
    for number in range(SONGS):
        write_wav(folder / f"{number}.wav", 0.5 * rng.uniform(-1, 1, 60 * RATE_HZ))
    command = [sys.executable, "-m", "emoretrieve_cli.main", "index", str(folder), "--workers", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ) as process:
        while not (home / "collections" / "default" / "collection.json").exists():
            time.sleep(0.02)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"Traceback" not in error
    assert error.strip().count(b"\n") == 0
    report = run("index", folder, "--json").json
    assert (report["indexed"], report["unchanged"]) != (0, SONGS)
    assert int(str(report["indexed"])) + int(str(report["unchanged"])) == SONGS
