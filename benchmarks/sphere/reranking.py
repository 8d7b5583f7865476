"""Scores by SSW, the distance that needs samples: the best of the cosine scored again, for a part of the queries."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from benchmarks.sphere.queries import DOUBLE, SINGLE, Embeddings, Scored
from emoretrieve.sphere.points import Points, product
from emoretrieve.sphere.ranks import ranks

QUERIES = 100


def reranked(embedded: Embeddings) -> Iterator[tuple[Scored, npt.NDArray[np.float64]]]:
    """The first `QUERIES` queries of each direction by the cosine, and with the shortlist of `sliced_ranking` in the
    order of SSW_1; queries of two modalities are products. With the ranks of the right answers."""
    from emoretrieve.sphere.sliced_ranking import sliced_scores

    points = {modality: one for modality, one in embedded.items() if isinstance(one, Points)}
    if len(points) < len(embedded):
        return
    for direction in (*SINGLE, *DOUBLE):
        target = points[direction.target]
        some = np.arange(min(QUERIES, len(target)))
        parts = [points[source].take(some) for source in direction.sources]
        for name, scores in (
            ("cos of some", product(parts).mu @ target.mu.T),
            ("ssw of some", sliced_scores("product", parts, target)),
        ):
            yield Scored(direction, "-" if len(parts) == 1 else "product", name, scores), ranks(scores, some)
