"""What a method's pairs are worth, beside random ones and beside each source's best."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from emoretrieve.emotion.vectors import Floats
from emoretrieve.pairing.chance import RandomLevel
from emoretrieve.pairing.options import Method
from emoretrieve.pairing.sparse import NearOptimum


@dataclass(frozen=True, slots=True)
class Price:
    """The scores of one method's pairs in a few numbers."""

    method: Method
    pairs: int
    mean: float
    lowest: float
    highest: float
    targets: int
    """How many different targets are used."""
    own_best: int
    """How many sources have a partner that no other target surpasses."""
    z: float | None
    """(mean - random mean) / standard deviation of a random pairing's mean; None where all pairings score the same."""
    p: float
    """Share of random pairings that do as well, (r + 1) / (draws + 1)."""
    gap: float
    """How much higher the mean of a pairing could be at most beside this one's, where the method seeks the highest; 0
    where this is proven the highest, and for methods that seek something else."""

    def to_json(self) -> dict[str, object]:
        return asdict(self)


def price(method: Method, solved: NearOptimum, scores: Floats, best: Floats, level: RandomLevel) -> Price:
    """The price of pairs with these scores; `best` (n,) is the highest score of every source."""
    found = solved.assignment
    mean = float(scores.mean())
    return Price(
        method,
        len(scores),
        mean,
        float(scores.min()),
        float(scores.max()),
        len(np.unique(found.columns)),
        int((scores >= best[found.rows]).sum()),
        level.z(mean),
        level.p(mean),
        solved.gap,
    )
