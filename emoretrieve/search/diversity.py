"""Maximal marginal relevance: good results that differ from one another (Carbonell and Goldstein 1998)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from emoretrieve.emotion.vectors import Colours, vectors
from emoretrieve.search.match import Match


def diverse_order(match: Match, profiles: Colours, scores: Sequence[float], relevance: float, count: int) -> list[int]:
    """The places of the first `count` of a shortlist, whose profiles (n, 5, 3) and scores are given best first.

    The next item is always that with the highest `relevance * score - (1 - relevance) * similarity`, where its
    similarity is the highest score that it has, under the same match, as the query of an item chosen before. The
    first of equal ones is taken, so that more results never change those before.
    """
    rows = vectors(match.space, profiles)
    asking = match.query_vectors(profiles)
    wanted = np.asarray(scores, dtype=np.float64) * relevance
    similarity = np.full(len(rows), -np.inf)
    chosen: list[int] = []
    left = np.ones(len(rows), dtype=bool)
    for _ in range(min(count, len(rows))):
        value = wanted - (1 - relevance) * similarity if chosen else wanted
        best = int(np.argmax(np.where(left, value, -np.inf)))
        chosen.append(best)
        left[best] = False
        similarity = np.maximum(similarity, rows @ asking[best])
    return chosen
