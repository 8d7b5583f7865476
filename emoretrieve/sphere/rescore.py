"""A shortlist by cosine, scored again exactly, and whether anything outside it could have been better.

Every score here is a function of the concentration of the query, that of the item and the cosine of their means, and
never falls as the cosine rises. So what a shortlist of the best cosines leaves out scores no more than
`max over kappa of f(last cosine, kappa)`, kappa within the least and the greatest of the collection: where the last
result is at least as good as that bound, the answer is exact.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emoretrieve.errors import QueryError
from emoretrieve.sphere.distances import SCORES, Score

Floats = NDArray[np.float64]

DISTANCES = ("cos", "elk", "expected_cos", "kl", "kl_xq", "ssw")
"""What a query can be ranked by. `kl` is KL(query || item), `kl_xq` KL(item || query). They and `ssw` count negatively:
more is nearer, whatever the name."""
_NAMES = {"kl": "kl_qx"}
_GRID = 128
"""Concentrations that a maximum is looked for at: in all of the range, then around the best."""
_LOOKS = 2


def closed_form(distance: str) -> Score:
    """The score of this name; QueryError of kind `bad_distance` for a name that has none."""
    if distance not in DISTANCES or distance == "ssw":
        raise QueryError(
            f"'{distance}' is no distance on the hypersphere; there are {', '.join(DISTANCES)}.", kind="bad_distance"
        )
    return SCORES[_NAMES.get(distance, distance)]


@dataclass(frozen=True, slots=True)
class Rescorer:
    """Scores items for one query."""

    kappa: float
    """Of the query."""
    dimension: int
    score: Score

    def scores(self, cosines: Floats, kappas: Floats) -> Floats:
        """(n,) in float64."""
        return self.score(np.asarray(self.kappa), kappas, cosines, self.dimension)

    def bounds(self, cosine: float, kappas: tuple[float, float]) -> Iterator[float]:
        """What no item scores above that has at most this cosine and a concentration from the first to the second.

        First a quick bound, then a closer one. As a function of the concentration alone, every score here rises to one
        maximum and falls, or does one of both, and is concave around it: between two points it rises no further than
        it fell, or rose, to the next ones.
        """
        grid = np.linspace(np.log(kappas[0]), np.log(kappas[1]), _GRID)
        for _ in range(_LOOKS):
            found = self.scores(np.full(_GRID, cosine), np.exp(grid))
            top = int(np.argmax(found))
            yield float(found[top] + np.abs(np.diff(found[max(top - 2, 0) : top + 3])).max())
            grid = np.linspace(grid[max(top - 1, 0)], grid[min(top + 1, _GRID - 1)], _GRID)


@dataclass(frozen=True, slots=True)
class Rescored:
    """A shortlist in its new order."""

    order: NDArray[np.intp]
    """Places in the shortlist, the best first; equal ones by the ids."""
    scores: Floats
    """In that order."""
    exact: bool
    """Whether the first `wanted` are certainly the best of all items."""


@dataclass(frozen=True, slots=True)
class Shortlist:
    """Items by falling cosine."""

    ids: Sequence[str]
    cosines: Floats
    kappas: Floats
    complete: bool
    """Whether there are no items beyond it."""


def rescore(rescorer: Rescorer, shortlist: Shortlist, wanted: int, kappas: tuple[float, float]) -> Rescored:
    """Rank a shortlist, and say whether its first `wanted` are exact, given the bounds of all concentrations."""
    scores = rescorer.scores(shortlist.cosines, shortlist.kappas)
    order = np.lexsort((np.asarray(shortlist.ids), -scores))
    scores = scores[order]
    return Rescored(order, scores, shortlist.complete or _beyond_reach(rescorer, shortlist, scores, wanted, kappas))


def _beyond_reach(
    rescorer: Rescorer, shortlist: Shortlist, scores: Floats, wanted: int, kappas: tuple[float, float]
) -> bool:
    """Whether nothing outside the shortlist can be among the first `wanted`."""
    if len(scores) < max(wanted, 1):
        return False
    last = float(scores[wanted - 1])
    return any(last >= bound for bound in rescorer.bounds(float(shortlist.cosines[-1]), kappas))
