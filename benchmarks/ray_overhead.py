"""What Ray costs: items a second of the local engine and of Ray, on the same pictures, with two workers each.

    python benchmarks/ray_overhead.py [PICTURES]

The pictures are drawn by formula, 640 x 480, JPEG; the perception is `lite`. Each engine fills a new collection. The
time to start processes is told apart: it is that of a run over a single picture.
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
from emoretrieve_indexer import IndexSettings, index
from emoretrieve_indexer.ray.settings import RaySettings

WORKERS = 2


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        draw(folder / "one", 1)
        draw(folder / "many", count)
        print(f"{platform.platform()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; {count} pictures")
        speeds = {engine: measure(folder, engine, count) for engine in ("local", "ray")}
    print(f"ray / local: {speeds['ray'] / speeds['local']:.2f}")


def draw(folder: Path, count: int) -> None:
    """Pictures that all differ."""
    folder.mkdir()
    rng = np.random.default_rng(count)
    for number in range(count):
        cells = rng.uniform(0, 255, (6, 8, 3)).astype(np.uint8)
        Image.fromarray(cells).resize((640, 480), Image.Resampling.BICUBIC).save(folder / f"{number}.jpg")


def measure(folder: Path, engine: str, count: int) -> float:
    """Pictures a second, the start excluded."""
    start_s, whole_s = (run(folder, engine, media) for media in ("one", "many"))
    speed = (count - 1) / max(whole_s - start_s, 1e-9)
    print(f"{engine:6} {speed:7.1f} pictures/s once it runs; {start_s:5.1f} s for a run over one picture")
    return speed


def run(folder: Path, engine: str, media: str) -> float:
    """Seconds of a run into a new collection."""
    ray = RaySettings() if engine == "ray" else None
    with Library.open(folder / f"{engine} {media}", create=True) as library:
        begun_s = time.perf_counter()
        report = index(library, [folder / media], IndexSettings(workers=WORKERS, ray=ray))
        assert not report.failed, report.failed
        return time.perf_counter() - begun_s


if __name__ == "__main__":
    main()
