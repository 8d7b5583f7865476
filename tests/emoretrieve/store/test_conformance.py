"""Every engine answers as a plain computation over all items does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from emoretrieve.emotion import EmotionProfile, Rgb
from emoretrieve.emotion.vectors import Floats, Space, colours, query_vector
from emoretrieve.errors import StoreError
from emoretrieve.item import Item, Location, Modality
from emoretrieve.store import EVERYTHING, Between, During, Equals, Store, Where, qdrant
from tests.emoretrieve.store import reference
from tests.emoretrieve.store.conftest import ITEMS, OpenStore
from tests.emoretrieve.store.samples import SIGNATURE, assorted, item, uniform

WEIGHTS = (0.5, 0.125, 0.125, 0.125, 0.125)
MASKS = [
    pytest.param(WEIGHTS, id="aligned"),
    pytest.param((1.0, 0.0, 0.0, 0.0, 0.0), id="whole"),
    pytest.param((0.0, 0.0, 1.0, 0.0, 0.0), id="fragment 2"),
    pytest.param((0.0, 0.25, 0.25, 0.25, 0.25), id="fragments"),
    pytest.param((1e-30, 3e-30, 0.0, 0.0, 0.0), id="tiny weights"),
    pytest.param((1e30, 3e30, 0.0, 0.0, 1.0), id="huge weights"),
    pytest.param((0.0, 0.0, 0.0, 0.0, 0.0), id="no weights"),
]
WHERES = [
    Where(modality="audio"),
    Where(conditions=(Equals("artist", "A1"),)),
    Where(conditions=(Equals("year", "1903"),)),
    Where(conditions=(Equals("year", "1903.0"),)),
    Where(conditions=(Equals("year", "nineteen"),)),
    Where(conditions=(Equals("absent", "1"),)),
    Where(conditions=(Between("year", 1902, 1904),)),
    Where(conditions=(Between("year", None, 1901.5),)),
    Where(conditions=(Between("year", 1905, None),)),
    Where(conditions=(Between("year", None, None),)),
    Where(conditions=(Between("artist", None, None),)),
    Where(conditions=(Between("year", float("nan"), 1905),)),
    Where(conditions=(Equals("year", "nan"),)),
    Where(conditions=(Equals("artist", ""),)),
    Where(modality="image", conditions=(Equals("artist", "A2"), Between("year", 1900, 1905))),
    Where(conditions=(Equals("path", "/media/0-1"),)),
    Where(conditions=(Equals("path", "/media/"), During("date", "1999", None))),
    Where(conditions=(Equals("path", "/media/"),), without=(Equals("artist", "A2"), Equals("year", "1903"))),
]


def found(
    store: Store, space: Space, query: Floats, where: Where = EVERYTHING, limit: int = 10
) -> list[tuple[str, float]]:
    return [(hit.id, hit.score) for hit in store.nearest(space, query, where=where, limit=limit)]


def ids(store: Store, where: Where = EVERYTHING) -> list[str]:
    return [item.id for batch in store.scan(where) for item in batch]


@pytest.mark.parametrize("weights", MASKS)
@pytest.mark.parametrize("limit", [1, 10, 40, 1_000])
def test_nearest_is_the_exact_order(filled: Store, weights: tuple[float, ...], limit: int) -> None:
    for asked in ITEMS[:12]:
        query = query_vector("aligned", asked.profile, weights)
        expected = reference.nearest(ITEMS, "aligned", query, EVERYTHING, limit)
        assert found(filled, "aligned", query, limit=limit) == expected


@pytest.mark.parametrize("limit", [1, 10, 1_000])
def test_nearest_in_concat_is_the_exact_order(filled: Store, limit: int) -> None:
    for asked in ITEMS[:12]:
        query = query_vector("concat", asked.profile, WEIGHTS)
        expected = reference.nearest(ITEMS, "concat", query, EVERYTHING, limit)
        assert found(filled, "concat", query, limit=limit) == expected


@pytest.mark.parametrize("where", WHERES, ids=str)
def test_a_filter_chooses_what_the_plain_reading_of_it_chooses(filled: Store, where: Where) -> None:
    chosen = sorted(item.id for item in ITEMS if reference.matches(item, where))
    assert ids(filled, where) == chosen
    assert filled.count(where) == len(chosen)
    query = query_vector("aligned", ITEMS[1].profile, WEIGHTS)
    assert found(filled, "aligned", query, where) == reference.nearest(ITEMS, "aligned", query, where, 10)


@pytest.mark.parametrize(
    "key",
    [
        "plain",
        "two words",
        "dotted.key",
        "list[0]",
        'quo"ted',
        "per%cent",
        "%22",
        "back\\slash",
        "übersät",
        "1",
        "",
        "%",
    ],
)
def test_any_metadata_name_can_be_filtered_by(store: Store, key: str) -> None:
    marked = replace(item("marked"), metadata={key: "yes", f"{key}.number": 7})
    store.upsert([marked, item("other")])
    assert ids(store, Where(conditions=(Equals(key, "yes"),))) == [marked.id]
    assert ids(store, Where(conditions=(Between(f"{key}.number", 6.5, 7),))) == [marked.id]


def test_text_that_reads_as_a_number_is_compared_as_text(store: Store) -> None:
    text, number = item("text", year="1980"), item("number", year=1980)
    store.upsert([text, number])
    assert set(ids(store, Where(conditions=(Equals("year", "1980"),)))) == {text.id, number.id}
    assert ids(store, Where(conditions=(Equals("year", "1980.0"),))) == [number.id]


def test_items_come_back_as_they_were_written(store: Store) -> None:
    items = [replace(one, metadata={"a": "text", "b": 3, "c": -0.5, "d": 2**60}) for one in assorted(20)]
    store.upsert(items)
    assert store.get([one.id for one in items]) == items


def test_get_keeps_the_order_asked_for_and_leaves_out_the_unknown(store: Store) -> None:
    first, second = item("first"), item("second")
    store.upsert([first, second])
    assert store.get([second.id, item("never").id, "no id at all", first.id]) == [second, first]


def test_scan_goes_through_all_items_by_ascending_id(store: Store) -> None:
    items = assorted(57)
    store.upsert(items)
    batches = list(store.scan(batch=10))
    assert [len(batch) for batch in batches] == [10, 10, 10, 10, 10, 7]
    assert [one for batch in batches for one in batch] == sorted(items, key=lambda one: one.id)


def test_profiles_are_the_stored_colours_by_ascending_id(store: Store) -> None:
    items = sorted(assorted(40), key=lambda one: one.id)
    store.upsert(items)
    ((keys, rows),) = store.profiles(Where(modality="audio"))
    audio = [one for one in items if one.modality == "audio"]
    assert keys == [one.id for one in audio]
    assert np.array_equal(rows, colours(one.profile for one in audio))


def test_an_empty_store_answers_with_nothing(store: Store) -> None:
    query = query_vector("aligned", EmotionProfile.uniform(Rgb(1, 2, 3)), WEIGHTS)
    assert store.nearest("aligned", query, limit=5) == []
    assert (store.count(), ids(store), list(store.profiles()), store.get([item("a").id])) == (0, [], [], [])
    assert store.moments("aligned", "audio").count == 0


def test_a_limit_of_none_finds_nothing(filled: Store) -> None:
    assert found(filled, "aligned", np.ones(15), limit=0) == []


def test_excluded_items_make_room_for_the_next(filled: Store) -> None:
    query = query_vector("aligned", ITEMS[3].profile, WEIGHTS)
    left_out = [id for id, _ in reference.nearest(ITEMS, "aligned", query, EVERYTHING, 5)]
    hits = filled.nearest("aligned", query, limit=10, exclude=left_out)
    assert [(hit.id, hit.score) for hit in hits] == reference.nearest(ITEMS, "aligned", query, EVERYTHING, 10, left_out)


def test_the_boundary_of_many_equal_items_is_drawn_by_id(store: Store) -> None:
    equal = [uniform(f"equal {number}", 9, 7, 3) for number in range(300)]
    better, worse = uniform("better", 90, 71, 30), uniform("worse", 9, 200, 3)
    store.upsert([worse, *equal, better])
    query = query_vector("aligned", better.profile, WEIGHTS)
    expected = [better.id, *sorted(one.id for one in equal)[:7]]
    assert [hit.id for hit in store.nearest("aligned", query, limit=8)] == expected


def test_a_tie_in_one_part_is_drawn_by_id_whatever_the_other_parts_are(store: Store) -> None:
    random = np.random.default_rng(4)
    items = [item(f"{n}", [[50, 60, 70], *random.integers(0, 256, (4, 3)).tolist()]) for n in range(150)]
    store.upsert(items)
    query = query_vector("aligned", items[0].profile, (1.0, 0.0, 0.0, 0.0, 0.0))
    assert [hit.id for hit in store.nearest("aligned", query, limit=12)] == sorted(one.id for one in items)[:12]


def test_items_that_share_nothing_with_the_query_score_zero_by_id(store: Store) -> None:
    items = [uniform(f"{n}", 0, n + 1, 2 * n + 1) for n in range(90)] + [uniform("black", 0, 0, 0)]
    store.upsert(items)
    query = query_vector("aligned", EmotionProfile.uniform(Rgb(255, 0, 0)), WEIGHTS)
    assert found(store, "aligned", query, limit=9) == [(id, 0.0) for id in sorted(one.id for one in items)[:9]]


def test_a_grey_query_orders_permuted_colours_exactly(store: Store) -> None:
    items = [uniform(f"{n}", *np.roll([10, 20, 30], n).tolist()) for n in range(60)]
    store.upsert(items)
    query = query_vector("aligned", EmotionProfile.uniform(Rgb(80, 80, 80)), WEIGHTS)
    assert found(store, "aligned", query, limit=13) == reference.nearest(items, "aligned", query, EVERYTHING, 13)


def test_the_same_id_is_replaced_not_repeated(store: Store) -> None:
    before = item("one")
    after = replace(before, profile=EmotionProfile.uniform(Rgb(1, 2, 3)), metadata={"new": "value"})
    store.upsert([before])
    store.upsert([after])
    assert [one for batch in store.scan() for one in batch] == [after]


def test_of_equal_ids_in_one_write_the_last_counts(store: Store) -> None:
    first = item("one")
    last = replace(first, coverage=1.0)
    store.upsert([first, last])
    assert [one for batch in store.scan() for one in batch] == [last]
    assert store.moments("aligned", "image").count == 1


def test_delete_tells_how_many_were_there(store: Store) -> None:
    items = assorted(10)
    store.upsert(items)
    assert store.delete([items[0].id, items[4].id, items[4].id, item("never").id, "no id"]) == 2
    assert ids(store) == sorted(one.id for one in items if one not in (items[0], items[4]))


def test_items_are_found_by_any_of_their_paths(store: Store) -> None:
    places = (Location("/a b/ü.jpg", 1, 2), Location("/new\nline.jpg", 3, 4))
    twice, once = replace(item("twice"), locations=places), item("once")
    store.upsert([twice, once])
    asked = ["/new\nline.jpg", "/media/once", "/nowhere", "/a b"]
    assert store.by_path(asked) == {"/new\nline.jpg": twice, "/media/once": once}


def test_by_path_without_paths_finds_nothing(store: Store) -> None:
    store.upsert([item("one")])
    assert store.by_path([]) == {}


@pytest.mark.parametrize(
    "change",
    [
        {"coverage": float("nan")},
        {"coverage": 1.5},
        {"modality": "video"},
        {"metadata": {"x": float("inf")}},
        {"metadata": {"x": None}},
        {"metadata": {"x": 2**64}},
        {"metadata": {"x": "\udc80"}},
        {"locations": (Location("/broken\udcff.jpg", 1, 1),)},
        {"locations": (Location("/huge.jpg", 2**70, 1),)},
    ],
    ids=str,
)
def test_one_bad_value_writes_nothing(store: Store, change: dict[str, object]) -> None:
    bad = replace(item("bad"), **change)  # type: ignore[arg-type]  # the point of the test
    with pytest.raises(StoreError, match="cannot be stored") as caught:
        store.upsert([item("good"), bad])
    assert caught.value.kind == "bad_item"
    assert store.count() == 0


@pytest.mark.parametrize("query", [np.full(15, np.nan), np.full(15, np.inf), np.ones(14), np.ones((1, 15))], ids=str)
def test_a_query_of_anything_but_15_finite_numbers_is_refused(filled: Store, query: Floats) -> None:
    with pytest.raises(StoreError, match="15 finite numbers") as caught:
        filled.nearest("aligned", query, limit=1)
    assert caught.value.kind == "bad_query_vector"


@pytest.mark.parametrize("seed", range(3))
def test_moments_follow_any_history(open_store: OpenStore, seed: int) -> None:
    random = np.random.default_rng(seed)
    pool = assorted(120, seed)
    kept: dict[str, Item] = {}
    store = open_store()
    for _ in range(12):
        chosen = [pool[row] for row in random.integers(0, len(pool), 20)]
        recoloured = [replace(one, profile=pool[random.integers(len(pool))].profile) for one in chosen[:8]]
        step = random.integers(4)
        if step == 0:
            store.delete([one.id for one in chosen])
            kept = {id: one for id, one in kept.items() if one not in chosen and id not in {c.id for c in chosen}}
        elif step == 1:
            store.close()
            store = open_store()
        else:
            store.upsert(chosen + recoloured)
            kept |= {one.id: one for one in chosen + recoloured}
        assert_moments(store, list(kept.values()))
    store.close()


def assert_moments(store: Store, items: list[Item]) -> None:
    spaces: tuple[Space, ...] = ("aligned", "concat")
    modalities: tuple[Modality, ...] = ("audio", "image")
    for space in spaces:
        for modality in modalities:
            ours, plain = store.moments(space, modality), reference.moments(items, space, modality)
            assert ours.count == plain.count
            np.testing.assert_allclose(ours.mean, plain.mean, atol=1e-13)
            np.testing.assert_allclose(ours.covariance, plain.covariance, atol=1e-13)


def test_equal_items_have_no_covariance_at_all(store: Store) -> None:
    store.upsert([uniform(f"{n}", 13, 57, 211) for n in range(7)])
    assert not store.moments("aligned", "image").covariance.any()


def test_items_and_version_survive_reopening(open_store: OpenStore) -> None:
    items = assorted(30)
    with open_store() as store:
        store.upsert(items)
        version = store.version
    with open_store() as store:
        assert store.version == version
        assert store.signature == SIGNATURE
        assert store.get([one.id for one in items]) == items


def test_the_version_changes_with_every_change_of_content(store: Store) -> None:
    seen = [store.version]
    one = item("one")
    for change in (lambda: store.upsert([one]), lambda: store.upsert([item("two")]), lambda: store.delete([one.id])):
        change()
        seen.append(store.version)
    assert len(set(seen)) == 4


def test_reading_leaves_the_version_alone(store: Store) -> None:
    store.upsert(assorted(10))
    version = store.version
    store.moments("aligned", "audio")
    store.delete([item("never").id])
    store.flush()
    assert store.version == version


def test_derived_data_is_kept_with_the_collection(open_store: OpenStore) -> None:
    with open_store() as store:
        assert store.load_derived("null-aligned.npy") is None
        store.save_derived("null-aligned.npy", b"old")
        store.save_derived("null-aligned.npy", b"new")
    with open_store() as store:
        assert store.load_derived("null-aligned.npy") == b"new"


@pytest.mark.parametrize("name", ["", "..", "../x", "a/b", "/etc/passwd", ".hidden", "a\0b", "x" * 200])
def test_names_of_derived_data_stay_in_their_folder(store: Store, name: str) -> None:
    with pytest.raises(StoreError) as caught:
        store.save_derived(name, b"")
    assert caught.value.kind == "bad_name"


def test_several_threads_may_write_and_search_at_once(store: Store) -> None:
    items = assorted(240)
    query = query_vector("aligned", items[1].profile, WEIGHTS)

    def work(part: int) -> None:
        for start in range(part, len(items), 12):
            store.upsert(items[start : start + 1])
            store.nearest("aligned", query, limit=3)
        store.delete([items[part].id])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(12)))
    kept = items[12:]
    assert ids(store) == sorted(one.id for one in kept)
    assert_moments(store, kept)
    assert found(store, "aligned", query) == reference.nearest(kept, "aligned", query, EVERYTHING, 10)


def test_closing_twice_is_closing_once(open_store: OpenStore) -> None:
    store = open_store()
    store.upsert([item("one")])
    store.close()
    store.close()
    with open_store() as again:
        assert again.count() == 1


def test_a_limit_beyond_all_numbers_finds_everything(filled: Store) -> None:
    assert len(filled.nearest("aligned", np.ones(15), limit=10**30)) == filled.count()


def test_more_items_than_one_write_takes_are_deleted(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qdrant, "_WRITE_BATCH", 7)
    items = assorted(30)
    store.upsert(items)
    gone = [one.id for one in items[:20]]
    assert store.delete([*gone, *gone]) == 20
    assert_moments(store, items[20:])
