"""The null distribution behind `p_best`, against all pairs by brute force."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from emoretrieve.emotion.vectors import Colours
from emoretrieve.item import Item
from emoretrieve.search import null as module
from emoretrieve.search.draw import PROFILES, Draw, draw
from emoretrieve.search.match import DEFAULT_MATCH, Match
from emoretrieve.search.null import Null, Setting, null, refresh
from emoretrieve.search.options import Source
from emoretrieve.store import Between, Equals, Store, Where
from emoretrieve.store.collections import open_collection
from emoretrieve.store.local import LocalStore
from tests.emoretrieve.search.collection import SIGNATURE, brute_best, random_items, store_of

AUDIO = random_items("audio", 120, seed=11)
IMAGES = random_items("image", 30, seed=12)
TO_IMAGES = Setting("audio", DEFAULT_MATCH, Where("image"))


@pytest.mark.parametrize(
    ("setting", "searched"),
    [
        (TO_IMAGES, IMAGES),
        (Setting("audio", Match.parse("concat"), Where("image")), IMAGES),
        (Setting("audio", Match.parse("fragment:3"), Where("image")), IMAGES),
        (Setting("audio", Match.parse("aligned", [3, 0, 1, 0, 2]), Where("image")), IMAGES),
        (Setting("audio", DEFAULT_MATCH, Where("audio", (Between("year", 1805, 1825),))), AUDIO[5:26]),
        (Setting("image", DEFAULT_MATCH, Where("audio", (Between("year", 1805, 1825),))), AUDIO[5:26]),
        (Setting("audio", DEFAULT_MATCH, Where(None, (Between("year", None, 1804),))), [*AUDIO[:5], *IMAGES[:5]]),
        (Setting("text", DEFAULT_MATCH, Where("image")), IMAGES),
    ],
    ids=["to images", "concat", "fragment", "weights", "own modality", "uniform", "any", "text"],
)
def test_the_best_scores_are_those_of_all_pairs_without_the_drawn_item(setting: Setting, searched: list[Item]) -> None:
    store = store_of([*AUDIO, *IMAGES])
    distribution = null(store, setting)
    assert distribution is not None
    np.testing.assert_allclose(
        distribution.best, brute_best(setting.match.weights, draw(store, setting.source), searched), atol=1e-12
    )


def test_more_items_than_are_scored_at_once_give_the_same_distribution(monkeypatch: pytest.MonkeyPatch) -> None:
    items = [*AUDIO, *IMAGES]
    whole = null(store_of(items), TO_IMAGES)
    monkeypatch.setattr(module, "_ROWS_AT_ONCE", 7)
    parts = null(store_of(items), TO_IMAGES)
    assert whole is not None
    assert parts is not None
    np.testing.assert_allclose(parts.best, whole.best, atol=1e-15)


def test_p_best_is_the_share_of_best_scores_that_reach_a_score() -> None:
    distribution = Null(np.array([0.2, 0.4, 0.4, 0.9]))
    assert [distribution.p_best(score) for score in (0.1, 0.2, 0.4, 0.41, 0.9, 0.95)] == [1, 1, 0.75, 0.25, 0.25, 0]


def test_scores_that_differ_by_rounding_are_equal() -> None:
    assert Null(np.array([0.3])).p_best(0.1 + 0.2) == 1


def test_large_weights_leave_more_room_for_rounding() -> None:
    best = np.array([4e6])
    assert Null(best, highest=5e6).p_best(4e6 + 1e-6) == 1
    assert Null(best, highest=5e6).p_best(4e6 + 1e-5) == 0


def test_a_profile_with_nothing_to_be_compared_with_reaches_no_score() -> None:
    assert Null(np.array([-np.inf, 0.5])).p_best(0.0) == 0.5


def test_a_distribution_is_kept_with_the_collection() -> None:
    store = store_of(IMAGES)
    first = null(store, TO_IMAGES)
    kept = store.load_derived(TO_IMAGES.name)
    assert first is not None
    assert kept is not None
    store.save_derived(TO_IMAGES.name, kept[:-8] + np.float64(2.0).tobytes())
    again = null(store, TO_IMAGES)
    assert again is not None
    assert again.best[-1] == 2.0


def test_a_distribution_is_computed_anew_when_the_collection_changes() -> None:
    store = store_of(IMAGES[:10])
    null(store, TO_IMAGES)
    store.upsert(IMAGES[10:])
    assert_current(store, TO_IMAGES, IMAGES)


@pytest.mark.parametrize("damage", [b"", b"[]\n", b"\x00" * 100], ids=["empty", "no header", "zeros"])
def test_damaged_data_is_computed_anew(damage: bytes) -> None:
    store = store_of(IMAGES)
    store.save_derived(TO_IMAGES.name, damage)
    assert_current(store, TO_IMAGES, IMAGES)


def test_a_shortened_distribution_is_computed_anew() -> None:
    store = store_of(IMAGES)
    null(store, TO_IMAGES)
    kept = store.load_derived(TO_IMAGES.name)
    assert kept is not None
    store.save_derived(TO_IMAGES.name, kept[:-8])
    assert_current(store, TO_IMAGES, IMAGES)


def test_two_settings_in_one_slot_never_read_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SLOTS", 1)
    store = store_of(IMAGES)
    whole, concat = (Setting("audio", Match.parse(name), Where("image")) for name in ("whole", "concat"))
    assert whole.name == concat.name
    null(store, whole)
    assert_current(store, concat, IMAGES)
    assert_current(store, whole, IMAGES)


def test_what_would_take_too_long_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "READ_LIMIT", len(IMAGES) - 1)
    assert null(store_of(IMAGES), TO_IMAGES) is None


@pytest.mark.parametrize(("source", "target"), [("audio", "image"), ("image", "audio"), ("text", "image")])
def test_after_a_refresh_default_queries_wait_for_nothing(
    source: Source, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = store_of([*AUDIO, *IMAGES])
    refresh(store)
    monkeypatch.setattr(module, "READ_LIMIT", 0)
    setting = Setting(source, DEFAULT_MATCH, Where("image" if target == "image" else "audio"))
    assert_current(store, setting, IMAGES if target == "image" else AUDIO)


def test_a_refresh_leaves_what_is_up_to_date() -> None:
    store = store_of(IMAGES)
    refresh(store)
    kept = store.load_derived(TO_IMAGES.name)
    assert kept is not None
    marked = kept[:-8] + np.float64(2.0).tobytes()
    store.save_derived(TO_IMAGES.name, marked)
    refresh(store)
    assert store.load_derived(TO_IMAGES.name) == marked


def test_a_collection_that_is_opened_again_keeps_its_distributions(tmp_path: Path) -> None:
    with open_collection(tmp_path, "default", signature=SIGNATURE, create=True) as store:
        store.upsert(IMAGES)
        refresh(store)
    with open_collection(tmp_path, "default") as store, pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "READ_LIMIT", 0)
        assert null(store, TO_IMAGES) is not None


def assert_current(store: LocalStore, setting: Setting, searched: list[Item]) -> None:
    distribution = null(store, setting)
    assert distribution is not None
    assert len(distribution.best) == PROFILES
    np.testing.assert_allclose(
        distribution.best, brute_best(setting.match.weights, draw(store, setting.source), searched), atol=1e-12
    )


def test_a_distribution_computed_while_items_were_written_is_not_kept_for_the_new_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = store_of(IMAGES[:10])

    def draw_and_write(drawn_from: Store, source: Source) -> Draw:
        drawn = draw(drawn_from, source)
        profiles = store.profiles

        def then_write(where: Where) -> Iterator[tuple[list[str], Colours]]:
            yield from profiles(where)
            monkeypatch.undo()
            store.upsert(IMAGES[10:])

        monkeypatch.setattr(store, "profiles", then_write)
        return drawn

    monkeypatch.setattr(module, "draw", draw_and_write)
    null(store, TO_IMAGES)
    assert_current(store, TO_IMAGES, IMAGES)


def test_a_text_and_a_range_that_read_alike_are_different_settings() -> None:
    text, numbers = (
        Setting("audio", DEFAULT_MATCH, Where("image", (one,)))
        for one in (Equals("year", "1..2"), Between("year", 1.0, 2.0))
    )
    assert text.key != numbers.key
