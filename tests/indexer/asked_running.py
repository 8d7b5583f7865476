"""A run of the indexer that asks models, as a program, for tests that kill it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from emoretrieve.perception import PerceptionSettings
from emoretrieve.store.collections import open_collection
from emoretrieve_indexer.asking import Asking
from emoretrieve_indexer.describing import Job
from emoretrieve_indexer.pipeline import run_index
from emoretrieve_indexer.settings import IndexSettings
from emoretrieve_indexer.sources import expand
from emoretrieve_indexer.worker import Setup
from tests.indexer.asked import open_asked


@contextmanager
def running(home: Path, options: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """The program at work on the folder `media` of `home`; killed at the end of the block if it still runs."""
    program = f"import sys; sys.path[:0] = {sys.path!r}; from tests.indexer.asked_running import main; main()"
    with subprocess.Popen([sys.executable, "-c", program, str(home), json.dumps(dict(options))]) as process:
        try:
            yield process
        finally:
            process.kill()


def main() -> None:
    home, settings = Path(sys.argv[1]), PerceptionSettings("asked", options=json.loads(sys.argv[2]))
    choices = IndexSettings(workers=1)
    with closing(open_asked(settings, home / "data" / "answers.sqlite")) as perception:
        signature = perception.signature
        with open_collection(home / "data", "default", signature=signature, create=True) as store:
            asking = Asking[Job](Setup(open_asked, settings, choices.timeout_s), perception, choices)
            run_index(store, asking, expand([home / "media"]), choices, None)
