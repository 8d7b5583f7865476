"""How much memory indexing takes, for a set of files and for ten times as many.

    python benchmarks/index_memory.py [FILES]

Prints peaks at FILES and at ten times FILES small pictures, and their ratio: of the indexing process, of its two
workers together, and, as the yardstick, of a process that writes as many finished items to a store and prepares it for
queries without finding or describing anything. What the first has beyond the last is what indexing itself takes.

Memory is proportional set size: pages shared by several processes are shared out.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

GROWTH = 10
INTERVAL_S = 0.05

INDEX = """
import sys
from emoretrieve.library import Library
from emoretrieve_indexer import IndexSettings, index
with Library.open(sys.argv[2], create=True) as library:
    print(index(library, [sys.argv[1]], IndexSettings(workers=2)).indexed)
"""

STORE_ONLY = """
import hashlib, random, sys
from emoretrieve.emotion import EmotionProfile
from emoretrieve.item import Captions, Item, Location
from emoretrieve.library import Library
from emoretrieve.search.null import refresh
random = random.Random(1)
def item(number):
    caption = "A picture of many soft and muted colours, quiet and still, with a little sadness in its shadows. " * 4
    colours = [[random.randrange(256) for _ in range(3)] for _ in range(5)]
    location = Location(f"{sys.argv[1]}/{number}.png", number, number)
    captions = Captions(caption, (caption,) * 4)
    sha256 = hashlib.sha256(str(number).encode()).hexdigest()
    return Item(sha256, "image", EmotionProfile.of(colours), captions, locations=(location,))
with Library.open(sys.argv[2], create=True) as library:
    library.perception
    for start in range(0, int(sys.argv[3]), 50):
        library.store.upsert([item(number) for number in range(start, start + 50)])
    library.store.flush()
    refresh(library.store)
    print(library.count())
"""


def main(files: int) -> None:
    rows: dict[str, list[float]] = {"indexing process": [], "its workers": [], "store alone": []}
    for number in (files, files * GROWTH):
        own, workers = peaks_mb(INDEX, number)
        store, _ = peaks_mb(STORE_ONLY, number)
        for name, value in zip(rows, (own, workers, store), strict=True):
            rows[name].append(value)
    print(f"peak memory in MB at {files} and at {files * GROWTH} files, and the ratio")
    for name, (few, many) in rows.items():
        print(f"{name:<17} {few:6.1f} {many:6.1f} {many / few:5.2f}")
    few, many = (own - store for own, store in zip(rows["indexing process"], rows["store alone"], strict=True))
    print(f"beyond the store  {few:6.1f} {many:6.1f}")


def peaks_mb(program: str, files: int) -> tuple[float, float]:
    """Peak of a new process that runs the program, and the sum of the peaks of its children."""
    with tempfile.TemporaryDirectory() as name:
        media = Path(name) / "media"
        draw(media, files)
        command = [sys.executable, "-c", program, str(media), str(Path(name) / "data"), str(files)]
        peaks: dict[int, float] = {}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            while process.poll() is None:
                for pid in (process.pid, *children(process.pid)):
                    peaks[pid] = max(peaks.get(pid, 0.0), memory_mb(pid))
                time.sleep(INTERVAL_S)
            assert process.stdout is not None
            if int(process.stdout.read() or 0) != files:
                raise SystemExit("not every picture was stored")
        return peaks.pop(process.pid), sum(peaks.values())


def children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def memory_mb(pid: int) -> float:
    """What a process holds now; nothing once it has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def draw(folder: Path, files: int) -> None:
    """Small pictures, all different."""
    folder.mkdir()
    rng = np.random.default_rng(3)
    for number in range(files):
        Image.fromarray(rng.integers(0, 256, (32, 32, 3), dtype=np.uint8)).save(folder / f"{number}.png")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
