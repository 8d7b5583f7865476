"""What a random item would score for a query: mean and standard deviation, and of how many items."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emoretrieve.item import MODALITIES
from emoretrieve.rescoring.sums import Sums
from emoretrieve.rescoring.vector_moments import vector_moments
from emoretrieve.search.chance import Chance
from emoretrieve.sphere.rescore import Floats
from emoretrieve.sphere.stored import SPHERE, stored_points
from emoretrieve.sphere_search.nearest import Search
from emoretrieve.sphere_search.query import SphereQuery
from emoretrieve.sphere_search.sample import Sample
from emoretrieve.store import Store, Where

_NO_DEVIATION = 1e-12


@dataclass(frozen=True, slots=True)
class Background:
    """The chance level of one query."""

    chance: Chance
    count: int | None
    """Items that it is the mean of, without those of the query; None where it is unknown."""
    whole: bool
    """Whether these are all items searched that have a point, not a sample of them."""


UNKNOWN = Background(Chance(None, None), None, whole=False)


def background(store: Store, query: SphereQuery, search: Search, drawn: Sample | None) -> Background:
    """Of the score of the search: over the sample, or for the cosine of a large collection over all items."""
    if search.distance == "cos" and not search.where.conditions and not (drawn and drawn.whole):
        return _of_all_cosines(store, query, search.where)
    if drawn is None:
        return UNKNOWN
    others = drawn.without(query.left_out)
    cosines: Floats = others.directions.astype(np.float64) @ search.point.direction
    return of_scores(search.rescorer.scores(cosines, others.kappas), whole=drawn.whole)


def of_scores(scores: Floats, *, whole: bool) -> Background:
    """Mean and standard deviation (of the population) of these scores."""
    if not len(scores):
        return UNKNOWN
    deviation = float(scores.std())
    level = Chance(float(scores.mean()), deviation if deviation > _NO_DEVIATION and len(scores) > 1 else None)
    return Background(level, len(scores), whole)


def _of_all_cosines(store: Store, query: SphereQuery, where: Where) -> Background:
    """From the mean direction and the mean outer product that are kept: a mean of cosines is a cosine with the mean."""
    sums = Sums(0, 0.0, 0.0)
    direction = query.point.direction
    for modality in MODALITIES if where.modality is None else (where.modality,):
        moments = vector_moments(store, SPHERE, modality)
        if moments is None:
            return UNKNOWN
        sums += moments.sums(direction)
    own = [part.item for part in query.parts if part.item and where.modality in (None, part.item.modality)]
    for point in stored_points(store, [item.id for item in own]).values():
        sums = sums.without(float(point.direction @ direction))
    found = sums.background
    return Background(found.chance, found.count, whole=True)
