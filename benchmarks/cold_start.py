"""How long a command takes from nothing, beside the least that it could take.

    python benchmarks/cold_start.py [REPEATS]

Prints two ratios of medians of wall time, each from runs of both sides in turn, every run a process of its own:
`emoretrieve --help` to importing click (goal: at most 2.0), and querying with an indexed song to importing numpy and
qdrant_edge and opening the store (goal: at most 1.5). The collection is made here, of 1,000 items. Both sides run
from compiled modules.
"""

from __future__ import annotations

import hashlib
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from emoretrieve.emotion import EmotionProfile
from emoretrieve.item import Captions, Item, Location, hash_file
from emoretrieve.library import Library

ITEMS = 1_000
SONG_BYTES = 1_000_000
OPEN_THE_STORE = "import numpy, qdrant_edge, sys; qdrant_edge.EdgeShard.load(sys.argv[1]).close()"


def main(repeats: int) -> None:
    emoretrieve = [sys.executable, "-c", "from emoretrieve_cli.main import run; run()"]
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        song = fill(home, Path(folder))
        os.environ |= {"EMORETRIEVE_HOME": str(home), "PYTHONPYCACHEPREFIX": str(Path(folder) / "pycache")}
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # as installed, all modules are compiled
        shard = str(home / "collections" / "default" / "shard")
        query = [*emoretrieve, "query", str(song)]
        run(query)  # the null distribution is made once a collection and kept
        compare(
            "emoretrieve --help / import click", [*emoretrieve, "--help"], python("import click"), repeats, goal=2.0
        )
        compare("cold query / open the store", query, [*python(OPEN_THE_STORE), shard], repeats, goal=1.5)


def fill(home: Path, folder: Path) -> Path:
    """Store items with random colours, one of them a song whose file is there; that file."""
    song = folder / "song.mp3"
    song.write_bytes(random.Random(1).randbytes(SONG_BYTES))
    rng = random.Random(2)
    with Library.open(home, create=True) as library:
        library.store.upsert([item(number, rng) for number in range(ITEMS)])
        library.store.upsert([item(0, rng, sha256=hash_file(song), path=song)])
        library.store.flush()
    return song


def item(number: int, rng: random.Random, *, sha256: str | None = None, path: Path | None = None) -> Item:
    caption = "A slow piece of few notes, soft and low, in a minor key. It feels calm and rather sad."
    return Item(
        sha256=sha256 or hashlib.sha256(str(number).encode()).hexdigest(),
        modality="audio" if path or number % 2 else "image",
        profile=EmotionProfile.of([[rng.randrange(256) for _ in range(3)] for _ in range(5)]),
        captions=Captions(caption, (caption, caption, caption, caption)),
        locations=(Location(str(path or f"/pictures/{number}.png"), 1, 1),),
        metadata={"title": f"Number {number}", "artist": "Nobody"},
    )


def compare(name: str, ours: Sequence[str], yardstick: Sequence[str], repeats: int, *, goal: float) -> None:
    """Alternate the two, so that a busy machine slows both."""
    run(ours), run(yardstick)
    pairs = [(run(ours), run(yardstick)) for _ in range(repeats)]
    our_median, their_median = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(
        f"{name}: {our_median / their_median:.2f} (goal: at most {goal}); "
        f"medians of {repeats}: {1000 * our_median:.0f} ms / {1000 * their_median:.0f} ms"
    )


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def run(command: Sequence[str]) -> float:
    """Seconds of wall time."""
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 21)
