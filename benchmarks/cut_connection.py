"""Whether a cut connection to a Qdrant server loses, doubles or miscounts items.

    python benchmarks/cut_connection.py [CUTS] [WORK ...]

The server is the tests' stand-in (real HTTP; qdrant-client's local mode behind it), with a line before it that breaks
at a byte drawn from all that a run sends or receives: in the middle of a request, between it and its answer, in the
middle of the answer. Every other cut is for good, so that the run ends with an error; the next one goes on from there.
After each cut all items are compared with what was acknowledged.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from tests.emoretrieve.store.interrupted import Damage
from tests.emoretrieve.store.severed import WORKS, severed_again_and_again


def main(cuts: int, works: list[str]) -> None:
    print(f"load of the machine {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores", flush=True)
    for work in works:
        with tempfile.TemporaryDirectory() as folder:
            tried(work, Path(folder), cuts)


def tried(work: str, folder: Path, cuts: int) -> None:
    """Cut the line of one work and print what became of it."""
    began_s, rounds = time.monotonic(), list(severed_again_and_again(work, folder, cuts))
    damage = sum((one.damage for one in rounds), start=Damage())
    ends = Counter(one.error.kind if one.error else "went on to its end" for one in rounds)
    print(
        f"{work}: {len(rounds)} cuts in {time.monotonic() - began_s:.0f} s; "
        f"{', '.join(f'{name} {count}' for name, count in asdict(damage).items())}  (goal: all 0)\n"
        f"  {', '.join(f'{count} {end}' for end, count in ends.items())}",
        flush=True,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50, sys.argv[2:] or [*WORKS])
