"""Collections at other places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from emoretrieve.errors import StoreError
from emoretrieve.exchange import sync as module
from emoretrieve.exchange.content import Content, contents_of
from emoretrieve.exchange.sync import Route, Sent, SyncSettings, sync
from emoretrieve.exchange.verification import Verifier
from emoretrieve.item import Item, Location
from emoretrieve.store import Embedding, Store
from emoretrieve.store.local import LocalStore
from emoretrieve.store.place import EmbeddedPlace, Place, place_of
from emoretrieve.store.server.settings import ServerSettings
from tests.emoretrieve.store.fake_qdrant import FakeQdrant
from tests.emoretrieve.store.samples import SIGNATURE, assorted, item

ITEMS = assorted(60)
EMBEDDING = Embedding("picture", 8, {"model": "made up"})


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAGE", 7)


@pytest.fixture(params=["folder", "fake server"])
def route(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Route]:
    """From a filled collection to a place without one."""
    source = EmbeddedPlace(tmp_path / "here")
    with source.open("art", signature=SIGNATURE, create=True) as store:
        store.upsert(ITEMS)
        store.save_derived("perception", b"settings")
        embed(store, ITEMS[:20])
    if request.param == "folder":
        yield Route(source, "art", EmbeddedPlace(tmp_path / "there"), "art")
        return
    with FakeQdrant() as fake:
        yield Route(source, "art", place_of(tmp_path, ServerSettings(fake.url)), "art")


def embed(store: Store, items: list[Item], seed: int = 0) -> None:
    random = np.random.default_rng(seed)
    store.add_embedding(EMBEDDING)
    store.set_vectors("picture", {one.id: random.normal(size=8) for one in items})


def contents(place: Place, name: str = "art") -> list[Content]:
    with place.open(name) as store:
        return [content for batch in store.scan() for content in contents_of(store, batch)]


def assert_equal(route: Route) -> None:
    there, here = contents(route.source, route.collection), contents(route.target, route.name)
    assert len(there) == len(here)
    assert all(one.is_in(other) and other.is_in(one) for one, other in zip(there, here, strict=True))


def test_a_collection_arrives_whole(route: Route) -> None:
    report = sync(route)
    assert report.sent == Sent(new=60)
    assert_equal(route)
    with route.target.open("art") as store:
        assert store.signature == SIGNATURE
        assert store.load_derived("perception") == b"settings"
        assert store.embeddings["picture"].signature == EMBEDDING.signature


def test_what_was_verified_is_told(route: Route) -> None:
    verified = sync(route).verification
    assert verified is not None
    assert verified.items == {"audio": 30, "image": 30}
    assert (verified.others, verified.sampled, verified.embedded) == (0, 60, 20)
    assert len(verified.checksum) == 32


def test_syncing_twice_sends_nothing_again(route: Route) -> None:
    first = sync(route)
    again = sync(route)
    assert again.sent == Sent(unchanged=60)
    assert again.verification == first.verification


def test_only_what_changed_is_sent(route: Route) -> None:
    sync(route)
    with route.source.open("art") as store:
        moved = replace(ITEMS[3], locations=(Location("/elsewhere", 1, 2),))
        store.upsert([moved, replace(ITEMS[4], metadata={"title": "new"}), item("added")])
        embed(store, [ITEMS[25]], seed=1)
        embed(store, [ITEMS[5]], seed=2)
    assert sync(route).sent == Sent(new=1, changed=4, unchanged=56)
    assert_equal(route)


def test_others_stay_unless_they_are_pruned(route: Route) -> None:
    sync(route)
    with route.target.open("art") as store:
        store.upsert([item("of its own")])
    kept = sync(route)
    assert kept.verification is not None
    assert (kept.sent.removed, kept.verification.others) == (0, 1)
    pruned = sync(route, SyncSettings(prune=True))
    assert pruned.verification is not None
    assert (pruned.sent.removed, pruned.verification.others) == (1, 0)
    assert_equal(route)


def test_a_dry_run_counts_and_writes_nothing(route: Route) -> None:
    rehearsed = sync(route, SyncSettings(dry_run=True))
    assert (rehearsed.sent, rehearsed.verification) == (Sent(new=60), None)
    assert route.target.names() == []
    sync(route)
    with route.target.open("art") as store:
        store.upsert([item("of its own"), replace(ITEMS[0], metadata={})])
    before = contents(route.target)
    assert sync(route, SyncSettings(prune=True, dry_run=True)).sent == Sent(changed=1, unchanged=59, removed=1)
    assert [content.digest for content in contents(route.target)] == [content.digest for content in before]


def test_a_target_keeps_what_it_remembers_and_its_own_vectors(route: Route) -> None:
    with route.target.open("art", signature=SIGNATURE, create=True) as store:
        store.upsert(ITEMS)
        store.save_derived("perception", b"its own")
        embed(store, ITEMS[40:])
    assert sync(route).sent == Sent(changed=20, unchanged=40)
    with route.target.open("art") as store:
        assert store.load_derived("perception") == b"its own"
        assert len(store.vectors("picture", [one.id for one in ITEMS])) == 40


def test_a_target_of_another_perception_is_refused(route: Route) -> None:
    route.target.open("art", signature={"perception": "other"}, create=True).close()
    for settings in (SyncSettings(), SyncSettings(dry_run=True)):
        with pytest.raises(StoreError) as caught:
            sync(route, settings)
        assert caught.value.kind == "other_perception"


def test_a_target_with_vectors_of_another_embedder_is_refused_before_anything_is_written(route: Route) -> None:
    with route.target.open("art", signature=SIGNATURE, create=True) as store:
        store.add_embedding(replace(EMBEDDING, signature={"model": "other"}))
    with pytest.raises(StoreError) as caught:
        sync(route)
    assert caught.value.kind == "other_embedder"
    assert contents(route.target) == []


def test_a_collection_is_not_taken_to_itself(route: Route, tmp_path: Path) -> None:
    route.source.set_alias("other-name", "art")
    for name in ("art", "other-name"):
        with pytest.raises(StoreError) as caught:
            sync(replace(route, target=EmbeddedPlace(tmp_path / "here"), name=name))
        assert caught.value.kind == "same_collection"


def test_a_folder_that_is_named_in_another_way_is_the_same(route: Route, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("here")
    for folder in (tmp_path / "here" / ".." / "here", tmp_path / "link"):
        with pytest.raises(StoreError) as caught:
            sync(replace(route, target=EmbeddedPlace(folder)))
        assert caught.value.kind == "same_collection"


def test_a_collection_is_taken_to_another_name_of_the_same_place(route: Route) -> None:
    here = replace(route, target=route.source, name="copy")
    sync(here)
    assert_equal(here)


def test_progress_ends_with_all_items(route: Route) -> None:
    told: list[tuple[int, int]] = []
    sync(route, on_progress=lambda done, of: told.append((done, of)))
    assert told[0] == (7, 60)
    assert told[-1] == (60, 60)


@pytest.mark.parametrize("fault", ["lost", "changed", "vector", "embedded", "count"])
def test_what_did_not_arrive_is_noticed(fault: str) -> None:
    with LocalStore.in_memory(SIGNATURE) as source, LocalStore.in_memory(SIGNATURE) as target:
        source.upsert(ITEMS)
        embed(source, ITEMS[:20])
        target.upsert(ITEMS)
        embed(target, ITEMS[:20])
        if fault == "lost":
            target.delete([ITEMS[9].id])
        elif fault == "changed":
            target.upsert([replace(ITEMS[9], metadata={})])
        elif fault == "vector":
            target._engine.set_vectors("aligned", {ITEMS[9].id: [0.5] * 15})
        elif fault == "embedded":
            target.set_vectors("picture", {ITEMS[9].id: np.ones(8)})
        verifier = Verifier(target)
        verifier.compare(contents_of(source, ITEMS[:30] if fault == "count" else ITEMS))
        with pytest.raises(StoreError) as caught:
            verifier.finished(source)
        assert caught.value.kind == "not_verified"
