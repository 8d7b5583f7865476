"""PMEmo (Zhang and others 2018): choruses of songs rated from 0 to 1."""

from __future__ import annotations

from emoretrieve_indexer.datasets.labels.description import LabelSet
from emoretrieve_indexer.datasets.labels.rated import Ratings

PMEMO = LabelSet(
    "pmemo", "audio", ("static_annotations.csv",), Ratings("musicId", "Valence(mean)", "Arousal(mean)", 0, 1).read
)
