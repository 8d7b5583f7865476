"""Examples, groups, diversity, pages and colours: every score and order as computed the plain way."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from emoretrieve.emotion import EmotionProfile
from emoretrieve.emotion.vectors import colours, vectors
from emoretrieve.errors import QueryError
from emoretrieve.item import Item
from emoretrieve.search.answer import Answer
from emoretrieve.search.colours import parse_colours
from emoretrieve.search.match import Match
from emoretrieve.search.options import QueryOptions
from emoretrieve.search.query import Examples, Query
from emoretrieve.search.rescoring import Rescoring
from emoretrieve.search.search import search
from emoretrieve.store import Equals
from tests.emoretrieve.search.collection import brute_score, random_items, store_of

WEIGHTS = (0.5, 0.125, 0.125, 0.125, 0.125)
ARTISTS = ("Monet", "Degas", 1980, "1980", "Cassatt", None)


def with_artist(item: Item, number: int) -> Item:
    artist = ARTISTS[number % len(ARTISTS)]
    return replace(item, metadata={} if artist is None else {"artist": artist})


SONGS = random_items("audio", 60, 1)
PICTURES = [with_artist(item, number) for number, item in enumerate(random_items("image", 150, 2))]
STORE = store_of([*SONGS, *PICTURES])


def asked(item: Item, liked: tuple[Item, ...] = (), disliked: tuple[Item, ...] = ()) -> Query:
    there = frozenset(one.id for one in (*liked, *disliked))
    return replace(Query.of_item(item, indexed=True), examples=Examples(liked, disliked, there))


def ids(answer: Answer) -> list[str]:
    return [result.item.id for result in answer.results]


def plain_scores(query: Query, weights: tuple[float, ...] | None, items: list[Item]) -> dict[str, float]:
    """Twice the mean score under what is liked, minus the mean score under what is disliked."""
    liked = [query.profile, *(item.profile for item in query.examples.liked)]
    disliked = [item.profile for item in query.examples.disliked]
    found = {}
    for item in items:
        good = np.mean([brute_score(weights, one, item.profile) for one in liked])
        bad = np.mean([brute_score(weights, one, item.profile) for one in disliked]) if disliked else good
        found[item.id] = float(good + (good - bad))
    return found


@pytest.mark.parametrize("match", ["aligned", "concat", "fragment:2"])
@pytest.mark.parametrize("disliked", [(), (PICTURES[7],), (PICTURES[7], SONGS[9])])
def test_likes_and_dislikes_score_as_their_means_do(match: str, disliked: tuple[Item, ...]) -> None:
    query = asked(SONGS[0], (SONGS[1], PICTURES[3]), disliked)
    answer = search(STORE, query, QueryOptions(to="any", match=match, limit=250))
    examples = {SONGS[0].id, SONGS[1].id, PICTURES[3].id, *(item.id for item in disliked)}
    searched = [item for item in (*SONGS, *PICTURES) if item.id not in examples]
    scores = plain_scores(query, Match.parse(match).weights, searched)
    assert set(ids(answer)) == scores.keys()
    assert answer.searched == len(scores)
    np.testing.assert_allclose([one.score for one in answer.results], [scores[id] for id in ids(answer)], atol=1e-12)
    assert [one.score for one in answer.results] == sorted((one.score for one in answer.results), reverse=True)


def test_chance_and_z_of_examples_are_the_mean_and_deviation_of_all_scores() -> None:
    query = asked(SONGS[0], (PICTURES[3],), (PICTURES[7],))
    answer = search(STORE, query, QueryOptions(limit=250))
    scores = [one.score for one in answer.results]
    first = answer.results[0]
    assert first.chance == pytest.approx(np.mean(scores), abs=1e-12)
    assert first.z == pytest.approx((scores[0] - np.mean(scores)) / np.std(scores), abs=1e-9)


def test_examples_have_no_random_profiles_to_be_held_against() -> None:
    query = asked(SONGS[0], (PICTURES[3],))
    assert {one.p_best for one in search(STORE, query, QueryOptions()).results} == {None}
    with pytest.raises(QueryError, match="unknown for this search") as caught:
        search(STORE, query, QueryOptions(max_p=0.5))
    assert caught.value.kind == "unknown_p"


def test_examples_cannot_be_explained() -> None:
    with pytest.raises(QueryError, match="leave explain out") as caught:
        search(STORE, asked(SONGS[0], (SONGS[1],)), QueryOptions(explain=True))
    assert caught.value.kind == "bad_combination"


@pytest.mark.parametrize("size", [1, 3])
@pytest.mark.parametrize("limit", [1, 2, 4, 10])
def test_groups_are_the_best_items_of_each_value(limit: int, size: int) -> None:
    query = Query.of_item(SONGS[0], indexed=True)
    answer = search(STORE, query, QueryOptions(limit=limit, group_by="artist", group_size=size))
    order = search(STORE, query, QueryOptions(limit=250)).results
    groups: dict[str, list[str]] = {}
    for result in order:
        if "artist" in result.item.metadata:
            groups.setdefault(str(result.item.metadata["artist"]), []).append(result.item.id)
    best = list(groups.items())[:limit]
    assert ids(answer) == [id for _, items in best for id in items[:size]]
    assert [one.group for one in answer.results] == [name for name, items in best for _ in items[:size]]
    assert [one.rank for one in answer.results] == list(range(1, len(answer.results) + 1))


def test_grouping_by_a_key_that_no_item_has_finds_nothing() -> None:
    assert search(STORE, Query.of_item(SONGS[0], indexed=True), QueryOptions(group_by="album")).results == ()


@pytest.mark.parametrize("relevance", [0.0, 0.3, 0.5, 1.0])
@pytest.mark.parametrize("match", ["aligned", "concat"])
def test_diverse_results_are_those_of_maximal_marginal_relevance(match: str, relevance: float) -> None:
    query = Query.of_item(SONGS[0], indexed=True)
    answer = search(STORE, query, QueryOptions(match=match, limit=12, diverse=relevance))
    every = list(search(STORE, query, QueryOptions(match=match, limit=250)).results)
    weights = Match.parse(match).weights
    chosen = [every.pop(0)] if relevance else []
    while len(chosen) < 12:
        values = [
            relevance * one.score
            - (1 - relevance)
            * max((brute_score(weights, two.item.profile, one.item.profile) for two in chosen), default=0.0)
            for one in every
        ]
        best = max(range(len(every)), key=lambda place: (round(values[place], 9), -place))
        chosen.append(every.pop(best))
    assert ids(answer) == [one.item.id for one in chosen]
    assert [one.score for one in answer.results] == [one.score for one in chosen]
    assert [(one.z, one.p_best) for one in answer.results] == [(one.z, one.p_best) for one in chosen]


@pytest.mark.parametrize("diverse", [None, 0.5])
def test_pages_laid_together_are_the_whole_answer(diverse: float | None) -> None:
    query = Query.of_item(SONGS[0], indexed=True)
    whole = search(STORE, query, QueryOptions(limit=30, diverse=diverse)).results
    pages = [search(STORE, query, QueryOptions(limit=7, offset=at, diverse=diverse)).results for at in range(0, 28, 7)]
    assert [result for page in pages for result in page] == list(whole[:28])


@pytest.mark.parametrize("text", ["220,40,30", " 1, 2,3 ;4,5,6;7,8,9;10,11,12;0,0,0"])
def test_colours_alone_score_as_an_item_of_these_colours(text: str) -> None:
    profile = parse_colours(text)
    results = search(STORE, Query.of_colours(profile), QueryOptions(limit=250)).results
    assert {one.item.id for one in results} == {item.id for item in PICTURES}
    plain = [brute_score(WEIGHTS, profile, one.item.profile) for one in results]
    np.testing.assert_allclose([one.score for one in results], plain, atol=1e-12)


def test_colours_are_held_against_random_colours_of_their_kind() -> None:
    picture = vectors("aligned", colours(item.profile for item in PICTURES))
    for text, parts in (("220,40,30", 1), ("1,2,3;4,5,6;7,8,9;10,11,12;200,0,0", 5)):
        random = np.random.default_rng(20_240_601).integers(0, 256, size=(1_000, parts, 3), dtype=np.uint8)
        drawn = Match.parse().query_vectors(np.repeat(random, 5 // parts, axis=1))
        best = (picture @ drawn.T).max(axis=0)
        for one in search(STORE, Query.of_colours(parse_colours(text)), QueryOptions()).results:
            assert one.p_best == pytest.approx(np.mean(best >= one.score - 1e-12))


@pytest.mark.parametrize("text", ["", "red", "1,2", "256,0,0", "1,2,3;4,5,6", "-1,2,3", "0,0,0", "1,2,3,4", "1.5,2,3"])
def test_what_is_no_colour_is_refused(text: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_colours(text)
    assert caught.value.kind == "bad_colour"


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ({"offset": -1}, "bad_limit"),
        ({"group_by": "artist", "group_size": 0}, "bad_limit"),
        ({"group_size": 2}, "bad_combination"),
        ({"group_by": "artist", "offset": 1}, "bad_combination"),
        ({"group_by": "artist", "diverse": 0.5}, "bad_combination"),
        ({"rescoring": Rescoring("captions"), "diverse": 0.5}, "bad_combination"),
        ({"group_by": "mood"}, "bad_group"),
        ({"diverse": 1.5}, "bad_diversity"),
        ({"diverse": 0.5, "limit": 1_001}, "bad_diversity"),
    ],
    ids=str,
)
def test_what_does_not_go_together_is_refused(options: dict[str, object], kind: str) -> None:
    with pytest.raises(QueryError) as caught:
        QueryOptions(**options)  # type: ignore[arg-type]  # the point of the test
    assert caught.value.kind == kind


def test_rescoring_needs_one_query() -> None:
    for query in (asked(SONGS[0], (SONGS[1],)), Query.of_colours(EmotionProfile.of([[1, 2, 3]] * 5))):
        with pytest.raises(QueryError, match="leave rescoring out"):
            search(STORE, query, QueryOptions(rescoring=Rescoring("captions")))


def test_a_filter_narrows_groups_and_examples_as_it_narrows_a_query() -> None:
    where = (Equals("artist", "Degas"),)
    degas = {item.id for item in PICTURES if item.metadata.get("artist") == "Degas"}
    answer = search(STORE, asked(SONGS[0], (SONGS[1],)), QueryOptions(limit=250, where=where))
    assert set(ids(answer)) == degas
    grouped = search(STORE, asked(SONGS[0]), QueryOptions(where=where, group_by="artist")).results
    assert [one.group for one in grouped] == ["Degas"]
