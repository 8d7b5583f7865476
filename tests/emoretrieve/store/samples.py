"""Items made up for the store's tests."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from emoretrieve.emotion import EmotionProfile
from emoretrieve.item import MODALITIES, Captions, Item, Location, Metadata

SIGNATURE = {"perception": "made up", "captioner.version": "1"}


def item(
    name: str, triples: Sequence[Sequence[int]] | None = None, *, modality: str = "image", **metadata: object
) -> Item:
    """An item of this name; its colours derive from the name unless given."""
    sha256 = hashlib.sha256(name.encode()).hexdigest()
    drawn = np.random.default_rng(int(sha256[:8], 16)).integers(0, 256, (5, 3)).tolist()
    return Item(
        sha256=sha256,
        modality="audio" if modality == "audio" else "image",
        profile=EmotionProfile.of(triples if triples is not None else drawn),
        captions=Captions(f"{name} as a whole", (f"{name} 1", f"{name} 2", f"{name} 3", f"{name} 4")),
        coverage=0.5,
        locations=(Location(f"/media/{name}", len(name), 1_700_000_000_000_000_000),),
        metadata=_metadata(metadata),
    )


def uniform(name: str, r: int, g: int, b: int, *, modality: str = "image") -> Item:
    """An item of one colour throughout."""
    return item(name, [[r, g, b]] * 5, modality=modality)


def assorted(count: int, seed: int = 0) -> list[Item]:
    """Items with what is awkward among them: equal colours, proportional colours, greys, zero blocks, all zeros."""
    random = np.random.default_rng(seed)
    rows = random.integers(0, 256, (count, 5, 3))
    rows[random.random((count, 5)) < 0.15] = 0
    rows[random.random((count, 5)) < 0.10] = [77, 77, 77]
    for row in range(3, count, 4):
        rows[row] = rows[random.integers(0, row)]
    for row in range(5, count, 7):
        rows[row] = np.minimum(rows[random.integers(0, row)] * 2, 254) // 2 * 2
    rows[::11] = 0
    return [
        item(f"{seed}-{row}", colours.tolist(), modality=MODALITIES[row % 2], year=1900 + row % 7, artist=f"A{row % 3}")
        for row, colours in enumerate(rows)
    ]


def _metadata(values: dict[str, object]) -> Metadata:
    return {key: value for key, value in values.items() if isinstance(value, str | int | float)}
