"""The published weights: where they are, and how they are told from others."""

from __future__ import annotations

from pathlib import Path

from emoretrieve.embedding import RANDOM_WEIGHTS
from emoretrieve.embedding.weights import Weights, find_weights
from emoretrieve.errors import PerceptionError

NAME = "imagebind_huge"
URL = "https://dl.fbaipublicfiles.com/imagebind/imagebind_huge.pth"
DIGEST = "d6f6c22bedcc90708448d5d2fbb7b2db9c73f505dc89bd0b2e09b23af1b62157"
"""SHA-256 of the file behind that address, 4,803,584,173 bytes, as copies of it on the hub state it."""
CACHED = Path(".checkpoints") / "imagebind_huge.pth"
"""Where the original puts them, seen from the current folder."""


def imagebind_weights(place: str | None) -> Weights:
    """The weights at a place, by default (or as `imagebind_huge`) where the original keeps the published ones."""
    if place not in (None, NAME):
        return find_weights(str(place))
    if CACHED.is_file():
        return find_weights(str(CACHED))
    raise PerceptionError(
        f"The weights of ImageBind are not here; download {URL} (4.8 GB) and name the file with 'emoretrieve index "
        "--embed imagebind --weights FILE', or a repository of the hub that has them.",
        kind="unknown_model",
    )


def caution(weights: Weights) -> str | None:
    """What must be said of numbers that these weights give; None of the published ones."""
    if weights.random:
        return RANDOM_WEIGHTS
    if weights.digest != DIGEST:
        return "weights not recognised as the published ones: these numbers may mean anything"
    return None
