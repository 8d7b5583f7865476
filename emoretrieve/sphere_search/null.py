"""How well random queries do: the distribution behind `p_best`.

The best of many scores is high for any query. So the best score of a query that is one song or one picture is held
against those of up to 200 songs or pictures of the collection, drawn at random and searched with in the same way. For
queries of several parts and of words the collection holds nothing like them to draw, and p is unknown.
"""

from __future__ import annotations

import json

import numpy as np

from emoretrieve.item import MODALITIES
from emoretrieve.search.null import Null
from emoretrieve.sphere.point import SpherePoint
from emoretrieve.sphere.stored import sphere_of
from emoretrieve.sphere_search.nearest import Search, nearest
from emoretrieve.sphere_search.options import SHORTLIST
from emoretrieve.sphere_search.query import SphereQuery
from emoretrieve.sphere_search.sample import SAMPLE, sample
from emoretrieve.store import Store, Where

QUERIES = 200
ENOUGH_ITEMS = 100
"""Fewer items than this are no sample to draw queries from."""
_SEARCHED_LIMIT = {"cos": 200_000, "elk": 200_000, "expected_cos": 200_000, "kl": SAMPLE, "kl_xq": SAMPLE}
"""Items that so many searches are made among while a query waits; the divergences look at nearly all of them."""
_SEED = 20_261_128


def null(store: Store, query: SphereQuery, search: Search) -> Null | None:
    """The best scores of random queries like this one; None (unknown) where there are none to draw, or too many items.

    Raises what searching raises.
    """
    modality = query.parts[0].modality
    limit = _SEARCHED_LIMIT.get(search.distance, 0)
    if (
        len(query.parts) > 1
        or modality not in MODALITIES
        or search.where.conditions
        or store.count(search.where) > limit
    ):
        return None
    name = f"sphere-null-{modality}-{search.where.modality or 'any'}-{search.distance}"
    header = json.dumps([store.version, sphere_of(store).revision]).encode() + b"\n"
    kept = store.load_derived(name)
    if kept is not None and kept.startswith(header) and (len(kept) - len(header)) % 8 == 0:
        return Null(np.frombuffer(kept, "<f8", offset=len(header)).astype(np.float64))
    best = _best_scores(store, Where("audio" if modality == "audio" else "image"), search)
    if best is not None:
        store.save_derived(name, header + best.best.astype("<f8").tobytes())
    return best


def _best_scores(store: Store, like: Where, search: Search) -> Null | None:
    drawn = sample(store, like)
    if drawn is None or len(drawn.ids) < ENOUGH_ITEMS:
        return None
    places = np.random.default_rng(_SEED).permutation(len(drawn.ids))[:QUERIES].tolist()
    best = []
    for place in places:
        point = SpherePoint(drawn.directions[place], float(drawn.kappas[place]))
        one = Search(point, search.distance, search.where, frozenset((drawn.ids[place],)))
        found = nearest(store, one, 1, SHORTLIST).found
        best.append(found[0].score if found else -np.inf)
    return Null(np.sort(np.array(best)))
