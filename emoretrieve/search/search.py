"""The way from a coloured query to its answer: nearest items, what chance would give, why they were found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from emoretrieve.emotion.vectors import Floats
from emoretrieve.errors import QueryError
from emoretrieve.item import Item
from emoretrieve.search.answer import Answer, Result
from emoretrieve.search.chance import Chance
from emoretrieve.search.explanation import Explanation, explain
from emoretrieve.search.match import Match
from emoretrieve.search.null import Null, Setting, null
from emoretrieve.search.options import QueryOptions
from emoretrieve.search.population import population
from emoretrieve.search.query import Query
from emoretrieve.search.rescoring import Reranker
from emoretrieve.search.why import Why, query_words, why
from emoretrieve.store import Hit, Store


def search(store: Store, query: Query, options: QueryOptions, reranker: Reranker | None = None) -> Answer:
    """Find the items that feel most like the query, each with its chance level and its reason.

    A `reranker` scores the best matches again. A query that nothing was felt in scores 0 everywhere. Where nothing can
    be found there are no results.
    """
    match, where = options.matching, options.searched(query.modality)
    vector = match.query_vector(query.profile)
    limit = options.limit if reranker is None else max(options.limit, reranker.shortlist)
    hits = store.nearest(match.space, vector, where=where, limit=limit, exclude=query.left_out, exact=options.exact)
    searched = population(store, match.space, where, query)
    levels = _Levels(
        Chance.of(vector, searched.moments),
        searched.moments.mean if searched.moments else None,
        null(store, Setting(query.modality, match, where)) if hits else None,
    )
    hits = _unlikely(hits, levels.null, options.max_p)
    found = _with_items(store, hits)
    reranking = None if reranker is None else reranker.rerank(query, where, found)
    ranked = reranking.order if reranking else [(hit, item, None) for hit, item in found]
    results = [
        replace(_result(rank, hit, item, levels, query, options), rescored=rescored)
        for rank, (hit, item, rescored) in enumerate(ranked[: options.limit], start=1)
    ]
    return Answer(query, options, searched.count, tuple(results), reranking)


@dataclass(frozen=True, slots=True)
class _Levels:
    """What the scores of one query are held against."""

    chance: Chance
    mean: Floats | None
    null: Null | None


def _with_items(store: Store, hits: Sequence[Hit]) -> list[tuple[Hit, Item]]:
    """Every hit with its item, save those that another thread has deleted since the search."""
    items = {item.id: item for item in store.get([hit.id for hit in hits])}
    return [(hit, items[hit.id]) for hit in hits if hit.id in items]


def _unlikely(hits: list[Hit], distribution: Null | None, max_p: float | None) -> list[Hit]:
    """The hits whose `p_best` is at most `max_p`."""
    if max_p is None or not hits:
        return hits
    if distribution is None:
        raise QueryError(
            "How likely such scores are is unknown for this search, so max-p cannot cut it; leave max-p out.",
            kind="unknown_p",
        )
    return [hit for hit in hits if distribution.p_best(hit.score) <= max_p]


def _result(rank: int, hit: Hit, item: Item, levels: _Levels, query: Query, options: QueryOptions) -> Result:
    reason = why(options.matching, query.profile, item)
    return Result(
        rank,
        item,
        hit.score,
        chance=levels.chance.mean,
        z=levels.chance.z(hit.score),
        p_best=levels.null.p_best(hit.score) if levels.null else None,
        why=reason,
        explanation=_explanation(options.matching, query, item, reason, levels.mean) if options.explain else None,
    )


def _explanation(match: Match, query: Query, item: Item, reason: Why, mean: Floats | None) -> Explanation:
    return explain(match, query.profile, item.profile, mean, query_words(query.captions, reason))
