"""DEAM (Aljanaki, Yang and Soleymani 2017): songs rated from 1 to 9."""

from __future__ import annotations

from emoretrieve_indexer.datasets.labels.description import LabelSet
from emoretrieve_indexer.datasets.labels.rated import Ratings

DEAM = LabelSet(
    "deam",
    "audio",
    ("static_annotations_averaged_songs_*.csv",),
    Ratings("song_id", "valence_mean", "arousal_mean", 1, 9).read,
)
