"""A shortlist scored again by vectors is what a plain computation over all items gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from emoretrieve.emotion.vectors import Floats
from emoretrieve.errors import QueryError, StoreError
from emoretrieve.item import Item
from emoretrieve.library import Library
from emoretrieve.rescoring import vector_moments
from emoretrieve.search.answer import Answer
from emoretrieve.search.filters import parse_filter
from emoretrieve.search.options import QueryOptions
from emoretrieve.search.rescoring import Rescoring
from emoretrieve.store import Embedding
from emoretrieve.store.local import LocalStore
from tests.emoretrieve.store.samples import SIGNATURE, assorted

ITEMS = assorted(80)
SONG = ITEMS[2]
PICTURES = [item for item in ITEMS if item.modality == "image"]
EMBEDDING = Embedding("made-up", 48, {"embedder": "made up", "caution": "made-up numbers"})


def vectors_of(items: list[Item], seed: int = 3) -> dict[str, Floats]:
    """Unit vectors that all point somewhat the same way, as those of embedders do."""
    random = np.random.default_rng(seed)
    rows = random.normal(size=(len(items), EMBEDDING.dimension)) + 0.4
    return {item.id: row / np.linalg.norm(row) for item, row in zip(items, rows, strict=True)}


VECTORS = vectors_of(ITEMS)


@pytest.fixture
def library() -> Iterator[Library]:
    """All items with a vector, in memory."""
    store = LocalStore.in_memory(SIGNATURE)
    store.upsert(ITEMS)
    store.add_embedding(EMBEDDING)
    store.set_vectors("made-up", VECTORS)
    with Library(store) as library:
        yield library


def asked(library: Library, song: Item = SONG, *, alpha: float = 0.4, shortlist: int = 200, limit: int = 80) -> Answer:
    rescoring = Rescoring("made-up", alpha, shortlist)
    return library.query(song.id, QueryOptions(to="image", limit=limit, rescoring=rescoring))


def matches(library: Library) -> dict[str, float]:
    plain = library.query(SONG.id, QueryOptions(to="image", limit=80))
    return {result.item.id: result.score for result in plain.results}


@pytest.mark.parametrize("alpha", [0.0, 0.4, 1.0])
def test_the_order_is_that_of_the_blend(library: Library, alpha: float) -> None:
    blend = {
        id: (1 - alpha) * match + alpha * float(VECTORS[id] @ VECTORS[SONG.id])
        for id, match in matches(library).items()
    }
    answer = asked(library, alpha=alpha)
    rescored = {result.item.id: result.rescored.blended for result in answer.results if result.rescored}
    assert rescored == pytest.approx(blend, abs=1e-3)
    exact = sorted(rescored, key=lambda id: (-rescored[id], id))
    assert [result.item.id for result in answer.results] == exact
    assert [result.rank for result in answer.results] == list(range(1, len(exact) + 1))


def test_both_scores_are_given_and_the_match_is_as_it_was(library: Library) -> None:
    plain, answer = matches(library), asked(library)
    for result in answer.results:
        assert result.score == plain[result.item.id]
        assert result.rescored
        assert result.rescored.similarity == pytest.approx(VECTORS[result.item.id] @ VECTORS[SONG.id], abs=1e-3)


def test_only_the_shortlist_is_scored_again(library: Library) -> None:
    best = list(matches(library))[:12]
    answer = asked(library, shortlist=12, limit=5, alpha=1.0)
    by_similarity = sorted(best, key=lambda id: -float(VECTORS[id] @ VECTORS[SONG.id]))
    assert [result.item.id for result in answer.results] == by_similarity[:5]
    assert answer.reranking
    assert (len(answer.reranking.order), answer.reranking.compared) == (12, 12)


def test_the_shortlist_is_never_shorter_than_the_answer(library: Library) -> None:
    assert len(asked(library, shortlist=3, limit=20).results) == 20


def test_chance_is_the_mean_over_the_items_searched(library: Library) -> None:
    similarities = np.array([VECTORS[item.id] @ VECTORS[SONG.id] for item in PICTURES])
    answer = asked(library)
    assert answer.reranking
    assert answer.reranking.background == len(PICTURES)
    for result in answer.results:
        assert result.rescored
        assert result.rescored.chance == pytest.approx(similarities.mean(), abs=1e-3)
        z = (result.rescored.similarity or 0.0) - similarities.mean()
        assert result.rescored.z == pytest.approx(z / similarities.std(), abs=2e-2)


@pytest.mark.parametrize("condition", [None, "artist=A1"])
def test_the_query_is_no_part_of_its_own_chance_level(library: Library, condition: str | None) -> None:
    song = next(item for item in ITEMS if item.metadata["artist"] == "A1" and item.modality == "audio")
    others = [item for item in ITEMS if item.id != song.id and (condition is None or item.metadata["artist"] == "A1")]
    where = () if condition is None else (parse_filter(condition),)
    options = QueryOptions(to="any", limit=80, where=where, rescoring=Rescoring("made-up"))
    answer = library.query(song.id, options)
    expected = np.mean([VECTORS[item.id] @ VECTORS[song.id] for item in others])
    assert answer.reranking
    assert answer.reranking.background == len(others)
    chances = [result.rescored.chance for result in answer.results if result.rescored]
    assert chances == pytest.approx([expected] * len(others), abs=1e-3)


def test_items_without_a_vector_keep_their_match_and_are_ranked_as_the_average(library: Library) -> None:
    bare = assorted(10, seed=9)
    library.store.upsert(bare)
    plain, answer = matches(library), asked(library)
    known = [r.rescored.similarity for r in answer.results if r.rescored and r.rescored.similarity is not None]
    lacking = [result for result in answer.results if result.rescored and result.rescored.similarity is None]
    assert {result.item.id for result in lacking} == {item.id for item in bare if item.modality == "image"}
    assert answer.reranking
    assert answer.reranking.compared == len(known) == len(PICTURES)
    for result in lacking:
        assert result.rescored
        assert result.score == plain[result.item.id]
        assert result.rescored.blended == pytest.approx(0.6 * result.score + 0.4 * np.mean(known))
        assert result.rescored.z is None


def test_without_any_vector_the_order_is_that_of_the_match() -> None:
    store = LocalStore.in_memory(SIGNATURE)
    store.upsert(ITEMS)
    store.add_embedding(EMBEDDING)
    store.set_vectors("made-up", {SONG.id: VECTORS[SONG.id]})
    with Library(store) as library:
        answer = asked(library)
        assert [result.item.id for result in answer.results] == list(matches(library))
        assert {result.rescored.chance for result in answer.results if result.rescored} == {None}


def test_vectors_written_later_change_the_chance_level(library: Library) -> None:
    before = asked(library).results[0].rescored
    library.store.set_vectors("made-up", vectors_of(PICTURES, seed=77))
    after = asked(library).results[0].rescored
    assert before
    assert after
    assert before.chance != pytest.approx(after.chance, abs=1e-6)


def test_statistics_of_too_many_vectors_are_unknown_until_they_are_refreshed(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vector_moments, "READ_LIMIT", 5)
    unknown = asked(library)
    assert unknown.reranking
    assert unknown.reranking.background is None
    assert all(r.rescored and r.rescored.chance is None and r.rescored.z is None for r in unknown.results)
    vector_moments.refresh_vector_moments(library.store, "made-up")
    known = asked(library)
    assert known.results[0].rescored
    assert known.results[0].rescored.chance is not None


def test_damaged_statistics_are_counted_again(library: Library) -> None:
    expected = asked(library).results[0].rescored
    for modality in ("audio", "image"):
        library.store.save_derived(f"vectors-{modality}-made-up", b"damaged")
    again = asked(library).results[0].rescored
    assert expected
    assert again
    assert again.chance == pytest.approx(expected.chance, abs=1e-6)


def test_what_must_be_said_of_the_vectors_comes_with_the_answer(library: Library) -> None:
    answer = asked(library)
    assert answer.reranking
    assert answer.reranking.caution == "made-up numbers"


def test_max_p_cuts_on_the_match_before_anything_is_scored_again(library: Library) -> None:
    options = QueryOptions(to="image", limit=80, max_p=0.5, rescoring=Rescoring("made-up", alpha=1.0))
    answer = library.query(SONG.id, options)
    assert {result.item.id for result in answer.results} < set(matches(library))
    assert all(result.p_best is not None and result.p_best <= 0.5 for result in answer.results)


def test_vectors_that_the_collection_lacks_are_told(library: Library) -> None:
    with pytest.raises(StoreError, match=r"called 'imagebind' .* index --embed NAME") as caught:
        library.query(SONG.id, QueryOptions(rescoring=Rescoring("imagebind")))
    assert caught.value.kind == "no_embedding"


def test_an_item_without_vector_and_file_cannot_ask(library: Library) -> None:
    nameless = replace(ITEMS[0], sha256=None, name="of captions", locations=())
    library.store.upsert([nameless])
    with pytest.raises(QueryError, match=r"no file to make one from.*--rescore captions") as caught:
        library.query(nameless.id, QueryOptions(rescoring=Rescoring("made-up")))
    assert caught.value.kind == "not_embedded"


@pytest.mark.parametrize(
    ("alpha", "shortlist"), [(-0.1, 200), (1.1, 200), (float("nan"), 200), (0.4, 0), (0.4, 10_001)]
)
def test_impossible_blends_are_refused(alpha: float, shortlist: int) -> None:
    with pytest.raises(QueryError) as caught:
        Rescoring("captions", alpha, shortlist)
    assert caught.value.kind in {"bad_alpha", "bad_shortlist"}
