"""Whether a process that is killed (SIGKILL) while it moves a collection loses, changes or doubles anything.

    python benchmarks/kill_moves.py [KILLS] [WORK ...]

The works are a sync, the switching of an alias, the making and the restoring of snapshots, and a reindex, each on the
embedded engine in a process of its own, killed KILLS times (50) at moments drawn between its beginning and the time of
a few turns. After every kill everything that was acknowledged is looked for and all items are compared; then the work
goes on.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from tests.emoretrieve.exchange.moved import WORKS, killed_again_and_again

LONGEST_S = {"sync": 2.5, "alias switch": 2.5, "snapshot": 2.5, "restoration": 4.0, "reindex": 10.0}


def main(kills: int, works: list[str]) -> None:
    print(f"load of the machine {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores", flush=True)
    for work in works:
        began_s = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            rounds = list(killed_again_and_again(work, Path(folder), kills, LONGEST_S[work]))
        faults = [fault for one in rounds for fault in one.faults]
        print(
            f"{work}: {kills} kills in {time.monotonic() - began_s:.0f} s, {sum(one.acknowledged for one in rounds)} "
            f"steps acknowledged; {len(faults)} faults (goal: 0) {faults[:3] or ''}",
            flush=True,
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50, sys.argv[2:] or [*WORKS])
