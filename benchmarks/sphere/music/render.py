"""Render pieces of the corpus of music21 to sound, pictures and facts; what a folder has already is not made again.

    python -m benchmarks.sphere.music.render FOLDER [PIECES]

Needs music21 and mido (`pip install "emoretrieve[experiments]"`), FluidSynth and the soundfont TimGM6mb (Debian:
`fluidsynth timgm6mb-soundfont`). FOLDER gets, a piece, `sound/KEY.flac` (20 s, mono, 16 kHz), `roll/KEY.png` (the
piano roll of the same 20 s) and, last, `facts/KEY.json`, so that a run that was killed goes on where it was.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.sphere.music.corpus import Piece, pieces
from benchmarks.sphere.music.excerpt import excerpt, play, roll
from benchmarks.sphere.music.score import Notes, Score, Unplayable, read_score

SHINGLE = 8
"""Intervals in a row that make one mark of a melody."""


def main(folder: Path, most: int | None) -> None:
    """Render the first `most` pieces of the catalogue, or all."""
    wanted = pieces()[:most]
    for kind in ("sound", "roll", "facts"):
        (folder / kind).mkdir(parents=True, exist_ok=True)
    left = [piece for piece in wanted if not facts_path(folder, piece).exists()]
    print(f"{len(wanted)} pieces, {len(wanted) - len(left)} of them done", flush=True)
    begin = time.perf_counter()
    for count, piece in enumerate(left, 1):
        render(folder, piece)
        if count % 200 == 0 or count == len(left):
            print(f"{count} of {len(left)}, {(time.perf_counter() - begin) / count:.2f} s a piece", flush=True)


def render(folder: Path, piece: Piece) -> None:
    """Sound, picture and facts of one piece; of one that cannot be played, the reason as its only fact."""
    facts: dict[str, object] = {"piece": piece.name, "collection": piece.collection}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of music21: accidentals and bars that it mends
            score = read_score(piece)
        facts |= {"facts": score.facts, "work": work(piece, score), "marks": melody_marks(score.notes)}
        rows = excerpt(score)
        play(rows, score.programs, folder / "sound" / f"{piece.key}.flac")
        Image.fromarray(roll(rows)).save(folder / "roll" / f"{piece.key}.png")
    except Unplayable as reason:
        facts["unplayable"] = str(reason)
    path = facts_path(folder, piece)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(facts, ensure_ascii=False), "utf-8")
    part.replace(path)


def facts_path(folder: Path, piece: Piece) -> Path:
    return folder / "facts" / f"{piece.key}.json"


def work(piece: Piece, score: Score) -> str:
    """What the piece is part of: a cantata or chorale (BWV number), a mass, a quartet; a tune is known by its title."""
    title = score.facts.get("title", "")
    if piece.tune is not None:
        return "tune " + ("".join(letter for letter in title.lower() if letter.isalnum()) or piece.name)
    if piece.collection == "palestrina":
        return "mass " + (title.partition(", ")[2] or piece.name).lower()
    if piece.collection == "bach":
        return ".".join(piece.path.stem.split(".")[:1]).partition("-")[0]
    folder = Path(piece.within).parent.name
    return f"{piece.collection} {piece.path.stem if folder == piece.collection else folder}"


def melody_marks(notes: Notes) -> list[int]:
    """Check sums of every `SHINGLE` intervals in a row of the highest voice: the same in every key and tempo."""
    onsets, first = np.unique(notes.table[:, 0], return_index=True)
    highest = np.maximum.reduceat(notes.table[:, 2], first) if len(onsets) else np.empty(0)
    steps = np.clip(np.diff(highest), -60, 60).astype(np.int8)
    return sorted({zlib.crc32(steps[at : at + SHINGLE].tobytes()) for at in range(len(steps) - SHINGLE + 1)})


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else None)
