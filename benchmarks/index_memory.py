"""How much memory indexing takes, for a set of files and for ten times as many.

    python benchmarks/index_memory.py [FILES]

Prints, at FILES and at ten times FILES small pictures, the peak memory of the indexing process and the sum of the
peaks of its two workers (proportional set size, so that pages shared by several processes are shared out), and the
ratio of the two runs. Anonymous pages are printed apart: the engine maps its files into memory, and the system drops
such pages when it needs them.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

GROWTH = 10
INTERVAL_S = 0.05
PROGRAM = """
import sys
from emoretrieve.library import Library
from emoretrieve_indexer import IndexSettings, index
with Library.open(sys.argv[2], create=True) as library:
    print(index(library, [sys.argv[1]], IndexSettings(workers=2)).indexed)
"""


@dataclass(frozen=True)
class Memory:
    """Memory of one process in MB."""

    total: float = 0.0
    anonymous: float = 0.0

    def peak(self, other: Memory) -> Memory:
        return Memory(max(self.total, other.total), max(self.anonymous, other.anonymous))


def main(files: int) -> None:
    small, large = (peaks(number) for number in (files, files * GROWTH))
    for name, before, after in zip(("indexing process", "both workers"), small, large, strict=True):
        for kind in ("total", "anonymous"):
            few, many = getattr(before, kind), getattr(after, kind)
            print(f"{name}, {kind}: {few:.1f} MB at {files}, {many:.1f} MB at {files * GROWTH}: ratio {many / few:.2f}")


def peaks(files: int) -> tuple[Memory, Memory]:
    """Peaks of indexing so many pictures in a new process: its own, and the sum of those of its workers."""
    with tempfile.TemporaryDirectory() as name:
        media = Path(name) / "media"
        draw(media, files)
        command = [sys.executable, "-c", PROGRAM, str(media), str(Path(name) / "data")]
        by_process: dict[int, Memory] = {}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            while process.poll() is None:
                for pid in (process.pid, *children(process.pid)):
                    by_process[pid] = by_process.get(pid, Memory()).peak(memory_of(pid))
                time.sleep(INTERVAL_S)
            assert process.stdout is not None
            if int(process.stdout.read() or 0) != files:
                raise SystemExit("not every picture was indexed")
        own = by_process.pop(process.pid)
        workers = by_process.values()
        return own, Memory(sum(worker.total for worker in workers), sum(worker.anonymous for worker in workers))


def children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def memory_of(pid: int) -> Memory:
    """What a process holds now; nothing once it has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    except OSError:
        return Memory()
    fields = {key: int(value.split()[0]) / 1024 for key, value in (line.split(":") for line in lines)}
    return Memory(fields["Pss"], fields["Pss_Anon"])


def draw(folder: Path, files: int) -> None:
    """Small pictures, all different."""
    folder.mkdir()
    rng = np.random.default_rng(3)
    for number in range(files):
        Image.fromarray(rng.integers(0, 256, (32, 32, 3), dtype=np.uint8)).save(folder / f"{number}.png")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
