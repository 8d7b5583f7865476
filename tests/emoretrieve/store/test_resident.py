"""A collection that is held in memory answers as one that is not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from emoretrieve.emotion.vectors import Space
from emoretrieve.item import Item
from emoretrieve.store import EVERYTHING, Equals, Store, Where
from emoretrieve.store.collections import open_collection
from tests.emoretrieve.store import reference
from tests.emoretrieve.store.samples import SIGNATURE, assorted, uniform

ITEMS = assorted(200)
SPACES: tuple[Space, Space] = ("aligned", "concat")


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Store]:
    """A store with `ITEMS`, held in memory since it had half of them."""
    with open_collection(tmp_path, "test", signature=SIGNATURE, create=True) as store:
        store.upsert(ITEMS[:100])
        store.hold_in_memory(1_000)
        store.upsert(ITEMS[80:])
        yield store


def nearest(store: Store, space: Space, where: Where, limit: int, exclude: list[str]) -> list[tuple[str, float]]:
    query = np.random.default_rng(limit).normal(size=15)
    return [(hit.id, hit.score) for hit in store.nearest(space, query, where=where, limit=limit, exclude=exclude)]


def expected(items: list[Item], space: Space, where: Where, limit: int, exclude: list[str]) -> list[tuple[str, float]]:
    query = np.random.default_rng(limit).normal(size=15)
    return reference.nearest(items, space, query, where, limit, exclude)


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize(
    "where", [EVERYTHING, Where("audio"), Where("image"), Where("image", (Equals("artist", "x"),))]
)
@pytest.mark.parametrize("limit", [1, 7, 60, 500])
def test_the_nearest_are_those_of_a_full_scan(held: Store, space: Space, where: Where, limit: int) -> None:
    left_out = [ITEMS[3].id, ITEMS[150].id]
    assert nearest(held, space, where, limit, left_out) == expected(ITEMS, space, where, limit, left_out)


def test_what_is_written_and_removed_is_seen_at_once(held: Store) -> None:
    gone = {item.id for item in ITEMS[20:60]}
    assert held.delete(sorted(gone)) == 40
    changed = [uniform(f"new {number}", number, 255 - number, 7) for number in range(30)]
    held.upsert(changed)
    left = [item for item in ITEMS if item.id not in gone] + changed
    for space in SPACES:
        assert nearest(held, space, EVERYTHING, 25, []) == expected(left, space, EVERYTHING, 25, [])
    assert held.get([ITEMS[20].id, changed[0].id]) == [changed[0]]


@pytest.mark.parametrize(
    "where", [EVERYTHING, Where("audio"), Where("image"), Where("image", (Equals("artist", "x"),))]
)
def test_the_colours_of_all_items_come_by_ascending_id(held: Store, where: Where) -> None:
    found = {
        id: tuple(map(tuple, rows))
        for ids, batch in held.profiles(where)
        for id, rows in zip(ids, batch.tolist(), strict=False)
    }
    wanted = {item.id: tuple(map(tuple, item.profile.parts)) for item in ITEMS if reference.matches(item, where)}
    assert list(found) == sorted(wanted)
    assert found == wanted


def test_equal_scores_come_by_ascending_id_also_at_the_end_of_the_list(held: Store) -> None:
    held.upsert([uniform(f"same {number}", 200, 10, 10) for number in range(50)])
    hits = held.nearest("aligned", np.tile([1.0, 0.05, 0.05], 5), limit=20)
    assert [hit.id for hit in hits] == sorted(hit.id for hit in hits)
    assert len({hit.score for hit in hits}) == 1


def test_an_item_that_was_read_before_it_changed_is_read_anew(held: Store) -> None:
    before = held.get([ITEMS[0].id])
    assert held.get([ITEMS[0].id]) == before
    held.delete([ITEMS[0].id])
    assert held.get([ITEMS[0].id]) == []


def test_derived_data_are_those_that_were_kept_last(held: Store) -> None:
    assert held.load_derived("a") is None
    held.save_derived("a", b"one")
    assert held.load_derived("a") == b"one"
    held.save_derived("a", b"two")
    assert held.load_derived("a") == b"two"


def test_a_collection_that_is_too_large_is_left_to_the_engine(tmp_path: Path) -> None:
    with open_collection(tmp_path, "test", signature=SIGNATURE, create=True) as store:
        store.upsert(ITEMS)
        store.hold_in_memory(len(ITEMS) - 1)
        assert nearest(store, "aligned", EVERYTHING, 9, []) == expected(ITEMS, "aligned", EVERYTHING, 9, [])
