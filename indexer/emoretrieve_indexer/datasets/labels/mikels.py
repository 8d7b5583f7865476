"""The eight emotions of Mikels and others 2005, which sets of pictures are labelled with, each in its quadrant."""

from __future__ import annotations

from collections.abc import Mapping

from emoretrieve_indexer.datasets.labels.affect import Quadrant

MIKELS: Mapping[str, Quadrant] = {
    "amusement": "excited",
    "awe": "excited",
    "excitement": "excited",
    "contentment": "calm",
    "sadness": "sad",
    "anger": "angry",
    "disgust": "angry",
    "fear": "angry",
}
