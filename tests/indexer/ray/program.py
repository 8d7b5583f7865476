"""A run on a Ray instance of its own, as a program that a test interrupts."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from emoretrieve.perception import PerceptionSettings
from emoretrieve_indexer.pipeline import run_index
from emoretrieve_indexer.ray import open_crew
from emoretrieve_indexer.ray.contract import Contract
from emoretrieve_indexer.ray.settings import RaySettings
from emoretrieve_indexer.report import IndexInterrupted, Progress
from emoretrieve_indexer.settings import IndexSettings
from emoretrieve_indexer.sources import expand
from tests.indexer.conftest import open_bench_collection
from tests.indexer.ray.fake import open_fake_anywhere


def main() -> None:
    data, media = (Path(name) for name in sys.argv[1:])
    perception = open_fake_anywhere(PerceptionSettings("fake"))
    contract = Contract(perception, open_fake_anywhere, None, RaySettings(), 2)
    with open_bench_collection(data) as store:
        try:
            run_index(store, open_crew(contract), expand([media]), IndexSettings(workers=2), _say)
        except IndexInterrupted as interrupted:
            print(json.dumps(interrupted.report.to_json()), flush=True)
            sys.exit(130)


def _say(progress: Progress) -> None:
    print(progress.done, flush=True)
