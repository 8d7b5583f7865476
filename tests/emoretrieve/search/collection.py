"""Random collections, and their scores by brute force: every pair, part by part, without the library's vectors."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence

import numpy as np

from emoretrieve.emotion import EmotionProfile
from emoretrieve.item import Captions, Item, Metadata, Modality
from emoretrieve.store.local import LocalStore

SIGNATURE = {"perception": "lite", "use_descriptions": "false"}
CAPTIONS = Captions(
    "A calm and quiet picture.",
    ("A wild, fast, stormy scene.", "A soft and peaceful scene.", "A sad, lonely scene.", "A lively, joyful scene."),
)


def item(modality: Modality, number: int, profile: EmotionProfile, metadata: Metadata | None = None) -> Item:
    sha256 = hashlib.sha256(f"{modality} {number}".encode()).hexdigest()
    return Item(sha256, modality, profile, CAPTIONS, metadata=metadata or {})


def random_profile(random: np.random.Generator) -> EmotionProfile:
    """A profile with its own tendency; one in ten has a part in which nothing was felt."""
    colours = random.integers(0, 256, (5, 3)) // 2 + random.integers(0, 128, (1, 3))
    if random.random() < 0.1:
        colours[random.integers(0, 5)] = 0
    return EmotionProfile.of(colours.tolist())


def random_items(modality: Modality, count: int, seed: int) -> list[Item]:
    """Items with a year from 1800 on and one of two schools."""
    random = np.random.default_rng([seed, len(modality)])
    return [
        item(modality, number, random_profile(random), {"year": 1800 + number, "school": ("old", "new")[number % 2]})
        for number in range(count)
    ]


def store_of(items: Iterable[Item]) -> LocalStore:
    store = LocalStore.in_memory(SIGNATURE)
    store.upsert(list(items))
    return store


def brute_score(weights: Sequence[float] | None, query: EmotionProfile, found: EmotionProfile) -> float:
    """Weighted sum of five cosines; without weights the cosine of all 15 numbers."""
    if weights is None:
        return _cosine([c for part in query.parts for c in part], [c for part in found.parts for c in part])
    return math.fsum(
        weight * _cosine(list(ours), list(theirs))
        for weight, ours, theirs in zip(weights, query.parts, found.parts, strict=True)
    )


def _cosine(first: Sequence[int], second: Sequence[int]) -> float:
    lengths = math.sqrt(sum(c * c for c in first)) * math.sqrt(sum(c * c for c in second))
    return sum(a * b for a, b in zip(first, second, strict=True)) / lengths if lengths else 0.0
