"""Vectors of embedders travel in exported files."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from emoretrieve.errors import SourceError, StoreError
from emoretrieve.exchange import export_items, import_items
from emoretrieve.exchange.content import contents_of
from emoretrieve.store import Embedding
from emoretrieve.store.local import LocalStore
from emoretrieve.store.place import EmbeddedPlace
from tests.emoretrieve.store.samples import SIGNATURE, assorted

ITEMS = assorted(10)
EMBEDDING = Embedding("picture", 16, {"model": "made up"})

every_format = pytest.mark.parametrize("ending", [".jsonl", ".jsonl.gz", ".parquet"])


@pytest.fixture
def embedded() -> LocalStore:
    """A collection of which half of the items have a vector."""
    store = LocalStore.in_memory(SIGNATURE)
    store.upsert(ITEMS)
    store.add_embedding(EMBEDDING)
    random = np.random.default_rng(0)
    store.set_vectors("picture", {item.id: random.normal(size=16) for item in ITEMS[:5]})
    return store


@every_format
def test_vectors_and_what_made_them_come_back(embedded: LocalStore, tmp_path: Path, ending: str) -> None:
    export_items(embedded, tmp_path / f"items{ending}")
    import_items(tmp_path / f"items{ending}", tmp_path / "copy")
    with EmbeddedPlace(tmp_path / "copy").open("default") as copy:
        assert copy.embeddings["picture"].signature == EMBEDDING.signature
        there, here = (contents_of(store, store.get([item.id for item in ITEMS])) for store in (embedded, copy))
        assert all(one.is_in(other) and other.is_in(one) for one, other in zip(there, here, strict=True))
        assert [len(one.embedded) for one in here] == [1] * 5 + [0] * 5


@every_format
def test_vectors_do_not_change_from_one_export_to_the_next(embedded: LocalStore, tmp_path: Path, ending: str) -> None:
    for name in ("one", "two"):
        export_items(embedded, tmp_path / f"{name}{ending}")
    assert (tmp_path / f"one{ending}").read_bytes() == (tmp_path / f"two{ending}").read_bytes()


def test_a_file_without_vectors_says_nothing_of_them(tmp_path: Path) -> None:
    with LocalStore.in_memory(SIGNATURE) as store:
        store.upsert(ITEMS)
        export_items(store, tmp_path / "items.jsonl")
    assert "embeddings" not in (tmp_path / "items.jsonl").read_text()
    assert "vectors" not in (tmp_path / "items.jsonl").read_text()


def test_vectors_of_another_embedder_are_refused_before_anything_is_written(
    embedded: LocalStore, tmp_path: Path
) -> None:
    export_items(embedded, tmp_path / "items.jsonl")
    with EmbeddedPlace(tmp_path).open("default", signature=SIGNATURE, create=True) as store:
        store.add_embedding(replace(EMBEDDING, signature={"model": "other"}))
    with pytest.raises(StoreError) as caught:
        import_items(tmp_path / "items.jsonl", tmp_path)
    assert caught.value.kind == "other_embedder"
    with EmbeddedPlace(tmp_path).open("default") as store:
        assert store.count() == 0


@pytest.mark.parametrize(
    ("vector", "reason"),
    [
        ([0.0] * 16, "has no direction"),
        ([1.0] * 15, "not a list of 16"),
        (["1"] * 16, "finite number"),
        ([1e999] * 16, "finite number"),
        ("none", "not a list"),
    ],
)
def test_a_bad_vector_is_named_and_nothing_is_imported(
    embedded: LocalStore, tmp_path: Path, vector: object, reason: str
) -> None:
    export_items(embedded, tmp_path / "items.jsonl")
    *lines, last = (tmp_path / "items.jsonl").read_text().splitlines()
    changed = json.dumps({**json.loads(last), "vectors": {"picture": vector}})
    (tmp_path / "items.jsonl").write_text("\n".join([*lines, changed]) + "\n")
    with pytest.raises(SourceError, match=f"Row 11 .*{reason}") as caught:
        import_items(tmp_path / "items.jsonl", tmp_path / "copy")
    assert caught.value.kind == "bad_row"
    assert EmbeddedPlace(tmp_path / "copy").names() == []


@pytest.mark.parametrize("embeddings", [3, {"picture": {}}, {"picture": {"dimension": "16", "signature": {}}}])
def test_a_header_that_does_not_say_what_made_vectors_is_refused(
    embedded: LocalStore, tmp_path: Path, embeddings: object
) -> None:
    export_items(embedded, tmp_path / "items.jsonl")
    first, *lines = (tmp_path / "items.jsonl").read_text().splitlines()
    changed = json.dumps({**json.loads(first), "embeddings": embeddings})
    (tmp_path / "items.jsonl").write_text("\n".join([changed, *lines]) + "\n")
    with pytest.raises(SourceError) as caught:
        import_items(tmp_path / "items.jsonl", tmp_path / "copy")
    assert caught.value.kind == "not_an_export"
