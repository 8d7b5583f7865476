"""How much of a server's capacity `index --perception endpoint` uses, and whether its memory stays flat.

    python benchmarks/endpoint_capacity.py [IN_FLIGHT ...]

The server is simulated, in a process of its own: every request takes the same time, and as many are worked on at once
as the perception keeps in flight. The yardstick is that capacity: the share of its places that were in use from the
tenth item's captions until no request was left to be sent (goal: at least 0.95). Memory is that of the indexing
process after 25, 50 and 100 % of the items. Items are generated pictures: five captions each, then their colours.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from simulated_server import Asked, SimulatedServer, simulated_server

from emoretrieve.library import Library
from emoretrieve.perception import PerceptionSettings
from emoretrieve_indexer import IndexSettings, Progress, index

GOAL = 0.95
PARTS = 5
FIRST_ITEMS = 10


@dataclass(frozen=True)
class Load:
    """A simulated server and the work for it."""

    in_flight: int
    latency_s: float
    items: int


LOADS = {
    load.in_flight: load
    for load in (Load(1, 1.0, 20), Load(4, 0.5, 60), Load(16, 1.0, 120), Load(64, 2.0, 200), Load(256, 12.0, 250))
}


def main(in_flight: list[int]) -> None:
    print(f"load of the machine {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
    for number in in_flight or list(LOADS):
        subprocess.run([sys.executable, __file__, "--one", str(number)], check=True)  # memory of its own


def measure(load: Load) -> None:
    with (
        tempfile.TemporaryDirectory() as name,
        simulated_server(load.in_flight, load.latency_s) as server,
    ):
        media = Path(name) / "media"
        make_pictures(media, load.items)
        memory = run(load, server, media, Path(name) / "data")
        share = used_share([asked for asked in server.log() if asked.role == "caption"], load)
    at = ", ".join(f"{megabytes:.0f}" for megabytes in memory)
    print(
        f"{load.in_flight:>4} in flight, {load.items} items, {load.latency_s} s a request: {share:.3f} of the capacity "
        f"(goal: at least {GOAL}); memory at 25/50/100 %: {at} MB",
        flush=True,
    )


def make_pictures(folder: Path, count: int) -> None:
    folder.mkdir()
    rng = np.random.default_rng(0)
    for number in range(count):
        rough = Image.fromarray(rng.integers(0, 256, (12, 16, 3), dtype=np.uint8))
        rough.resize((800, 600), Image.Resampling.BICUBIC).save(folder / f"{number:04}.jpg", quality=90)


def run(load: Load, server: SimulatedServer, media: Path, data: Path) -> list[float]:
    """Index all; the memory of this process in MB at the three marks."""
    options = {
        "url": server.url("caption"),
        "colour.url": server.url("colour"),
        "model": "simulated",
        "concurrency": str(load.in_flight),
    }
    marks = [load.items // 4, load.items // 2, load.items]
    memory: list[float] = []

    def look(progress: Progress) -> None:
        while len(memory) < len(marks) and progress.done >= marks[len(memory)]:
            memory.append(resident_mb())

    settings = PerceptionSettings("endpoint", options=options)
    with Library.open(data, create=True, perception=settings) as library:
        report = index(library, [media], IndexSettings(), look)
    if report.indexed != load.items:
        raise SystemExit(f"only {report.indexed} of {load.items} items were indexed: {report.failed[:1]}")
    return memory


def resident_mb() -> float:
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def used_share(captions: list[Asked], load: Load) -> float:
    """Of the places, from the tenth item on until the last request had come."""
    ends = sorted(asked.answered_s for asked in captions if asked.answered_s is not None)
    first_s, last_s = ends[FIRST_ITEMS * PARTS - 1], max(asked.arrived_s for asked in captions)
    used_s = sum(
        max(0.0, min(asked.answered_s, last_s) - max(asked.begun_s, first_s))
        for asked in captions
        if asked.begun_s is not None and asked.answered_s is not None
    )
    return used_s / (load.in_flight * (last_s - first_s))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        measure(LOADS[int(sys.argv[2])])
    else:
        main([int(argument) for argument in sys.argv[1:]])
