"""Searches against all pairs by brute force."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean, pstdev

import pytest

from emoretrieve.emotion import EmotionProfile, Rgb
from emoretrieve.errors import QueryError
from emoretrieve.item import Item
from emoretrieve.search import null as null_module
from emoretrieve.search import population as population_module
from emoretrieve.search.answer import Answer
from emoretrieve.search.draw import draw
from emoretrieve.search.filters import parse_filters
from emoretrieve.search.match import DEFAULT_MATCH
from emoretrieve.search.options import QueryOptions
from emoretrieve.search.query import Query
from emoretrieve.search.search import search
from emoretrieve.store import Hit, Store, Where
from emoretrieve.store.collections import open_collection
from emoretrieve.store.local import LocalStore
from tests.emoretrieve.search.collection import SIGNATURE, brute_best, brute_score, item, random_items, store_of

AUDIO = random_items("audio", 110, seed=31)
IMAGES = random_items("image", 40, seed=32)
ALL = [*AUDIO, *IMAGES]
SONG, PICTURE = AUDIO[7], IMAGES[9]
OLD = parse_filters(["year=1805..1830", "school=old"])


@pytest.fixture(scope="module")
def store() -> LocalStore:
    return store_of(ALL)


@dataclass(frozen=True)
class Case:
    query: Query
    options: QueryOptions
    weights: Sequence[float] | None
    searched: list[Item]


def old(items: list[Item]) -> list[Item]:
    return [one for one in items if 1805 <= int(one.metadata["year"]) <= 1830 and one.metadata["school"] == "old"]


DEFAULT = (0.5, 0.125, 0.125, 0.125, 0.125)
SONG_QUERY, PICTURE_QUERY = Query.of_item(SONG, indexed=True), Query.of_item(PICTURE, indexed=True)
STRANGE = Query.of_item(random_items("audio", 1, seed=99)[0], indexed=False)
WORDS = Query.of_text("a calm evening", Rgb(20, 200, 60))
CASES = {
    "song to images": Case(SONG_QUERY, QueryOptions(limit=15), DEFAULT, IMAGES),
    "picture to songs": Case(PICTURE_QUERY, QueryOptions(limit=15), DEFAULT, AUDIO),
    "unknown song": Case(STRANGE, QueryOptions(), DEFAULT, IMAGES),
    "words": Case(WORDS, QueryOptions(), DEFAULT, IMAGES),
    "words to songs": Case(WORDS, QueryOptions(to="audio", match="whole"), (1, 0, 0, 0, 0), AUDIO),
    "song to songs": Case(SONG_QUERY, QueryOptions(to="audio"), DEFAULT, [one for one in AUDIO if one != SONG]),
    "any": Case(SONG_QUERY, QueryOptions(to="any", limit=30), DEFAULT, [one for one in ALL if one != SONG]),
    "filter": Case(SONG_QUERY, QueryOptions(where=OLD), DEFAULT, old(IMAGES)),
    "any with filter": Case(
        PICTURE_QUERY, QueryOptions(to="any", where=OLD), DEFAULT, [one for one in old(ALL) if one != PICTURE]
    ),
    "concat": Case(SONG_QUERY, QueryOptions(match="concat"), None, IMAGES),
    "fragments": Case(PICTURE_QUERY, QueryOptions(match="fragments"), (0, 0.25, 0.25, 0.25, 0.25), AUDIO),
    "fragment": Case(SONG_QUERY, QueryOptions(match="fragment:4"), (0, 0, 0, 0, 1), IMAGES),
    "weights": Case(SONG_QUERY, QueryOptions(weights=(7, 0, 1, 0, 2)), (7, 0, 1, 0, 2), IMAGES),
    "more than there are": Case(SONG_QUERY, QueryOptions(limit=1_000), DEFAULT, IMAGES),
}


@pytest.fixture(params=CASES, scope="module")
def case(request: pytest.FixtureRequest) -> Case:
    return CASES[request.param]


@pytest.fixture(scope="module")
def answer(store: LocalStore, case: Case) -> Answer:
    return search(store, case.query, case.options)


def scores_of(case: Case) -> dict[str, float]:
    return {one.id: brute_score(case.weights, case.query.profile, one.profile) for one in case.searched}


def test_the_best_items_are_found_in_the_order_of_score_and_id(case: Case, answer: Answer) -> None:
    scores = scores_of(case)
    expected = sorted(scores, key=lambda id: (-round(scores[id], 12), id))[: case.options.limit]
    assert [result.item.id for result in answer.results] == expected
    assert [result.rank for result in answer.results] == list(range(1, len(expected) + 1))


def test_scores_are_those_of_every_pair(case: Case, answer: Answer) -> None:
    scores = scores_of(case)
    assert all(result.score == pytest.approx(scores[result.item.id], abs=1e-12) for result in answer.results)


def test_chance_is_the_mean_score_of_the_items_searched(case: Case, answer: Answer) -> None:
    assert answer.searched == len(case.searched)
    expected = fmean(scores_of(case).values())
    assert all(result.chance == pytest.approx(expected, abs=1e-12) for result in answer.results)


def test_z_counts_standard_deviations_above_chance(case: Case, answer: Answer) -> None:
    scores = scores_of(case)
    mean, deviation = fmean(scores.values()), pstdev(scores.values())
    for result in answer.results:
        assert result.z == pytest.approx((scores[result.item.id] - mean) / deviation, rel=1e-8, abs=1e-8)


def test_p_best_is_the_share_of_random_profiles_that_do_as_well(store: LocalStore, case: Case, answer: Answer) -> None:
    searched = [*case.searched, *_left_out(case)]
    best = brute_best(case.weights, draw(store, case.query.modality), searched)
    for result in answer.results:
        assert result.p_best == (best >= result.score - 1e-12).sum() / 1_000


def _left_out(case: Case) -> list[Item]:
    """The query itself, which the random profiles may find."""
    where = case.options.searched(case.query.modality)
    mine = [one for one in ALL if case.query.indexed and one.id == case.query.id]
    kept = [one for one in mine if where.modality in (None, one.modality)]
    return old(kept) if where.conditions else kept


def test_p_best_of_the_best_results_is_evenly_spread_over_the_songs_themselves(store: LocalStore) -> None:
    best = [search(store, Query.of_item(song, indexed=True), QueryOptions(limit=1)).results[0] for song in AUDIO]
    p_values = sorted(result.p_best or 0.0 for result in best)
    even = [(rank + 1) / len(AUDIO) for rank in range(len(AUDIO))]
    assert max(abs(p - expected) for p, expected in zip(p_values, even, strict=True)) < 0.06


def test_explanations_add_up_to_score_and_chance(store: LocalStore) -> None:
    for result in search(store, SONG_QUERY, QueryOptions(explain=True)).results:
        assert result.explanation is not None
        parts = result.explanation.parts
        assert sum(part.contribution for part in parts) == pytest.approx(result.score, abs=1e-12)
        assert sum(part.chance or 0 for part in parts) == pytest.approx(result.chance, abs=1e-12)


def test_nothing_is_explained_unless_asked(store: LocalStore) -> None:
    assert {result.explanation for result in search(store, SONG_QUERY, QueryOptions()).results} == {None}


def test_max_p_cuts_results_that_random_profiles_reach(store: LocalStore) -> None:
    everything = search(store, SONG_QUERY, QueryOptions(limit=40)).results
    p_values = sorted({result.p_best for result in everything if result.p_best is not None})
    middle = p_values[len(p_values) // 2]
    kept = search(store, SONG_QUERY, QueryOptions(limit=40, max_p=middle)).results
    assert kept == tuple(result for result in everything if result.p_best is not None and result.p_best <= middle)
    assert 0 < len(kept) < len(everything)


def test_max_p_of_an_unknown_p_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(null_module, "READ_LIMIT", 5)
    with pytest.raises(QueryError) as caught:
        search(store_of(IMAGES), SONG_QUERY, QueryOptions(max_p=0.5))
    assert caught.value.kind == "unknown_p"


def test_statistics_that_would_take_too_long_are_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(null_module, "READ_LIMIT", 5)
    monkeypatch.setattr(population_module, "READ_LIMIT", 5)
    found = search(store_of(IMAGES), SONG_QUERY, QueryOptions(where=OLD))
    assert found.searched == len(old(IMAGES))
    assert {(result.chance, result.z, result.p_best) for result in found.results} == {(None, None, None)}


def test_a_query_in_which_nothing_was_felt_finds_everything_at_zero(store: LocalStore) -> None:
    silence = Query.of_item(item("audio", 1_000, EmotionProfile.uniform(Rgb(0, 0, 0))), indexed=False)
    found = search(store, silence, QueryOptions(limit=40))
    assert {(result.score, result.chance, result.z, result.p_best) for result in found.results} == {(0, 0, None, 1)}
    assert [result.item.id for result in found.results] == sorted(one.id for one in IMAGES)


def test_an_item_in_which_nothing_was_felt_scores_zero() -> None:
    black = item("image", 1_000, EmotionProfile.uniform(Rgb(0, 0, 0)))
    last = search(store_of([*IMAGES, black]), SONG_QUERY, QueryOptions(limit=50)).results[-1]
    assert (last.item, last.score, last.why.axis) == (black, 0, None)


def test_an_empty_collection_has_no_results() -> None:
    found = search(store_of([]), SONG_QUERY, QueryOptions())
    assert (found.searched, found.results) == (0, ())


def test_a_single_item_has_a_chance_level_and_no_z() -> None:
    (only,) = search(store_of(IMAGES[:1]), SONG_QUERY, QueryOptions()).results
    assert only.chance == pytest.approx(only.score, abs=1e-12)
    assert only.z is None


def test_equal_items_have_no_z_and_are_ranked_by_id() -> None:
    same = [item("image", number, IMAGES[0].profile) for number in range(20)]
    results = search(store_of(same), SONG_QUERY, QueryOptions(limit=5)).results
    assert [result.item.id for result in results] == sorted(one.id for one in same)[:5]
    assert {result.z for result in results} == {None}


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_collection(tmp_path_factory.mktemp("data"), "default", signature=SIGNATURE, create=True) as opened:
        opened.upsert(ALL)
        yield opened


def test_the_embedded_engine_gives_the_same_answer(embedded: Store, case: Case, answer: Answer) -> None:
    assert search(embedded, case.query, case.options) == answer


def test_an_item_deleted_between_search_and_reading_is_no_result(monkeypatch: pytest.MonkeyPatch) -> None:
    store = store_of(ALL)
    hits = store.nearest("aligned", DEFAULT_MATCH.query_vector(SONG.profile), where=Where("image"), limit=3)
    nearest = store.nearest

    def then_delete(*args: object, **kwargs: object) -> list[Hit]:
        found = nearest(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they are
        store.delete([hits[0].id])
        return found

    monkeypatch.setattr(store, "nearest", then_delete)
    results = search(store, SONG_QUERY, QueryOptions(limit=3)).results
    assert [(result.rank, result.item.id) for result in results] == [(1, hits[1].id), (2, hits[2].id)]
