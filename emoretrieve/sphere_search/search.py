"""The way from a query on the hypersphere to its answer: nearest items, what chance would give, how sure all are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from emoretrieve.item import Item
from emoretrieve.search.null import Null
from emoretrieve.sphere.point import SpherePoint
from emoretrieve.sphere.stored import SPHERE, caution_about, stored_points
from emoretrieve.sphere_search.answer import Searched, SphereAnswer, SphereResult
from emoretrieve.sphere_search.background import UNKNOWN, Background, background, of_scores
from emoretrieve.sphere_search.nearest import Near, Nearest, Search, nearest
from emoretrieve.sphere_search.null import null
from emoretrieve.sphere_search.options import RERANKED, SphereOptions
from emoretrieve.sphere_search.query import SphereQuery
from emoretrieve.sphere_search.sample import Sample, sample
from emoretrieve.sphere_search.sliced_ranking import Agreement, agreement, sliced_scores
from emoretrieve.store import Store

_FIRST_STAGE = "elk"
"""What finds the items that `ssw` ranks again."""
_SEED = 20_261_130


def search_sphere(store: Store, query: SphereQuery, options: SphereOptions) -> SphereAnswer:
    """Find the items nearest to a query; raises StoreError of kind `no_sphere` where the collection has no points."""
    caution = caution_about(store)
    where = query.searched(options)
    sliced = options.distance == "ssw"
    search = Search(query.point, _FIRST_STAGE if sliced else options.distance, where, frozenset(query.left_out))
    near = nearest(store, search, RERANKED if sliced else options.last, options.shortlist)
    drawn = sample(store, where)
    found = (
        _sliced(store, query, near, drawn) if sliced else _Found(near.found, background(store, query, search, drawn))
    )
    distribution = null(store, query, search) if near.found and not sliced else None
    return SphereAnswer(
        query,
        options,
        _searched(store, query, options, near),
        found.background,
        caution,
        _results(store, found, options, distribution),
        None if distribution is None else len(distribution.best),
        found.agreement,
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """The best items, and what their scores are held against."""

    near: Sequence[Near]
    background: Background
    agreement: Agreement | None = None


def _sliced(store: Store, query: SphereQuery, first: Nearest, drawn: Sample | None) -> _Found:
    """The best items in the order of the sliced Wasserstein distance."""
    points = stored_points(store, [one.id for one in first.found])
    there = [one for one in first.found if one.id in points]
    scores = sliced_scores(query.point, [points[one.id] for one in there])
    order = sorted(range(len(there)), key=lambda place: (-scores[place], there[place].id))
    ranked = [replace(there[place], score=float(scores[place])) for place in order]
    return _Found(ranked, _sliced_background(query, drawn), agreement(order))


def _sliced_background(query: SphereQuery, drawn: Sample | None) -> Background:
    """Over a few items of the sample: drawing from each takes its time."""
    if drawn is None:
        return UNKNOWN
    others = drawn.without(query.left_out)
    places = np.random.default_rng(_SEED).permutation(len(others.ids))[:RERANKED].tolist()
    points = [SpherePoint(others.directions[place], float(others.kappas[place])) for place in places]
    return of_scores(sliced_scores(query.point, points), whole=drawn.whole and len(places) == len(others.ids))


def _searched(store: Store, query: SphereQuery, options: SphereOptions, near: Nearest) -> Searched:
    """Counted by the collection's own indexes; a part of the query that is of the kind searched counts among them."""
    where = query.searched(options)
    with_point = store.count_vectors(SPHERE, where)
    exact = None if options.distance == "ssw" else near.exact
    return Searched(with_point, store.count(where) - with_point, near.shortlist, exact, near.complete)


def _results(
    store: Store, found: _Found, options: SphereOptions, distribution: Null | None
) -> tuple[SphereResult, ...]:
    """Those of the page, save those that another thread has deleted since the search."""
    page = list(enumerate(found.near, start=1))[options.offset : options.last]
    items = {item.id: item for item in store.get([one.id for _, one in page])}
    return tuple(
        _result(rank, one, items[one.id], found.background, distribution) for rank, one in page if one.id in items
    )


def _result(rank: int, one: Near, item: Item, level: Background, distribution: Null | None) -> SphereResult:
    p = None if distribution is None else distribution.p_best(one.score)
    return SphereResult(rank, item, one.score, level.chance.z(one.score), p, one.cosine, one.kappa)
