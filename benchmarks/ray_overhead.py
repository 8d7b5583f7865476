"""What Ray costs: items a second of the local engine and of Ray, on the same pictures, with two workers each.

    python benchmarks/ray_overhead.py [PICTURES]

The pictures are drawn by formula, 640 x 480, JPEG; the perception is `lite`. Each engine fills a new collection. The
time to start processes is told apart: speeds are taken from the first batch that was stored to the last.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

from emoretrieve import Library
from emoretrieve_indexer import IndexSettings, Progress, index
from emoretrieve_indexer.ray.settings import RaySettings

WORKERS = 2


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        draw(folder / "pictures", count)
        print(f"{platform.platform()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; {count} pictures")
        speeds = {engine: measure(folder, engine) for engine in ("local", "ray")}
    print(f"ray / local: {speeds['ray'] / speeds['local']:.2f}")


def draw(folder: Path, count: int) -> None:
    """Pictures that all differ."""
    folder.mkdir()
    rng = np.random.default_rng(count)
    for number in range(count):
        cells = rng.uniform(0, 255, (6, 8, 3)).astype(np.uint8)
        Image.fromarray(cells).resize((640, 480), Image.Resampling.BICUBIC).save(folder / f"{number}.jpg")


def measure(folder: Path, engine: str) -> float:
    """Pictures a second, from the first batch that was stored to the last."""
    ray = RaySettings() if engine == "ray" else None
    stored: list[tuple[float, int]] = []

    def note(progress: Progress) -> None:
        if progress.done > (stored[-1][1] if stored else 0):
            stored.append((time.perf_counter(), progress.done))

    with Library.open(folder / engine, create=True) as library:
        begun_s = time.perf_counter()
        report = index(library, [folder / "pictures"], IndexSettings(workers=WORKERS, ray=ray), note)
    assert not report.failed, report.failed
    (first_s, first), (last_s, last) = stored[0], stored[-1]
    speed = (last - first) / (last_s - first_s)
    print(f"{engine:6} {speed:7.1f} pictures/s; the first {first} stored after {first_s - begun_s:.1f} s")
    return speed


if __name__ == "__main__":
    main()
