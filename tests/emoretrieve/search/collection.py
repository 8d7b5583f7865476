"""Random collections, and their scores by brute force: every pair, part by part, without the library's vectors."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence

import numpy as np

from emoretrieve.emotion import EmotionProfile
from emoretrieve.emotion.vectors import Colours, Floats, colours
from emoretrieve.item import Captions, Item, Metadata, Modality
from emoretrieve.search.draw import Draw
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
    triples = random.integers(0, 256, (5, 3)) // 2 + random.integers(0, 128, (1, 3))
    if random.random() < 0.1:
        triples[random.integers(0, 5)] = 0
    return EmotionProfile.of(triples.tolist())


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


def brute_best(weights: Sequence[float] | None, drawn: Draw, items: Sequence[Item]) -> Floats:
    """Best score (n,) of every drawn profile among the items other than itself, ascending."""
    owner = {row: id for id, rows in drawn.places.items() for row in rows}
    others = np.array([owner.get(row) != item.id for row in range(len(drawn.profiles)) for item in items])
    scores = _all_scores(weights, drawn.profiles, colours(item.profile for item in items))
    best: Floats = np.sort(np.where(others.reshape(scores.shape), scores, -np.inf).max(axis=1))
    return best


def _all_scores(weights: Sequence[float] | None, queries: Colours, items: Colours) -> Floats:
    """Scores (n, m) of every pair."""
    ours, theirs = queries.astype(np.float64), items.astype(np.float64)
    if weights is None:
        ours, theirs, weights = ours.reshape(-1, 1, 15), theirs.reshape(-1, 1, 15), [1.0]
    lengths = np.linalg.norm(ours, axis=-1)[:, None] * np.linalg.norm(theirs, axis=-1)[None]
    cosines = np.einsum("npc,mpc->nmp", ours, theirs) / np.where(lengths > 0, lengths, 1.0)
    scores: Floats = cosines @ np.array(weights)
    return scores


def _cosine(first: Sequence[int], second: Sequence[int]) -> float:
    lengths = math.sqrt(sum(c * c for c in first)) * math.sqrt(sum(c * c for c in second))
    return sum(a * b for a, b in zip(first, second, strict=True)) / lengths if lengths else 0.0
