"""Make-believe triplets: the features of a sound, a cover and a caption that share attributes, in shards that are kept.

The item of a number is the same wherever and however many are made: it has a random generator of its own. A shard that
a folder has already is not made again, so that a run that was killed goes on where it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from benchmarks.sphere.material import Material, compress
from benchmarks.sphere.picture_measures import cover_measures
from benchmarks.sphere.procedural.attributes import draw_attributes
from benchmarks.sphere.procedural.caption import render_caption
from benchmarks.sphere.procedural.picture import render_picture
from benchmarks.sphere.procedural.sound import RATE_HZ, Wave, render_sound
from benchmarks.sphere.sound_measures import sound_measures
from emoretrieve.sphere.features.lite import hashed

DATA_SEED = 2024
SHARD = 500
VERSION = 1
"""Raise it whenever an item would come out otherwise."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many items each side has; the test's come first, so that they are the same whatever the training's number."""

    test: int = 2_000
    validation: int = 1_000
    train: int = 8_000

    @property
    def total(self) -> int:
        return self.test + self.validation + self.train


@dataclass(frozen=True, slots=True)
class Item:
    """One triplet, and what was logged of it."""

    attributes: npt.NDArray[np.float64]
    wave: Wave
    picture: Image.Image
    caption: str
    snr_db: float
    blur_px: float
    mentioned: int


def item(number: int) -> Item:
    random = np.random.default_rng([DATA_SEED, number])
    attributes = draw_attributes(random)
    wave, snr_db = render_sound(attributes, random)
    picture, blur_px = render_picture(attributes, random)
    caption, mentioned = render_caption(attributes, random)
    return Item(attributes, wave, picture, caption, snr_db, blur_px, mentioned)


def triplets(folder: Path, sizes: Sizes) -> Material:
    """Features of all items, made or found in `folder`, as principal components of the training's."""
    shards = [_shard(folder, start, min(start + SHARD, sizes.total)) for start in range(0, sizes.total, SHARD)]
    rows = {name: np.concatenate([shard[name] for shard in shards]) for name in shards[0]}
    bounds = np.cumsum([0, sizes.test, sizes.validation, sizes.train])
    sides = {side: np.arange(bounds[at], bounds[at + 1]) for at, side in enumerate(("test", "validation", "train"))}
    features = {
        "audio": compress(rows["sound"], sides["train"]),
        "image": compress(rows["picture"], sides["train"]),
        "text": compress(rows["text"], sides["train"], standardised=False),
    }
    logged = {name: rows[name] for name in ("attributes", "snr_db", "blur_px", "mentioned")}
    return Material(features, sides, logged)  # type: ignore[arg-type]  # names of modalities


def _shard(folder: Path, start: int, stop: int) -> dict[str, npt.NDArray[np.float32]]:
    path = folder / f"items-v{VERSION}-{start}-{stop}.npz"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        made = list(_rows(range(start, stop)))
        part = path.with_suffix(".part.npz")
        np.savez_compressed(part, **{name: np.stack([row[name] for row in made]) for name in made[0]})  # type: ignore[arg-type]
        part.replace(path)
        print(f"made items {start} to {stop - 1}", flush=True)
    with np.load(path) as arrays:
        return {name: arrays[name] for name in arrays.files}


def _rows(numbers: range) -> Iterator[dict[str, npt.NDArray[np.float32]]]:
    for one in map(item, numbers):
        yield {
            "sound": sound_measures(one.wave, RATE_HZ),
            "picture": cover_measures(one.picture),
            "text": hashed(one.caption).astype(np.float32),
            "attributes": one.attributes.astype(np.float32),
            "snr_db": np.array(one.snr_db, np.float32),
            "blur_px": np.array(one.blur_px, np.float32),
            "mentioned": np.array(one.mentioned, np.float32),
        }
