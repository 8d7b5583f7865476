"""How long queries wait while the collection that they ask is built anew (embedded engine, several processes).

    python benchmarks/reindex_waits.py [ITEMS]

One process opens the collection by its alias, searches and closes it, again and again, as `emoretrieve query` does but
without starting Python each time: first alone, then while another builds the collection anew and switches the alias.
A query that gives up after two seconds ends the run, and so does one that sees other than all items.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from emoretrieve.exchange.reindex import reindex
from emoretrieve.store.place import EmbeddedPlace
from tests.emoretrieve.store.samples import SIGNATURE, assorted

ALONE_S = 5.0


def main(items: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = EmbeddedPlace(Path(folder))
        with place.open("art", signature=SIGNATURE, create=True) as store:
            store.upsert(assorted(items))
        place.set_alias("best", "art")
        print(f"{items} items, load of the machine {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores", flush=True)
        with Asked(folder, items) as alone:
            time.sleep(ALONE_S)
        _print("alone", alone)
        with Asked(folder, items) as meanwhile:
            done = reindex(place, "best")
        _print(f"while '{done.collection}' is built in {done.seconds:.0f} s", meanwhile)


class Asked:
    """Queries in another process for as long as the block lasts; a list of pairs: seconds to open, seconds in all."""

    def __init__(self, folder: str, items: int) -> None:
        command = [sys.executable, __file__, "--ask", folder, str(items)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout
        self._process.stdout.readline()
        self._times: list[tuple[float, float]] = []

    def __enter__(self) -> list[tuple[float, float]]:
        return self._times

    def __exit__(self, *_: object) -> None:
        said, _error = self._process.communicate("enough\n")
        assert self._process.returncode == 0
        for line in said.splitlines():
            opening_s, whole_s = map(float, line.split())
            self._times.append((opening_s, whole_s))


def ask(folder: str, items: int) -> None:
    """Query until there is something to read; prints the seconds of each query."""
    import select

    place = EmbeddedPlace(Path(folder))
    print("begin", flush=True)
    while not select.select([sys.stdin], [], [], 0.02)[0]:
        began_s = time.monotonic()
        with place.open("best") as store:
            opened_s = time.monotonic()
            assert len(store.nearest("aligned", np.ones(15), limit=10)) == 10
            assert store.count() == items
        print(opened_s - began_s, time.monotonic() - began_s, flush=True)


def _print(when: str, times: list[tuple[float, float]]) -> None:
    opening_ms, whole_ms = 1_000 * np.array(times).T
    print(
        f"{when}: {len(times)} queries, opening p50 {np.median(opening_ms):.0f} ms, p95 "
        f"{np.percentile(opening_ms, 95):.0f} ms, longest {opening_ms.max():.0f} ms; all of it p50 "
        f"{np.median(whole_ms):.0f} ms, longest {whole_ms.max():.0f} ms",
        flush=True,
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--ask"]:
        ask(sys.argv[2], int(sys.argv[3]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
