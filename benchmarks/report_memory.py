"""How much memory a full report of a collection takes, and where it goes.

    python benchmarks/report_memory.py [SONGS] [PICTURES] [PAGE]

Fills an embedded collection with made-up items, 5,000 songs and 5,000 pictures, whose colours are drawn from those of
the study where it is there (each stands for one of a few small real sounds and pictures, so that whatever pair is shown
can be seen and heard), and writes the report of it as a page and as Markdown in a process of its own, as the command
does. Prints the peak of its resident memory beside the goal of 1,000 MB, the highest value in each stage and what was
resident before the first, wall and processor time, and the sizes of both files. PAGE keeps the page there.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from shutil import copyfile

import numpy as np
import soundfile
from PIL import Image

from benchmarks.scale_collection import BATCH, NAME, item
from benchmarks.study_profiles import profiles
from emoretrieve.item import Item, Location, Modality
from emoretrieve.store.collections import open_collection

GOAL_MB = 1_000
_FILES = 8
"""Of each kind."""
_RATE_HZ = 22_050
_INTERVAL_S = 0.02
_PAGE_BYTES = resource.getpagesize()


@dataclass(frozen=True, slots=True)
class Written:
    """One report."""

    peak_mb: float
    before_mb: float
    """Resident before the collection was opened."""
    stages: dict[str, float]
    """The highest resident memory in MB while each stage ran."""
    wall_s: float
    processor_s: float
    sizes: tuple[int, int]
    """Bytes of the page and of the Markdown."""


@dataclass(slots=True)
class Watch:
    """Looks at the resident memory of this process all the while."""

    stage: str = "opening"
    highest: dict[str, float] = field(default_factory=dict)

    def enter(self, stage: str, _done: int = 0, _total: int | None = None) -> None:
        """What comes now belongs to this stage."""
        self.stage = stage

    @contextmanager
    def watching(self) -> Iterator[None]:
        over = threading.Event()
        thread = threading.Thread(target=self._watch, args=(over,))
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _watch(self, over: threading.Event) -> None:
        while not over.wait(_INTERVAL_S):
            self.highest[self.stage] = max(self.highest.get(self.stage, 0.0), resident_mb())


def main(songs: int, pictures: int, page: Path | None) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fill(folder, songs, pictures)
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            written = pool.apply(report, (folder,))
        if page is not None:
            copyfile(folder / "report.html", page)
    print(
        f"{songs:,} songs and {pictures:,} pictures: {written.wall_s:.0f} s, {written.processor_s:.0f} s of processor"
    )
    print(f"peak {written.peak_mb:.0f} MB, {written.peak_mb / GOAL_MB:.2f} of the goal of {GOAL_MB:,} MB")
    print(f"before the collection was opened {written.before_mb:.0f} MB; highest while")
    for stage, highest in written.stages.items():
        print(f"  {stage:<18}{highest:6.0f} MB")
    html, markdown = written.sizes
    print(f"page {html / 1e6:.1f} MB, Markdown {markdown / 1e3:.1f} kB")


def report(folder: Path) -> Written:
    """Write the report as the command does."""
    from emoretrieve.library import Library
    from emoretrieve_cli.gallery.page import write_page
    from emoretrieve_cli.gallery.report.markdown import write_report_markdown
    from emoretrieve_cli.gallery.report.page import render_report

    watch, before = Watch(), resident_mb()
    wall, processor = time.perf_counter(), time.process_time()
    html, markdown = folder / "report.html", folder / "report.md"
    with watch.watching(), Library.open(folder, NAME) as library:
        gathered = library.report(on_progress=watch.enter)
        watch.enter("writing the page")
        write_page(render_report(gathered), html)
        watch.enter("writing Markdown")
        write_report_markdown(gathered, markdown)
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sizes = (html.stat().st_size, markdown.stat().st_size)
    return Written(peak, before, watch.highest, wall, processor, sizes)


def fill(folder: Path, songs: int, pictures: int) -> None:
    """The collection, and the files that its items stand for."""
    media = draw(folder)
    with open_collection(folder, NAME, signature={"perception": "lite"}, create=True) as store:
        number = 0
        for rows in profiles(2 * max(songs, pictures), BATCH):
            batch = [
                placed(item(number + row, triples), media, number + row) for row, triples in enumerate(rows.tolist())
            ]
            number += len(batch)
            store.upsert(
                [one for place, one in enumerate(batch, number - len(batch)) if wanted(place, songs, pictures)]
            )


def wanted(number: int, songs: int, pictures: int) -> bool:
    """Items are songs and pictures in turn."""
    return number // 2 < (pictures if number % 2 else songs)


def placed(made_up: Item, media: dict[Modality, list[Path]], number: int) -> Item:
    """The same item at one of the real files."""
    path = media[made_up.modality][number % _FILES]
    return replace(made_up, locations=(Location(str(path), path.stat().st_size, 0),))


def draw(folder: Path) -> dict[Modality, list[Path]]:
    """Pictures of 1,200 x 900 pixels, and sounds of 30 seconds of a chord."""
    random = np.random.default_rng(4)
    found: dict[Modality, list[Path]] = {"audio": [], "image": []}
    time_s = np.arange(30 * _RATE_HZ) / _RATE_HZ
    for number in range(_FILES):
        coarse = Image.fromarray(random.integers(0, 256, (6, 8, 3), dtype=np.uint8))
        picture, sound = folder / f"{number}.jpg", folder / f"{number}.flac"
        coarse.resize((1_200, 900), Image.Resampling.BICUBIC).save(picture)
        chord = sum(np.sin(2 * np.pi * 110 * (number + step) * time_s) for step in (2, 3, 4))
        soundfile.write(sound, 0.2 * chord, _RATE_HZ)
        found["image"].append(picture)
        found["audio"].append(sound)
    return found


def resident_mb() -> float:
    """Of this process, now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE_BYTES / 2**20


if __name__ == "__main__":
    given = sys.argv[1:]
    main(
        int(given[0]) if given else 5_000,
        int(given[1]) if len(given) > 1 else 5_000,
        Path(given[2]) if len(given) > 2 else None,
    )
