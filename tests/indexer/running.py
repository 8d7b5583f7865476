"""A run of the indexer as a program, for tests that kill it.

Prints the number of files done whenever it changes, and the report as JSON if it is interrupted.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from emoretrieve.perception import PerceptionSettings
from emoretrieve_indexer.describing import Job
from emoretrieve_indexer.pipeline import run_index
from emoretrieve_indexer.report import IndexInterrupted, Progress
from emoretrieve_indexer.settings import IndexSettings
from emoretrieve_indexer.sources import expand
from emoretrieve_indexer.worker import Setup
from emoretrieve_indexer.workers import Workers
from tests.indexer.conftest import open_bench_collection
from tests.indexer.fakes import open_fake


@contextmanager
def running(data: Path, media: Path) -> Iterator[subprocess.Popen[str]]:
    """The program at work on the media folder; killed at the end of the block if it still runs."""
    program = f"import sys; sys.path[:0] = {sys.path!r}; from tests.indexer.running import main; main()"
    command = [sys.executable, "-c", program, str(data), str(media)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_until_done(process: subprocess.Popen[str], files: int) -> int:
    """Read what the program says until it has done so many files; the number that it said."""
    assert process.stdout is not None
    return next(int(line) for line in process.stdout if int(line) >= files)


def workers_of(process: subprocess.Popen[str]) -> list[int]:
    """The process ids of its workers."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    return [int(child) for child in children.split()]


def main() -> None:
    data, media = (Path(name) for name in sys.argv[1:])
    workforce = Workers[Job](Setup(open_fake, PerceptionSettings("fake"), 60.0), 2)
    with open_bench_collection(data) as store:
        try:
            run_index(store, workforce, expand([media]), IndexSettings(workers=2), _say)
        except IndexInterrupted as interrupted:
            print(json.dumps(interrupted.report.to_json()), flush=True)
            sys.exit(130)


def _say(progress: Progress) -> None:
    print(progress.done, flush=True)
