"""From categories that stand for quadrants to labels of an item."""

from __future__ import annotations

from collections.abc import Mapping

from emoretrieve_indexer.datasets.labels.affect import QUADRANTS, Affect, Quadrant
from emoretrieve_indexer.datasets.labels.description import Labelled


def labelled(file_name: str, counts: Mapping[Quadrant, float]) -> Labelled:
    """An item by how often each quadrant was named, at least one above 0: shares, and the mean of the middles."""
    total = sum(counts.values())
    shares = {quadrant: count / total for quadrant, count in counts.items() if count}
    valence = sum(share * QUADRANTS[quadrant].valence for quadrant, share in shares.items())
    arousal = sum(share * QUADRANTS[quadrant].arousal for quadrant, share in shares.items())
    return Labelled(file_name, Affect(valence, arousal), shares)
