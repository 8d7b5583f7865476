"""How much faster two workers index than one.

    python benchmarks/index_scaling.py [ROUNDS]

Prints the median time of whole runs of `index` (finding, describing, storing, closing) over a generated set with one
and with two workers, taken in turns, and their ratio (goal: at least 1.7). On a machine with other work to do two
processes never run twice as fast as one, so the ratio that a bare loop of arithmetic reaches in the same minutes is
printed beside it, and the processor time of the indexing process, which is what the workers cannot share.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile
from PIL import Image

from emoretrieve.library import Library
from emoretrieve_indexer import IndexSettings, index

PICTURES, SONGS = 480, 96
SONG_S, RATE_HZ = 30, 44_100
GOAL = 1.7
LOOP = "sum(i * i for i in range(12_000_000))"


def main(rounds: int) -> None:
    times: dict[int, list[float]] = {1: [], 2: []}
    loops: dict[int, list[float]] = {1: [], 2: []}
    cpu: dict[int, list[tuple[float, float]]] = {1: [], 2: []}
    with tempfile.TemporaryDirectory() as name:
        media = Path(name) / "media"
        make_media(media)
        for number in range(rounds):
            for workers in times:
                before = cpu_s()
                times[workers].append(run_s(media, Path(name) / f"data-{number}-{workers}", workers))
                cpu[workers].append((cpu_s()[0] - before[0], cpu_s()[1] - before[1]))
                loops[workers].append(loop_s(workers))
    one, two = statistics.median(times[1]), statistics.median(times[2])
    machine = 2 * statistics.median(loops[1]) / statistics.median(loops[2])
    print(
        f"{PICTURES} pictures and {SONGS} songs of {SONG_S} s, median of {rounds} runs, load {os.getloadavg()[0]:.1f}"
    )
    print(f"1 worker {one:.2f} s, 2 workers {two:.2f} s: ratio {one / two:.2f} (goal: at least {GOAL})")
    for workers, spent in cpu.items():
        own, theirs = (statistics.median(column) for column in zip(*spent, strict=True))
        print(f"processor time with {workers}: indexing process {own:.2f} s, all workers {theirs:.2f} s")
    print(f"a bare loop in 2 processes instead of 1: ratio {machine:.2f} (2.00 on a quiet machine)")


def run_s(media: Path, data: Path, workers: int) -> float:
    """Seconds of one run into a new collection."""
    begun = time.perf_counter()
    with Library.open(data, create=True) as library:
        report = index(library, [media], IndexSettings(workers=workers))
    taken = time.perf_counter() - begun
    if report.indexed != PICTURES + SONGS:
        raise SystemExit(f"only {report.indexed} items were indexed")
    return taken


def cpu_s() -> tuple[float, float]:
    """Processor time so far of this process and of those it has waited for."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time(), usage.ru_utime + usage.ru_stime


def loop_s(processes: int) -> float:
    """Seconds until so many processes have each finished the same loop."""
    begun = time.perf_counter()
    running = [subprocess.Popen([sys.executable, "-c", LOOP]) for _ in range(processes)]
    for process in running:
        process.wait()
    return time.perf_counter() - begun


def make_media(folder: Path) -> None:
    """Textured pictures (JPEG, 800 x 600) and songs of decaying tones (FLAC), all different."""
    folder.mkdir()
    rng = np.random.default_rng(7)
    for number in range(PICTURES):
        coarse = Image.fromarray(rng.integers(0, 256, (12, 16, 3), dtype=np.uint8))
        coarse.resize((800, 600), Image.Resampling.BICUBIC).save(folder / f"{number}.jpg", quality=90)
    seconds = np.arange(SONG_S * RATE_HZ) / RATE_HZ
    for number in range(SONGS):
        tones = (
            np.sin(2 * np.pi * pitch * seconds) * np.exp(-4 * (seconds % 0.5)) for pitch in rng.uniform(80, 900, 4)
        )
        soundfile.write(folder / f"{number}.flac", sum(tones, np.zeros(1)) / 5, RATE_HZ)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
