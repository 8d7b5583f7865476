"""A query on the hypersphere finds what looking at every item finds, and says what that is worth."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from emoretrieve.errors import QueryError, StoreError
from emoretrieve.item import Item
from emoretrieve.search.filters import parse_filter
from emoretrieve.sphere.distances import SCORES
from emoretrieve.sphere.rescore import DISTANCES
from emoretrieve.sphere_search.answer import SphereAnswer
from emoretrieve.sphere_search.options import SphereOptions
from emoretrieve.sphere_search.query import SphereQuery
from emoretrieve.sphere_search.search import search_sphere
from emoretrieve.store import Store
from emoretrieve.store.local import LocalStore
from tests.emoretrieve.sphere_search.samples import EMBEDDING, PICTURES, POINTS, SIZE, SONGS, asking, fill
from tests.emoretrieve.store.conftest import made
from tests.emoretrieve.store.samples import SIGNATURE

CLOSED = [name for name in DISTANCES if name != "ssw"]
needs_torch = pytest.mark.skipif(find_spec("torch") is None, reason="needs the extra 'sphere'")


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    """A store that only is read."""
    with LocalStore.in_memory(SIGNATURE) as store:
        fill(store)
        yield store


def scores_of(query: SphereQuery, items: list[Item], distance: str) -> dict[str, float]:
    """In float64, from the points themselves."""
    score = SCORES["kl_qx" if distance == "kl" else distance]
    found = {}
    for one in items:
        point = POINTS[one.id]
        cosine = np.array(query.point.direction @ point.direction)
        found[one.id] = float(score(np.array(query.point.kappa), np.array(point.kappa), cosine, SIZE))
    return found


def ids(answer: SphereAnswer) -> list[str]:
    return [result.item.id for result in answer.results]


@pytest.mark.parametrize("distance", CLOSED)
def test_the_results_are_those_of_looking_at_every_item(store: Store, distance: str) -> None:
    query = asking(SONGS[0], SONGS[1])
    wanted = scores_of(query, PICTURES, distance)
    answer = search_sphere(store, query, SphereOptions(distance=distance, limit=12, shortlist=20))
    assert answer.searched.exact
    assert ids(answer) == sorted(wanted, key=lambda id: -wanted[id])[:12]
    assert [result.score for result in answer.results] == pytest.approx(
        [wanted[result.item.id] for result in answer.results], abs=1e-3, rel=1e-5
    )


@pytest.mark.parametrize("engine", ["edge", "fake server"])
def test_every_engine_gives_the_same_answer(store: Store, engine: str, tmp_path: Path) -> None:
    query, options = asking(SONGS[3]), SphereOptions(limit=15)
    wanted = search_sphere(store, query, options)
    with made(engine, tmp_path) as other:
        fill(other)
        answer = search_sphere(other, query, options)
    assert ids(answer) == ids(wanted)
    assert answer.searched == wanted.searched
    assert answer.background.chance.mean == pytest.approx(wanted.background.chance.mean, abs=1e-5)
    assert [one.p_best for one in answer.results] == [one.p_best for one in wanted.results]


@pytest.mark.parametrize("distance", CLOSED)
def test_chance_is_the_mean_over_all_items_but_the_query(store: Store, distance: str) -> None:
    query = asking(SONGS[0], PICTURES[0])
    others = [one for one in PICTURES if one.id != PICTURES[0].id]
    scores = list(scores_of(query, others, distance).values())
    answer = search_sphere(store, query, SphereOptions(to="image", distance=distance, limit=1))
    assert (answer.background.count, answer.background.whole) == (len(others), True)
    assert answer.background.chance.mean == pytest.approx(np.mean(scores), rel=1e-6, abs=1e-6)
    assert answer.background.chance.deviation == pytest.approx(np.std(scores), rel=1e-5)
    (best,) = answer.results
    assert best.z == pytest.approx((best.score - np.mean(scores)) / np.std(scores), rel=1e-4)


def test_p_is_the_share_of_random_songs_whose_best_match_is_as_good(store: Store) -> None:
    answer = search_sphere(store, asking(SONGS[7]), SphereOptions(limit=3))
    best = [max(scores_of(asking(song), PICTURES, "elk").values()) for song in SONGS]
    assert answer.random_queries == len(SONGS)
    for result in answer.results:
        share = float(np.mean(np.array(best) >= result.score - 1e-3))
        assert result.p_best == pytest.approx(share, abs=1e-9)  # all 150 are drawn


def test_p_is_unknown_for_several_parts_and_under_filters(store: Store) -> None:
    both = search_sphere(store, asking(SONGS[0], SONGS[1]), SphereOptions(limit=1))
    filtered = search_sphere(store, asking(SONGS[0]), SphereOptions(limit=1, where=(parse_filter("artist=A1"),)))
    assert [both.results[0].p_best, filtered.results[0].p_best] == [None, None]


def test_parts_of_the_query_are_no_results(store: Store) -> None:
    answer = search_sphere(store, asking(SONGS[0], PICTURES[0]), SphereOptions(limit=400))
    assert len(answer.results) == 298
    assert not {SONGS[0].id, PICTURES[0].id} & set(ids(answer))


def test_filters_offset_and_target_are_as_in_other_queries(store: Store) -> None:
    query, options = asking(SONGS[0]), SphereOptions(limit=8, where=(parse_filter("artist=A1"),))
    first = search_sphere(store, query, options)
    assert first.to == "image"
    assert {result.item.metadata["artist"] for result in first.results} == {"A1"}
    second = search_sphere(store, query, replace(options, offset=3, limit=5))
    assert ids(second) == ids(first)[3:]
    assert [result.rank for result in second.results] == [4, 5, 6, 7, 8]
    songs = search_sphere(store, query, SphereOptions(to="audio", limit=5))
    assert {result.item.modality for result in songs.results} == {"audio"}


@pytest.mark.parametrize(
    ("parts", "target"), [((0,), "image"), ((1,), "audio"), ((0, 1), "any"), ((0, 2), "image")], ids=str
)
def test_what_is_looked_for_is_what_the_query_has_not(parts: tuple[int, ...], target: str) -> None:
    items = [SONGS[0], PICTURES[0], SONGS[1]]
    assert asking(*(items[place] for place in parts)).target(SphereOptions()) == target


def test_items_without_a_point_are_counted_and_not_found() -> None:
    with LocalStore.in_memory(SIGNATURE) as store:
        fill(store, PICTURES[:40], without=15)
        answer = search_sphere(store, asking(SONGS[0]), SphereOptions(limit=40))
    assert (answer.searched.items, answer.searched.without) == (25, 15)
    assert len(answer.results) == 25


def test_a_collection_where_no_item_has_a_point_yet_answers_with_nothing() -> None:
    with LocalStore.in_memory(SIGNATURE) as store:
        fill(store, PICTURES[:5], without=5)
        answer = search_sphere(store, asking(SONGS[0]), SphereOptions())
    assert answer.results == ()
    assert (answer.searched.without, answer.background.chance.mean) == (5, None)


def test_a_collection_without_points_says_how_to_make_them() -> None:
    with LocalStore.in_memory(SIGNATURE) as store, pytest.raises(StoreError, match="--space sphere --model") as caught:
        search_sphere(store, asking(SONGS[0]), SphereOptions())
    assert caught.value.kind == "no_sphere"


def test_a_caution_of_the_model_stands_in_the_answer() -> None:
    with LocalStore.in_memory(SIGNATURE) as store:
        store.upsert(PICTURES[:3])
        store.add_embedding(replace(EMBEDDING, signature={"caution": "It is a demonstration"}))
        answer = search_sphere(store, asking(SONGS[0]), SphereOptions())
    assert answer.caution == "It is a demonstration"


def test_the_json_says_how_sure_query_and_results_are(store: Store) -> None:
    answer = search_sphere(store, asking(SONGS[0], SONGS[1]), SphereOptions(limit=2))
    shown = json.loads(json.dumps(answer.to_json(), allow_nan=False))
    assert shown["query"]["kappa"] == pytest.approx(answer.query.point.kappa)
    assert [part["sureness"] for part in shown["query"]["parts"]] != []
    assert all(0 < result["mean_cosine"] < 1 and result["kappa"] > 0 for result in shown["results"])


@needs_torch
def test_ssw_ranks_the_best_of_elk_again_and_says_how_much_both_agree(store: Store) -> None:
    query = asking(SONGS[0])
    first = search_sphere(store, query, SphereOptions(limit=50))
    answer = search_sphere(store, query, SphereOptions(limit=50, distance="ssw"))
    again = search_sphere(store, query, SphereOptions(limit=50, distance="ssw"))
    assert sorted(ids(answer)) == sorted(ids(first))
    assert ids(again) == ids(answer)
    scores = [result.score for result in answer.results]
    assert scores == sorted(scores, reverse=True)
    assert all(-0.5 <= score <= 0 for score in scores)
    assert answer.searched.exact is None
    assert answer.agreement is not None
    assert answer.agreement.kendall_tau is not None
    assert answer.agreement.kendall_tau > 0.2
    assert answer.background.chance.mean is not None
    assert answer.background.chance.mean < scores[0]


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        ({"distance": "euclid"}, "bad_distance"),
        ({"to": "text"}, "bad_target"),
        ({"limit": 0}, "bad_limit"),
        ({"offset": -1}, "bad_limit"),
        ({"shortlist": 0}, "bad_shortlist"),
        ({"distance": "ssw", "limit": 51}, "bad_limit"),
    ],
    ids=str,
)
def test_options_that_make_no_sense_are_refused(wrong: dict[str, object], kind: str) -> None:
    with pytest.raises(QueryError) as caught:
        SphereOptions(**wrong)  # type: ignore[arg-type]  # that is the point
    assert caught.value.kind == kind
