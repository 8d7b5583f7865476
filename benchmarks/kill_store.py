"""Whether a process that is killed (SIGKILL) at random moments loses, doubles or miscounts items.

    python benchmarks/kill_store.py [KILLS] [WORK ...]

Each work runs in a process of its own on the embedded engine and is killed KILLS times (50) at moments drawn between
its beginning and the time that it takes; every time the collection is opened, all items are compared with what the
process acknowledged, and the work goes on from there. Last it is done to the end where it has one.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from emoretrieve.store.place import EmbeddedPlace
from tests.emoretrieve.store.interrupted import (
    WORKS,
    Damage,
    damage_in,
    kill,
    killed_again_and_again,
)

LONGEST_S = {"upsert": 2.0, "churn": 3.0, "optimise": 3.0}
"""The last moment of a kill: about as long as the work takes, or a few turns of one without end."""


def main(kills: int, works: list[str]) -> None:
    print(f"load of the machine {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores", flush=True)
    for work in works:
        with tempfile.TemporaryDirectory() as folder:
            tried(work, Path(folder), kills)


def tried(work: str, folder: Path, kills: int) -> None:
    """Kill one work and print what became of it."""
    began_s, damage, acknowledged = time.monotonic(), Damage(), 0
    for one in killed_again_and_again(work, folder, kills, LONGEST_S[work]):
        damage += damage_in(EmbeddedPlace(one.data), one.record)
        steps = [line.split()[1:] for line in one.killed.lines if line.startswith("done")]
        acknowledged += sum(len(numbers) for kind, *numbers in steps if kind in ("add", "remove"))
        last = one
    print(
        f"{work}: {kills} kills in {time.monotonic() - began_s:.0f} s, {acknowledged} items acknowledged; "
        f"{', '.join(f'{name} {count}' for name, count in asdict(damage).items())}  (goal: all 0)",
        flush=True,
    )
    if work == "upsert":
        print(f"  done to the end afterwards: {kill(work, last.data, None).finished}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50, sys.argv[2:] or [*WORKS])
