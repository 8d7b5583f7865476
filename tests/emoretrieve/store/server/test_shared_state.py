"""Several processes write to a collection, and its moments and version stay those of its contents."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import numpy as np
import pytest

from emoretrieve.emotion import EmotionProfile, Rgb
from emoretrieve.errors import StoreError
from emoretrieve.store import Store
from emoretrieve.store.collection import Collection
from emoretrieve.store.qdrant import QdrantStore
from emoretrieve.store.server.place import ServerPlace
from tests.emoretrieve.store import reference
from tests.emoretrieve.store.fake_qdrant import FakeQdrant
from tests.emoretrieve.store.samples import SIGNATURE, assorted


@pytest.fixture
def two(place: ServerPlace) -> Iterator[tuple[Collection, Collection]]:
    """A collection as two processes hold it."""
    with ExitStack() as stack:
        first = stack.enter_context(place.open("art", signature=SIGNATURE, create=True))
        yield first, stack.enter_context(place.open("art"))


def require_right_moments(store: Store) -> None:
    items = [item for batch in store.scan() for item in batch]
    ours, plain = store.moments("aligned", "audio"), reference.moments(items, "aligned", "audio")
    assert ours.count == plain.count
    np.testing.assert_allclose(ours.mean, plain.mean, atol=1e-12)
    np.testing.assert_allclose(ours.covariance, plain.covariance, atol=1e-12)


def recoloured(number: int) -> EmotionProfile:
    return EmotionProfile.uniform(Rgb(number % 256, 40, 255 - number % 256))


@pytest.mark.parametrize("seed", range(4))
def test_moments_are_right_after_any_history_of_two_writers(place: ServerPlace, seed: int) -> None:
    chance = random.Random(seed)
    pool = assorted(60, seed)
    open_stores = [place.open("art", signature=SIGNATURE, create=True) for _ in range(2)]
    for step in range(30):
        turn = chance.randrange(2)
        store = open_stores[turn]
        some = chance.sample(pool, 6)
        match chance.randrange(5):
            case 0:
                store.upsert(some)
            case 1:
                store.upsert([replace(item, profile=recoloured(step)) for item in some])
            case 2:
                store.delete([item.id for item in some])
            case 3:
                store.flush()
            case _:
                store.close()
                open_stores[turn] = place.open("art")
        require_right_moments(open_stores[chance.randrange(2)])
    for store in open_stores:
        store.close()
    with place.open("art") as store:
        require_right_moments(store)


def test_what_another_process_writes_changes_the_version_that_this_one_sees(two: tuple[Collection, Collection]) -> None:
    first, second = two
    before = first.version
    second.upsert(assorted(10))
    assert first.version == second.version != before
    again = second.version
    second.upsert([replace(assorted(10)[1], profile=recoloured(1))])
    assert first.version == second.version != again


def test_a_version_stays_when_its_moments_are_saved(two: tuple[Collection, Collection]) -> None:
    first, second = two
    first.upsert(assorted(10))
    before = second.version
    first.flush()
    assert first.version == second.version == before


def test_saved_moments_are_not_counted_again(
    two: tuple[Collection, Collection], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = two
    first.upsert(assorted(10))
    first.flush()
    monkeypatch.setattr(QdrantStore, "_counted_again", None)
    require_right_moments(second)


def test_a_writer_goes_on_from_what_another_one_saved(
    two: tuple[Collection, Collection], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = two
    items = assorted(20)
    monkeypatch.setattr(QdrantStore, "_counted_again", None)
    for store, some in ((first, items[:5]), (second, items[5:10]), (first, items[10:15]), (second, items[15:])):
        store.upsert(some)
        store.flush()
    require_right_moments(first)


def test_a_writer_that_was_killed_half_way_leaves_moments_that_are_counted_again(
    place: ServerPlace, fake: FakeQdrant
) -> None:
    items = assorted(40)
    with place.open("art", signature=SIGNATURE, create=True) as store:
        store.upsert(items[:20])
    killed = place.open("art")
    killed.upsert(items[20:30])
    fake.fail("PUT /collections/art/points", times=99, cut=True, done=True)
    with pytest.raises(StoreError):
        killed.upsert(items[30:])
    fake.faults.clear()
    with place.open("art") as store:
        assert store.version != store.version  # unknown whether somebody is writing
        require_right_moments(store)
    with place.open("art") as store:
        assert store.version == store.version
        require_right_moments(store)


def test_contents_that_something_else_changed_get_another_version(place: ServerPlace, fake: FakeQdrant) -> None:
    items = assorted(20)
    with place.open("art", signature=SIGNATURE, create=True) as store:
        store.upsert(items)
        store.flush()
        before = store.version
        fake.local.delete("art", [items[1].id])  # as a restored snapshot might
        assert store.version != before
        require_right_moments(store)


def test_a_deleted_and_made_again_collection_remembers_nothing(place: ServerPlace) -> None:
    with place.open("art", signature=SIGNATURE, create=True) as store:
        store.upsert(assorted(20))
        store.save_derived("kept", b"old")
    place.delete("art")
    with place.open("art", signature=SIGNATURE, create=True) as store:
        assert store.load_derived("kept") is None
        assert store.moments("aligned", "audio").count == 0


def test_a_removed_collection_leaves_no_notes(place: ServerPlace, fake: FakeQdrant) -> None:
    with place.open("art", signature=SIGNATURE, create=True) as store:
        store.upsert(assorted(20))
        store.save_derived("kept", b"old")
    place.delete("art")
    assert fake.local.count("_emoretrieve").count == 0


def test_marks_do_not_pile_up(place: ServerPlace, fake: FakeQdrant) -> None:
    for number in range(5):
        with place.open("art", signature=SIGNATURE, create=True) as store:
            store.upsert(assorted(5, number))
    assert fake.local.count("_emoretrieve").count == 1
