"""The way from a coloured query to its answer: nearest items, what chance would give, why they were found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from emoretrieve.emotion.vectors import Floats, colours
from emoretrieve.errors import QueryError
from emoretrieve.item import Item
from emoretrieve.search.answer import Answer, Result
from emoretrieve.search.chance import Chance
from emoretrieve.search.diversity import diverse_order
from emoretrieve.search.explanation import Explanation, explain
from emoretrieve.search.grouping import best_of_groups, group_of
from emoretrieve.search.match import Match
from emoretrieve.search.null import Null, Setting, null
from emoretrieve.search.options import DIVERSE_AMONG, QueryOptions
from emoretrieve.search.population import population
from emoretrieve.search.query import Query
from emoretrieve.search.rescoring import Reranker, Rescored
from emoretrieve.search.why import Why, query_words, whys
from emoretrieve.store import Hit, Store, Where


def search(store: Store, query: Query, options: QueryOptions, reranker: Reranker | None = None) -> Answer:
    """Find the items that feel most like the query, each with its chance level and its reason.

    A `reranker` scores the best matches again. A query that nothing was felt in scores 0 everywhere. Where nothing can
    be found there are no results. Raises QueryError (`bad_combination`) where query and options do not go together.
    """
    _check(query, options)
    match, where = options.matching, options.searched(query.modality)
    direction = query.direction(match.space)
    asked = _Asked(query, options, direction, match.weighted(direction))
    hits = _hits(store, asked, where, reranker)
    searched = population(store, match.space, where, query)
    levels = _Levels(
        Chance.of(asked.vector, searched.moments),
        searched.moments.mean if searched.moments else None,
        null(store, Setting(query.null_source, match, where)) if hits and query.null_source else None,
    )
    hits = _unlikely(hits, levels.null, options.max_p)
    found = _with_items(store, hits)
    if options.diverse is not None:
        found = _diverse(found, match, options.diverse, options.last)
    reranking = None if reranker is None else reranker.rerank(query, where, found)
    ranked = reranking.order if reranking else [(hit, item, None) for hit, item in found]
    page = ranked if options.group_by else ranked[options.offset : options.last]
    reasons = whys(match, direction, [item for _, item, _ in page])
    results = [
        _result(rank, _Found(hit, item, reason, rescored), levels, asked)
        for rank, ((hit, item, rescored), reason) in enumerate(zip(page, reasons, strict=True), options.offset + 1)
    ]
    return Answer(query, options, searched.count, tuple(results), reranking)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A query with its options, and as numbers."""

    query: Query
    options: QueryOptions
    direction: Floats
    """(15,), without the weights of the match."""
    vector: Floats
    """(15,), with them."""


def _check(query: Query, options: QueryOptions) -> None:
    if query.examples and options.explain:
        raise QueryError(
            "An explanation takes the score of one query apart, not that of several examples; leave explain out, or "
            "what is liked and disliked.",
            kind="bad_combination",
        )
    if options.rescoring is not None and (query.examples or query.modality == "colour"):
        raise QueryError(
            "Scoring again compares with one song, picture or text, not with examples or colours; leave rescoring out.",
            kind="bad_combination",
        )


def _hits(store: Store, asked: _Asked, where: Where, reranker: Reranker | None) -> list[Hit]:
    """The best matches that the answer is made of, best first or value by value."""
    options, space = asked.options, asked.options.matching.space
    exact = options.exact or bool(asked.query.examples)  # a graph is tried for queries that are profiles

    def nearest(among: Where, limit: int) -> list[Hit]:
        out = asked.query.left_out
        return store.nearest(space, asked.vector, where=among, limit=limit, exclude=out, exact=exact)

    if options.group_by is not None:
        return best_of_groups(store, nearest, where, options.group_by, options.limit, options.group_size)
    shortlist = reranker.shortlist if reranker else 0
    return nearest(where, max(options.last, shortlist, DIVERSE_AMONG if options.diverse is not None else 0))


def _diverse(found: list[tuple[Hit, Item]], match: Match, relevance: float, count: int) -> list[tuple[Hit, Item]]:
    profiles = colours(item.profile for _, item in found)
    order = diverse_order(match, profiles, [hit.score for hit, _ in found], relevance, count)
    return [found[place] for place in order]


@dataclass(frozen=True, slots=True)
class _Levels:
    """What the scores of one query are held against."""

    chance: Chance
    mean: Floats | None
    null: Null | None


@dataclass(frozen=True, slots=True)
class _Found:
    """One item, its score and its reason."""

    hit: Hit
    item: Item
    reason: Why
    rescored: Rescored | None


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


def _result(rank: int, found: _Found, levels: _Levels, asked: _Asked) -> Result:
    query, options = asked.query, asked.options
    hit, item, reason = found.hit, found.item, found.reason
    return Result(
        rank,
        item,
        hit.score,
        chance=levels.chance.mean,
        z=levels.chance.z(hit.score),
        p_best=levels.null.p_best(hit.score) if levels.null else None,
        why=reason,
        rescored=found.rescored,
        explanation=_explanation(options.matching, query, item, reason, levels.mean) if options.explain else None,
        group=group_of(item.metadata.get(options.group_by)) if options.group_by else None,
    )


def _explanation(match: Match, query: Query, item: Item, reason: Why, mean: Floats | None) -> Explanation:
    return explain(match, query.profile, item.profile, mean, query_words(query.captions, reason))
