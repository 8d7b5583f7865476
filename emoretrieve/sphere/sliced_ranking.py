"""Ranking by the spherical sliced-Wasserstein distance: the nearest by the cosine, in the order of SSW_1 of samples.

All pairs would take hours, and samples tell apart only what lies near. So the first `SHORTLIST` by the cosine are
ranked again; circles and samples are the same for all of them, and the rest stays behind in the order of the cosine.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from emoretrieve.sphere.points import Composition, Floats, Points, mean, product
from emoretrieve.sphere.sliced import coordinates, from_coordinates, great_circles
from emoretrieve.sphere.von_mises_fisher import VonMisesFisher

SHORTLIST = 50
SAMPLES, CIRCLES = 32, 50
"""Of each distribution, and of the sphere."""
_SEED = 20241110
_AT_ONCE = 2**24
"""Coordinates compared together."""


def sliced_scores(composition: Composition, parts: Sequence[Points], target: Points) -> Floats:
    """(n, m), higher is nearer; of a mixture, the samples of all parts together count."""
    together = {"product": product, "mean": mean}.get(composition, product)(parts)
    cosine = together.mu @ target.mu.T
    sampled = parts if composition == "mixture" else [together]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(_SEED)
        circles = great_circles(CIRCLES, torch.empty(1, target.mu.shape[1]))
        queries = torch.cat([_coordinates(part, circles) for part in sampled], dim=-1)
        targets = _coordinates(target, circles)
    near = np.argsort(-cosine, axis=1, kind="stable")[:, :SHORTLIST]
    found: Floats = cosine - 2.0  # behind every distance of the shortlist, which is at least -1/2
    np.put_along_axis(found, near, -_distances(queries, targets, torch.as_tensor(near)), axis=1)
    return found


def _coordinates(points: Points, circles: Tensor) -> Tensor:
    """(circles, n, samples)"""
    mu, kappa = (torch.as_tensor(values, dtype=torch.float32) for values in (points.mu, points.kappa))
    mu = torch.nn.functional.normalize(mu, dim=-1)
    samples = VonMisesFisher(mu, kappa, validate_args=False).sample((SAMPLES,))
    return coordinates(samples.transpose(0, 1), circles)


def _distances(queries: Tensor, targets: Tensor, near: Tensor) -> Floats:
    """(n, shortlist), of each query to its shortlist (n, shortlist)."""
    wide = near.shape[1] * (queries.shape[-1] + targets.shape[-1]) * len(queries)
    rows = max(1, _AT_ONCE // wide)
    found = []
    for some, places in zip(queries.split(rows, dim=1), near.split(rows), strict=True):
        others = targets[:, places]
        own = some[:, :, None, :].expand(-1, -1, places.shape[1], -1)
        found.append(from_coordinates(own, others).double().numpy())
    return np.concatenate(found)
