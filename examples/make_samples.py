"""Draw the sample pictures and play the sample songs: `python examples/make_samples.py DIR`.

Everything is made by the code in `samples/` from fixed seeds, the same bytes every time on one machine. A second run
into the same folder finds that nothing is to be done.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from samples.catalogue import PICTURES, SONGS, Picture, Song

_STAMP = ".made-by"


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw the sample pictures and play the sample songs.")
    parser.add_argument("folder", type=Path, help="where they go: FOLDER/pictures and FOLDER/songs")
    folder = parser.parse_args().folder
    for works, name in ((PICTURES, "pictures"), (SONGS, "songs")):
        made = make(works, folder / name)
        print(f"{len(works)} {name} {'made in' if made else 'are in'} {folder / name}", flush=True)


def make(works: Sequence[Picture | Song], folder: Path) -> bool:
    """Make the works and their `metadata.csv`; False where this code had made them all before."""
    code = _code_version()
    stamp = folder / _STAMP
    if stamp.is_file() and stamp.read_text() == code and all((folder / work.file_name).is_file() for work in works):
        return False
    folder.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor() as pool:
        list(pool.map(_make_one, works, [folder] * len(works)))
    _write_metadata(works, folder / "metadata.csv")
    stamp.write_text(code)
    return True


def _make_one(work: Picture | Song, folder: Path) -> None:
    work.make(folder)


def _write_metadata(works: Sequence[Picture | Song], file: Path) -> None:
    with file.open("w", newline="", encoding="utf-8") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(["file_name", "title", "artist", "mood"])
        table.writerows([work.file_name, work.title, work.artist, work.mood] for work in works)


def _code_version() -> str:
    """Changes whenever the code that makes the works does."""
    files = sorted((Path(__file__).parent / "samples").glob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


if __name__ == "__main__":
    main()
