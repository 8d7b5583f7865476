"""What a run learns from: features of rendered pieces in shards that are kept, split by work."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
from PIL import Image

from benchmarks.sphere.material import Material, compress
from benchmarks.sphere.music.corpus import Piece, pieces
from benchmarks.sphere.music.render import facts_path
from benchmarks.sphere.music.words import stated, words
from benchmarks.sphere.music.works import Sizes, groups, split
from benchmarks.sphere.picture_measures import roll_measures
from benchmarks.sphere.sound_measures import sound_measures
from emoretrieve.sphere.features.lite import hashed

SHARD = 500
MAP_COLUMNS = 20
"""Parts of the time, a second each, in which the pitches of a sound are measured."""


@dataclass(frozen=True, slots=True)
class Known:
    """A piece that has been rendered."""

    piece: Piece
    facts: dict[str, str]
    work: str
    marks: Sequence[int]


def known_pieces(folder: Path, most: int | None = None) -> list[Known]:
    """The pieces that `folder` has and that could be played, in the order of the catalogue."""
    return [known for shard in _shards(folder, most) for known in shard]


def material(folder: Path, sizes: Sizes, most: int | None = None) -> Material:
    """Features of all rendered pieces (of the first `most` of the catalogue), and the split by work."""
    shards = list(_shards(folder, most))
    of_shards = [_measured(folder, number, shard) for number, shard in enumerate(shards)]
    rows = {name: np.concatenate([found[name] for found in of_shards]) for name in of_shards[0]}
    known = [one for shard in shards for one in shard]
    of_pieces = groups([one.work for one in known], [one.marks for one in known])
    sides = {side: np.array(places, np.int64) for side, places in split(of_pieces, sizes).items()}
    features = {
        name: compress(rows[source], sides["train"]) for name, source in (("audio", "sound"), ("image", "roll"))
    }
    said = np.stack([hashed(words(one.facts)) for one in known]).astype(np.float32)
    features["text"] = compress(said, sides["train"], standardised=False)
    logged = {
        "mentioned": np.array([stated(one.facts) for one in known], np.float64),
        "group": _numbered(of_pieces, len(known)),
    }
    return Material(features, sides, logged)  # type: ignore[arg-type]  # names of modalities


def collections(known: Sequence[Known]) -> str:
    """How many pieces each collection gave."""
    counted = Counter(one.piece.collection for one in known)
    return ", ".join(f"{name} {count:,}" for name, count in counted.most_common())


def _shards(folder: Path, most: int | None) -> Iterator[list[Known]]:
    """Playable pieces of each `SHARD` of the catalogue, as far as all of them have been rendered."""
    catalogue = pieces()[:most]
    for start in range(0, len(catalogue), SHARD):
        shard = catalogue[start : start + SHARD]
        if not all(facts_path(folder, piece).exists() for piece in shard):
            return
        read = [(piece, json.loads(facts_path(folder, piece).read_text("utf-8"))) for piece in shard]
        yield [Known(piece, of_it["facts"], of_it["work"], of_it["marks"]) for piece, of_it in read if "facts" in of_it]


def _measured(folder: Path, number: int, shard: Sequence[Known]) -> dict[str, npt.NDArray[np.float32]]:
    path = folder / f"features-{number}-{len(shard)}.npz"
    if not path.exists():
        sounds, rolls = [], []
        for one in shard:
            wave, rate_hz = soundfile.read(folder / "sound" / f"{one.piece.key}.flac", dtype="float32")
            sounds.append(sound_measures(wave, rate_hz, MAP_COLUMNS))
            rolls.append(roll_measures(np.asarray(Image.open(folder / "roll" / f"{one.piece.key}.png"))))
        part = path.with_suffix(".part.npz")
        np.savez(part, sound=np.stack(sounds), roll=np.stack(rolls))
        part.replace(path)
        print(f"measured {len(shard)} pieces", flush=True)
    with np.load(path) as arrays:
        return {name: arrays[name] for name in arrays.files}


def _numbered(of_pieces: Sequence[Sequence[int]], count: int) -> npt.NDArray[np.float64]:
    numbers = np.zeros(count)
    for number, group in enumerate(of_pieces):
        numbers[list(group)] = number
    return numbers
