"""Snapshots on a server: what is asked of it, and what holds afterwards. No real server has answered here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from emoretrieve.errors import StoreError
from emoretrieve.item import Item
from emoretrieve.store import Embedding
from emoretrieve.store.place import Place, place_of
from emoretrieve.store.server.settings import ServerSettings
from emoretrieve.store.snapshots import find
from tests.emoretrieve.store.fake_qdrant import FakeQdrant
from tests.emoretrieve.store.samples import SIGNATURE, assorted, item

ITEMS = assorted(20)


@pytest.fixture
def fake() -> Iterator[FakeQdrant]:
    with FakeQdrant() as fake:
        yield fake


@pytest.fixture
def place(fake: FakeQdrant) -> Place:
    """One collection, `art`."""
    place = place_of(Path(), ServerSettings(fake.url))
    with place.open("art", signature=SIGNATURE, create=True) as store:
        store.upsert(ITEMS)
        store.save_derived("perception", b"settings")
        store.add_embedding(Embedding("picture", 4, {"model": "made up"}))
        store.set_vectors("picture", {ITEMS[0].id: [1.0, 0.0, 0.0, 0.0]})
    return place


def all_items(place: Place, name: str) -> list[Item]:
    with place.open(name) as store:
        return [one for batch in store.scan() for one in batch]


def test_a_snapshot_brings_back_what_was(place: Place) -> None:
    before = all_items(place, "art")
    snapshot = place.snapshots.create("art")
    with place.open("art") as store:
        version, moments = store.version, store.moments("aligned", "image")
        store.delete([ITEMS[0].id])
        store.upsert([item("later")])
        store.moments("aligned", "image")
    assert place.snapshots.restore(snapshot, "art", replace=True) == 20
    assert all_items(place, "art") == before
    with place.open("art") as store:
        assert store.version != version, "nobody may take derived data of another time for that of this one"
        assert store.moments("aligned", "image").mean == pytest.approx(moments.mean)


def test_a_copy_of_another_name_lives_for_itself(place: Place) -> None:
    snapshot = place.snapshots.create("art")
    place.snapshots.restore(snapshot, "copy", replace=False)
    with place.open("art") as store, place.open("copy") as copy:
        assert copy.load_derived("perception") == b"settings"
        assert copy.embeddings == store.embeddings
        assert np.array_equal(copy.vectors("picture", [ITEMS[0].id])[ITEMS[0].id], [1.0, 0.0, 0.0, 0.0])
        copy.save_derived("perception", b"its own")
        copy.delete([one.id for one in ITEMS if one.modality == "audio"])
        assert store.load_derived("perception") == b"settings"
        assert (store.moments("aligned", "audio").count, copy.moments("aligned", "audio").count) == (10, 0)
    place.delete("art")
    with place.open("copy") as copy:
        assert copy.load_derived("perception") == b"its own"


def test_the_server_restores_its_own_file_and_compares_the_checksum(fake: FakeQdrant, place: Place) -> None:
    snapshot = place.snapshots.create("art")
    place.snapshots.restore(snapshot, "copy", replace=False)
    (request,) = fake.sent("PUT /collections/copy/snapshots/recover")
    assert request.body == {
        "location": f"file:///qdrant/snapshots/art/{snapshot.name}",
        "priority": "snapshot",
        "checksum": snapshot.checksum,
    }


def test_snapshots_are_listed_and_deleted(place: Place) -> None:
    made = [place.snapshots.create("art") for _ in range(2)]
    assert place.snapshots.known("art") == made
    assert place.snapshots.collections() == ["art"]
    place.snapshots.delete(made[0])
    assert place.snapshots.known("art") == [made[1]]
    with pytest.raises(StoreError) as caught:
        find(place.snapshots, "art", made[0].name)
    assert caught.value.kind == "no_snapshot"


def test_an_existing_collection_is_replaced_only_on_request(place: Place) -> None:
    snapshot = place.snapshots.create("art")
    with pytest.raises(StoreError) as caught:
        place.snapshots.restore(snapshot, "art", replace=False)
    assert caught.value.kind == "taken"


def test_a_snapshot_that_the_server_refuses_is_said_to_be_damaged(fake: FakeQdrant, place: Place) -> None:
    snapshot = place.snapshots.create("art")
    fake.fail("PUT /collections/art/snapshots/recover", status=400, error="Snapshot checksum mismatch", times=9)
    with pytest.raises(StoreError, match=r"checksum mismatch.*snapshot_dir") as caught:
        place.snapshots.restore(snapshot, "art", replace=True)
    assert caught.value.kind == "damaged_snapshot"
    assert len(all_items(place, "art")) == 20
