"""The best matches ranked again by the spherical sliced-Wasserstein distance between draws from the distributions.

Everything is projected onto the same great circles, and every item is drawn from with the same seed, so that an item's
distance does not depend on the others. Needs torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from emoretrieve.sphere.opening import require_torch
from emoretrieve.sphere.point import SpherePoint
from emoretrieve.sphere.rescore import Floats

DRAWS = 64
CIRCLES = 200
_SEED = 20_261_129
_TOP = 10


@dataclass(frozen=True, slots=True)
class Agreement:
    """How much the order by sliced Wasserstein has in common with the order that it began with."""

    kendall_tau: float | None
    """-1..1; None for fewer than two items."""
    top: int
    """The best of both orders that are compared."""
    shared: int
    """Items that are among the best of both."""

    def to_json(self) -> dict[str, object]:
        return {"kendall_tau": self.kendall_tau, "top": self.top, "shared": self.shared}


def sliced_scores(query: SpherePoint, items: Sequence[SpherePoint]) -> Floats:
    """-SSW_1 of each item (n,), from -1/2 to 0; raises MissingDependency without torch."""
    require_torch()
    import torch

    from emoretrieve.sphere.sliced import coordinates, from_coordinates, great_circles

    with torch.random.fork_rng(devices=[]), torch.inference_mode():
        torch.manual_seed(_SEED)
        circles = great_circles(CIRCLES, torch.zeros(query.dimension, dtype=torch.float64))
        asked = coordinates(_draws(query, _SEED - 1), circles)
        return -np.array([float(from_coordinates(asked, coordinates(_draws(one, _SEED), circles))) for one in items])


def _draws(point: SpherePoint, seed: int) -> Any:
    """(DRAWS, d) points drawn from a distribution."""
    import torch

    from emoretrieve.sphere.von_mises_fisher import VonMisesFisher

    torch.manual_seed(seed)
    mean = torch.from_numpy(point.direction)
    return VonMisesFisher(mean, torch.tensor(point.kappa, dtype=torch.float64)).rsample((DRAWS,))


def agreement(places: Sequence[int]) -> Agreement:
    """Of a new order, given as the places that its items had before: pairs in the same order less those in another."""
    count, top = len(places), min(_TOP, len(places))
    kept = sum(places[i] < places[j] for i in range(count) for j in range(i + 1, count))
    pairs = count * (count - 1) // 2
    tau = (2 * kept - pairs) / pairs if pairs else None
    return Agreement(tau, top, sum(place < top for place in places[:top]))
