"""Vectors of embedders beside those of the schema, on every engine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from emoretrieve.emotion import EmotionProfile, Rgb
from emoretrieve.emotion.vectors import Floats
from emoretrieve.errors import StoreError
from emoretrieve.item import Item, Location
from emoretrieve.store import Embedding, Store
from emoretrieve.store.collections import open_collection
from tests.emoretrieve.store.conftest import OpenStore
from tests.emoretrieve.store.samples import SIGNATURE, assorted, item

EMBEDDING = Embedding("imagebind", 64, {"model": "imagebind_huge", "weights": "sha256 aa", "preprocessing": "1"})


def drawn(items: list[Item], seed: int = 0, size: int = 64) -> dict[str, Floats]:
    random = np.random.default_rng(seed)
    return {one.id: 7.0 * random.normal(size=size) for one in items}


def assert_kept(store: Store, rows: dict[str, Floats], name: str = "imagebind") -> None:
    """The vectors come back as unit vectors, but for what float16 cannot say."""
    found = store.vectors(name, list(rows))
    assert found.keys() == rows.keys()
    for id, row in rows.items():
        assert found[id] @ row / np.linalg.norm(row) > 0.999_999
        assert np.linalg.norm(found[id]) == pytest.approx(1.0, abs=1e-12)


def test_vectors_come_back_as_unit_vectors(store: Store) -> None:
    items = assorted(30)
    store.upsert(items)
    store.add_embedding(EMBEDDING)
    rows = drawn(items[:20])
    assert store.set_vectors("imagebind", rows) == 20
    assert_kept(store, rows)
    assert store.vectors("imagebind", [items[25].id, "no id", item("never").id]) == {}


def test_vectors_are_kept_when_their_item_is_written_again(store: Store) -> None:
    items = assorted(12)
    store.upsert(items)
    store.add_embedding(EMBEDDING)
    rows = drawn(items)
    store.set_vectors("imagebind", rows)
    before = store.vectors("imagebind", list(rows))
    for _ in range(3):
        recoloured = [replace(one, profile=EmotionProfile.uniform(Rgb(1, 2, 3))) for one in items[:6]]
        moved = [replace(one, locations=(*one.locations, Location("/elsewhere", 1, 2))) for one in items[6:]]
        store.upsert([*recoloured, *moved, item("new")])
    after = store.vectors("imagebind", list(rows))
    assert all(np.array_equal(after[id], before[id]) for id in rows)
    assert after.keys() == before.keys()


def test_several_vectors_of_an_item_live_side_by_side(store: Store) -> None:
    one = item("one")
    store.upsert([one])
    for name, size in (("first", 3), ("second", 5)):
        store.add_embedding(Embedding(name, size, {"model": name}))
        store.set_vectors(name, drawn([one], size=size))
    store.upsert([replace(one, metadata={"new": "value"})])
    assert_kept(store, drawn([one], size=3), "first")
    assert_kept(store, drawn([one], size=5), "second")


def test_vectors_go_with_their_item(store: Store) -> None:
    one = item("one")
    store.upsert([one])
    store.add_embedding(EMBEDDING)
    store.set_vectors("imagebind", drawn([one]))
    store.delete([one.id])
    store.upsert([one])
    assert store.vectors("imagebind", [one.id]) == {}


def test_vectors_of_items_that_are_not_there_are_passed_over(store: Store) -> None:
    there, never = item("there"), item("never")
    store.upsert([there])
    store.add_embedding(EMBEDDING)
    assert store.set_vectors("imagebind", drawn([there, never])) == 1
    assert store.count() == 1


def test_vectors_and_what_made_them_survive_reopening(open_store: OpenStore) -> None:
    items = assorted(8)
    rows = drawn(items)
    with open_store() as store:
        store.upsert(items)
        store.add_embedding(EMBEDDING)
        store.set_vectors("imagebind", rows)
        revision = store.embeddings["imagebind"].revision
    with open_store() as store:
        assert store.embeddings == {"imagebind": replace(EMBEDDING, revision=revision)}
        assert_kept(store, rows)


def test_the_revision_changes_with_every_writing_and_the_version_does_not(store: Store) -> None:
    store.upsert([one := item("one")])
    store.add_embedding(EMBEDDING)
    version, seen = store.version, {store.embeddings["imagebind"].revision}
    for seed in range(3):
        store.set_vectors("imagebind", drawn([one], seed))
        seen.add(store.embeddings["imagebind"].revision)
    assert (len(seen), store.version) == (4, version)


@pytest.mark.parametrize(
    "other",
    [
        replace(EMBEDDING, signature={**EMBEDDING.signature, "weights": "sha256 bb"}),
        replace(EMBEDDING, signature={"model": "imagebind_huge"}),
        replace(EMBEDDING, dimension=32),
    ],
    ids=["weights", "less", "dimension"],
)
def test_another_embedder_is_refused(store: Store, other: Embedding) -> None:
    store.add_embedding(EMBEDDING)
    store.add_embedding(EMBEDDING)
    with pytest.raises(StoreError, match=r"another embedder.*--replace") as caught:
        store.add_embedding(other)
    assert caught.value.kind == "other_embedder"
    assert store.embeddings["imagebind"].signature == EMBEDDING.signature


def test_another_embedder_may_begin_anew_once_the_vectors_are_removed(store: Store) -> None:
    store.upsert([one := item("one")])
    store.add_embedding(EMBEDDING)
    store.set_vectors("imagebind", drawn([one]))
    store.remove_embedding("imagebind")
    store.remove_embedding("imagebind")
    assert store.embeddings == {}
    store.add_embedding(Embedding("imagebind", 8, {"model": "another"}))
    assert store.vectors("imagebind", [one.id]) == {}
    store.set_vectors("imagebind", drawn([one], size=8))
    assert_kept(store, drawn([one], size=8))


@pytest.mark.parametrize(
    "row",
    [np.full(64, np.nan), np.full(64, np.inf), np.zeros(64), np.ones(63), np.ones((2, 32)), np.full(64, 1e308)],
    ids=["nan", "inf", "zeros", "short", "matrix", "too long"],
)
def test_a_vector_that_is_none_writes_nothing_of_the_call(store: Store, row: Floats) -> None:
    good, bad = item("good"), item("bad")
    store.upsert([good, bad])
    store.add_embedding(EMBEDDING)
    with pytest.raises(StoreError, match="64 finite numbers") as caught:
        store.set_vectors("imagebind", {good.id: np.ones(64), bad.id: row})
    assert caught.value.kind == "bad_vector"
    assert store.vectors("imagebind", [good.id]) == {}


@pytest.mark.parametrize("name", ["", "aligned", "whole", "Capital", "a/b", "../x", "x" * 80])
def test_a_name_that_no_vector_can_have_is_refused(store: Store, name: str) -> None:
    with pytest.raises(StoreError) as caught:
        store.add_embedding(Embedding(name, 4, {}))
    assert caught.value.kind == "bad_name"


@pytest.mark.parametrize("size", [0, -1, 65_537])
def test_a_length_that_no_vector_can_have_is_refused(store: Store, size: int) -> None:
    with pytest.raises(StoreError) as caught:
        store.add_embedding(Embedding("x", size, {}))
    assert caught.value.kind == "bad_vector"


def test_vectors_that_nobody_made_room_for_are_no_embedding(store: Store) -> None:
    store.upsert([one := item("one")])
    with pytest.raises(StoreError, match="index --embed imagebind") as caught:
        store.set_vectors("imagebind", drawn([one]))
    assert caught.value.kind == "no_embedding"
    with pytest.raises(StoreError):
        store.vectors("imagebind", [one.id])


def test_vectors_whose_maker_is_forgotten_are_not_mixed_with_others(tmp_path: Path) -> None:
    with open_collection(tmp_path, "test", signature=SIGNATURE, create=True) as store:
        store.add_embedding(EMBEDDING)
        (tmp_path / "collections" / "test" / "embeddings.json").unlink()
        with pytest.raises(StoreError, match="not set there") as caught:
            store.add_embedding(EMBEDDING)
        assert caught.value.kind == "other_embedder"


def test_what_a_broken_off_beginning_remembers_does_not_bind(tmp_path: Path) -> None:
    """A crash between remembering an embedder and making room for its vectors leaves room for any."""
    with open_collection(tmp_path, "test", signature=SIGNATURE, create=True) as store:
        (tmp_path / "collections" / "test" / "embeddings.json").write_text(
            '{"imagebind": {"dimension": 3, "signature": {"model": "another"}, "revision": ""}}'
        )
        assert store.embeddings == {}
        store.add_embedding(EMBEDDING)
        assert store.embeddings["imagebind"].dimension == 64


def test_a_damaged_memory_of_embedders_is_told(tmp_path: Path) -> None:
    with open_collection(tmp_path, "test", signature=SIGNATURE, create=True) as store:
        store.add_embedding(EMBEDDING)
        (tmp_path / "collections" / "test" / "embeddings.json").write_text("{")
        with pytest.raises(StoreError) as caught:
            store.add_embedding(EMBEDDING)
        assert caught.value.kind == "corrupt"
