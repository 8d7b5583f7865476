"""Filters choose exactly what their plain reading chooses, from indexes, and nearest items stay exact under them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emoretrieve.emotion.vectors import query_vector
from emoretrieve.errors import QueryError
from emoretrieve.item import Captions, Item, Location, Value
from emoretrieve.lexicon.moods import mood_words
from emoretrieve.store import EVERYTHING, Between, Condition, During, Equals, Store, Where
from emoretrieve.store.qdrant import QdrantStore
from emoretrieve.store.schema import FREE_TEXT, INDEXED_FIELDS, MOST_INDEXES
from tests.emoretrieve.store import reference
from tests.emoretrieve.store.conftest import OpenStore, made
from tests.emoretrieve.store.samples import assorted, item

WEIGHTS = (0.5, 0.125, 0.125, 0.125, 0.125)
MOODS = ["serene", "melancholy", "wild", "not serene", "hardly wild", "a trace of sadness", "a chair"]
DATES = ["1999-01-01", "1999-06", "2001-06-30", "2001-07-01", "0001-01-01", "9999-12-31", "1999", "2001-02-30", "soon"]
KEYS = ["artist", "year", "date", "mood", "title", "path", "name", "dotted.key", "von Übel"]


def described(number: int) -> Item:
    """An item with some of every kind of metadata, most of them shared with others."""
    random = np.random.default_rng(number)
    values: dict[str, Value] = {
        "artist": f"A{random.integers(5)}",
        "year": int(random.integers(1990, 2005)) if random.random() < 0.8 else str(random.integers(1990, 2005)),
        "date": DATES[random.integers(len(DATES))],
        "mood": "serene",
        "title": f"T{random.integers(30)}",
        "path": "/other",
        "dotted.key": 0.5 * float(random.integers(3)),
        "von Übel": "ja",
    }
    chosen = {key: value for key, value in values.items() if random.random() < 0.6}
    said = ", ".join(random.choice(MOODS, 2))
    folder = f"/music/{'ab'[number % 2]}"
    return replace(
        item(f"described {number}", modality="audio" if number % 3 else "image"),
        captions=Captions(said, ("wild", "calm", "sad", "a table")),
        locations=(Location(f"{folder}/{number}.mp3", 1, 1), Location(f"/copies/{number % 7}.mp3", 1, 1)),
        metadata=chosen,
    )


ITEMS = [described(number) for number in range(120)]


@pytest.fixture(params=["edge", "local memory"], scope="module")
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with made(request.param, tmp_path_factory.mktemp("filtering")) as store:
        store.upsert(ITEMS)
        yield store


texts = st.sampled_from(
    [f"A{n}" for n in range(6)] + ["T3", "T4", "ja", "2000", "2000.0", "0.5", "serene", "wild", "sadness", "chair"]
    + ["/music/a/", "/music/", "/music/a", "/copies/3.mp3", "/other", "/", "1999-06", ""]
)  # fmt: skip
numbers = st.none() | st.sampled_from([1989.5, 1995, 2000, 2010, 0.25, 0.5, float("nan")])
dates = st.none() | st.sampled_from(["1999", "1999-01-01", "1999-06", "2001-06-30", "2001", "0001", "9999-12"])
conditions: st.SearchStrategy[Condition] = st.one_of(
    st.builds(Equals, st.sampled_from(KEYS), texts),
    st.builds(Between, st.sampled_from(KEYS), numbers, numbers),
    st.builds(During, st.sampled_from(KEYS), dates, dates),
)
wheres = st.builds(
    Where,
    st.sampled_from([None, "audio", "image"]),
    st.lists(conditions, max_size=3).map(tuple),
    st.lists(st.builds(Equals, st.sampled_from(KEYS), texts), max_size=2).map(tuple),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=wheres)
def test_any_filter_chooses_what_its_plain_reading_chooses(filled: Store, where: Where) -> None:
    chosen = sorted(item.id for item in ITEMS if reference.matches(item, where))
    assert [item.id for batch in filled.scan(where) for item in batch] == chosen
    assert filled.count(where) == len(chosen)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=wheres, asked=st.sampled_from(ITEMS), limit=st.integers(1, 40))
def test_the_nearest_items_under_any_filter_are_exact(filled: Store, where: Where, asked: Item, limit: int) -> None:
    query = query_vector("aligned", asked.profile, WEIGHTS)
    hits = [(hit.id, hit.score) for hit in filled.nearest("aligned", query, where=where, limit=limit)]
    assert hits == reference.nearest(ITEMS, "aligned", query, where, limit)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=st.sampled_from([*KEYS, "absent"]), where=wheres)
def test_values_are_counted_as_by_a_counter(filled: Store, key: str, where: Where) -> None:
    chosen = [item for item in ITEMS if reference.matches(item, where)]
    assert filled.values(key, where) == Counter(value for item in chosen for value in plain_values(item, key))


def plain_values(item: Item, key: str) -> set[Value]:
    own: dict[str, tuple[Value, ...]] = {
        "mood": mood_words(item.captions.whole),
        "name": (item.name,) if item.name else (),
        "path": item.paths,
    }
    metadata = (item.metadata[key],) if key in item.metadata else ()
    return {*own.get(key, ()), *metadata}


@pytest.mark.parametrize("share", [0.05, 0.001])
def test_few_items_among_many_are_found_exactly(tmp_path: Path, share: float) -> None:
    many = 4_000
    rare = [f"rare{number % round(1 / share)}" for number in range(many)]
    items = [replace(one, metadata={"label": rare[n]}) for n, one in enumerate(assorted(many, seed=3))]
    where = Where(conditions=(Equals("label", "rare1"),))
    with made("edge", tmp_path) as store:
        store.upsert(items)
        for asked in items[:20]:
            query = query_vector("aligned", asked.profile, WEIGHTS)
            hits = [(hit.id, hit.score) for hit in store.nearest("aligned", query, where=where, limit=10)]
            assert hits == reference.nearest(items, "aligned", query, where, 10)


def test_every_kind_of_metadata_has_its_index(filled: Store) -> None:
    assert isinstance(filled, QdrantStore)
    indexes = filled.indexes()
    assert indexes.keys() >= INDEXED_FIELDS.keys()
    assert indexes['metadata.text."artist"'] == "keyword"
    assert indexes['metadata.numbers."year"'] == "float"
    assert indexes['metadata.text."year"'] == "keyword"
    assert indexes['metadata.dates."date"'] == "datetime"
    assert indexes["moods"] == "keyword"
    assert 'metadata.text."title"' not in indexes


def test_the_engine_itself_holds_the_indexes(tmp_path: Path) -> None:
    with made("edge", tmp_path) as store:
        store.upsert(ITEMS)
        before = store.indexes() if isinstance(store, QdrantStore) else {}
    with made("edge", tmp_path) as store:
        assert isinstance(store, QdrantStore)
        assert store.indexes() == before
        assert store.count(Where(conditions=(Equals("artist", "A1"),))) > 0


def test_a_collection_opened_again_filters_as_before(open_store: OpenStore) -> None:
    with open_store() as store:
        store.upsert(ITEMS[:50])
    with open_store() as store:
        for key in KEYS:
            assert store.values(key) == Counter(value for item in ITEMS[:50] for value in plain_values(item, key))


def test_keys_beyond_the_bound_have_no_index_and_are_filtered_all_the_same(lenient_store: Store) -> None:
    store = lenient_store
    keys = [f"key {number:03d}" for number in range(MOST_INDEXES + 5)]
    store.upsert([replace(item(key), metadata={key: "yes"}) for key in keys])
    assert isinstance(store, QdrantStore)
    assert len([field for field in store.indexes() if field.startswith("metadata.")]) == MOST_INDEXES
    for key in (keys[0], keys[-1]):
        assert store.count(Where(conditions=(Equals(key, "yes"),))) == 1
        assert store.values(key) == {"yes": 1}
    assert store.count(Where(conditions=(Equals("never", "yes"),))) == 0


@pytest.mark.parametrize("key", sorted(FREE_TEXT))
def test_free_text_is_found_without_an_index(lenient_store: Store, key: str) -> None:
    store = lenient_store
    marked = replace(item("marked"), metadata={key: "to be"})
    store.upsert([marked, item("other")])
    assert [one.id for batch in store.scan(Where(conditions=(Equals(key, "to be"),))) for one in batch] == [marked.id]
    assert store.values(key) == {"to be": 1}


def test_a_bound_that_is_no_date_is_refused() -> None:
    with pytest.raises(QueryError, match="'soon' is no date") as caught:
        During("date", "soon", None)
    assert caught.value.kind == "bad_filter"


def test_values_of_everything_add_up_to_the_items_that_have_the_key(filled: Store) -> None:
    assert sum(filled.values("artist", EVERYTHING).values()) == sum("artist" in item.metadata for item in ITEMS)
