"""Processor time of indexing per item beyond decoding and cutting, the time of models excluded.

    python benchmarks/pipeline_overhead.py [ROUNDS]

Runs of `index` with models that answer at once are compared with a bare loop that decodes and cuts the same files, in
processor time of all processes; both work in two processes at once, in which decoding takes longer than in one alone.
What a run costs whatever it does (starting worker processes, opening the store) is taken out by the difference between
a large run and a small one. Everything else is in: finding, hashing, tags, the transfer between processes, prompts, the
ledger on disk, storing. Goals: under 6 ms for a JPEG picture, under 10 ms for
a song of 30 s.
"""

from __future__ import annotations

import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import soundfile
from endpoint_capacity import make_pictures
from instant_models import open_instant

from emoretrieve.item import hash_file
from emoretrieve.media.identify import identify
from emoretrieve.perception import PerceptionSettings
from emoretrieve.perception.prompted.excerpts import excerpts_of
from emoretrieve.store.collections import open_collection
from emoretrieve_indexer import IndexSettings
from emoretrieve_indexer.asking import Asking
from emoretrieve_indexer.describing import Job
from emoretrieve_indexer.pipeline import run_index
from emoretrieve_indexer.sources import expand
from emoretrieve_indexer.worker import Setup

SONG_S, RATE_HZ = 30, 44_100
WORKERS = 2


@dataclass(frozen=True)
class Kind:
    """Files of one kind, and the goal for them."""

    name: str
    make: Callable[[Path, int], None]
    few: int
    many: int
    goal_ms: float


def make_songs(folder: Path, count: int) -> None:
    folder.mkdir()
    rng = np.random.default_rng(0)
    times_s = np.arange(SONG_S * RATE_HZ) / RATE_HZ
    for number in range(count):
        hz = rng.choice([220, 262, 330, 440], size=2)
        sound = 0.2 * np.sin(2 * np.pi * times_s[:, None] * hz) + 0.01 * rng.standard_normal((len(times_s), 2))
        soundfile.write(folder / f"{number:04}.flac", sound, RATE_HZ)


KINDS = (
    Kind("JPEG pictures of 800 x 600", make_pictures, 40, 240, 6.0),
    Kind("FLAC songs of 30 s", make_songs, 10, 60, 10.0),
)


def main(rounds: int) -> None:
    print(f"load of the machine {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores; medians of {rounds} rounds")
    for kind in KINDS:
        with tempfile.TemporaryDirectory() as name:
            compare(kind, Path(name), rounds)


def compare(kind: Kind, home: Path, rounds: int) -> None:
    kind.make(home / "few", kind.few)
    kind.make(home / "many", kind.many)
    whole_ms, bare_ms = [], []
    for number in range(rounds):
        few_s = run_cpu_s(home / "few", home / f"data-few-{number}", kind.few)
        many_s = run_cpu_s(home / "many", home / f"data-many-{number}", kind.many)
        whole_ms.append(1e3 * (many_s - few_s) / (kind.many - kind.few))
        bare_ms.append(1e3 * bare_cpu_s(home / "many") / kind.many)
    whole, bare = statistics.median(whole_ms), statistics.median(bare_ms)
    spread = max(whole_ms) - min(whole_ms)
    print(
        f"{kind.name}: {whole:.1f} ms an item (from round to round {spread:.1f}), decoding and cutting {bare:.1f} ms, "
        f"beyond it {whole - bare:.1f} ms (goal: under {kind.goal_ms:.0f} ms)",
        flush=True,
    )


def run_cpu_s(media: Path, data: Path, items: int) -> float:
    before = cpu_s()
    settings, choices = PerceptionSettings("instant"), IndexSettings(workers=WORKERS)
    perception = open_instant(settings, data / "answers.sqlite")
    with open_collection(data, "default", signature=perception.signature, create=True) as store:
        workforce = Asking[Job](Setup(open_instant, settings, 60.0), perception, choices)
        report = run_index(store, workforce, expand([media]), choices, None)
    perception.close()
    if report.indexed != items:
        raise SystemExit(f"only {report.indexed} of {items} items were indexed: {report.failed[:1]}")
    return cpu_s() - before


def cpu_s() -> float:
    """Of this process and of those that ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def bare_cpu_s(media: Path) -> float:
    """Of decoding and cutting alone, in as many processes at once as the run has: they share caches and cores."""
    files = sorted(media.iterdir())
    with ProcessPoolExecutor(WORKERS, get_context("spawn")) as pool:
        return sum(pool.map(decode_cpu_s, [files[start::WORKERS] for start in range(WORKERS)]))


def decode_cpu_s(files: list[Path]) -> float:
    known = [replace(found, sha256=hash_file(file)) for file in files if (found := identify(file))]
    excerpts_of(known[0])  # what is imported by the first one
    start = time.process_time()
    for file in known:
        excerpts_of(file)
    return time.process_time() - start


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
