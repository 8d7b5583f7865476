"""Numbers beside vectors travel with them: in files, to other places, and into collections that are built anew."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from emoretrieve.errors import SourceError
from emoretrieve.exchange import export_items, import_items
from emoretrieve.exchange.content import contents_of
from emoretrieve.exchange.reindex import reindex
from emoretrieve.exchange.sync import Route, Sent, sync
from emoretrieve.store import Embedding, Store
from emoretrieve.store.local import LocalStore
from emoretrieve.store.place import EmbeddedPlace, Place, place_of
from emoretrieve.store.server.settings import ServerSettings
from tests.emoretrieve.store.fake_qdrant import FakeQdrant
from tests.emoretrieve.store.samples import SIGNATURE, assorted

ITEMS = assorted(10)
IDS = [one.id for one in ITEMS]
NUMBERS = {one.id: {"kappa": 100.0 + row / 7, "A": 0.1 * row} for row, one in enumerate(ITEMS[:5])}


def fill(store: Store) -> None:
    """Half of the items have a vector with numbers."""
    random = np.random.default_rng(0)
    store.upsert(ITEMS)
    store.add_embedding(Embedding("sphere", 16, {"model": "made up"}, numbers=("kappa", "A")))
    store.set_vectors("sphere", {id: random.normal(size=16) for id in NUMBERS}, NUMBERS)


def assert_whole(place: Place, name: str = "default") -> None:
    with LocalStore.in_memory(SIGNATURE) as first, place.open(name) as copy:
        fill(first)
        assert copy.embeddings["sphere"].numbers == ("kappa", "A")
        there, here = (contents_of(store, store.get(IDS)) for store in (first, copy))
        assert all(one.is_in(other) and other.is_in(one) for one, other in zip(there, here, strict=True))
        assert copy.numbers("sphere", IDS) == first.numbers("sphere", IDS)
        assert len(copy.nearest_vectors("sphere", np.ones(16), limit=10)) == len(NUMBERS)


@pytest.mark.parametrize("ending", [".jsonl", ".parquet"])
def test_a_file_brings_them(tmp_path: Path, ending: str) -> None:
    with LocalStore.in_memory(SIGNATURE) as store:
        fill(store)
        export_items(store, tmp_path / f"items{ending}")
    import_items(tmp_path / f"items{ending}", tmp_path / "copy")
    assert_whole(EmbeddedPlace(tmp_path / "copy"))


@pytest.mark.parametrize("numbers", [None, {}, {"sphere": {"kappa": 1.0}}, {"sphere": {"kappa": 1.0, "A": "much"}}])
def test_a_row_whose_numbers_are_missing_or_none_is_named(tmp_path: Path, numbers: object) -> None:
    with LocalStore.in_memory(SIGNATURE) as store:
        fill(store)
        export_items(store, tmp_path / "items.jsonl")
    first, *lines = (tmp_path / "items.jsonl").read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    changed = [{**row, "numbers": numbers} if "numbers" in row else row for row in rows]
    (tmp_path / "items.jsonl").write_text("\n".join([first, *map(json.dumps, changed)]) + "\n")
    with pytest.raises(SourceError, match="Row") as caught:
        import_items(tmp_path / "items.jsonl", tmp_path / "copy")
    assert caught.value.kind == "bad_row"


def test_a_server_and_the_way_back_keep_them(tmp_path: Path) -> None:
    here, back = EmbeddedPlace(tmp_path / "here"), EmbeddedPlace(tmp_path / "back")
    with here.open("default", signature=SIGNATURE, create=True) as store:
        fill(store)
    with FakeQdrant() as fake:
        server = place_of(tmp_path, ServerSettings(fake.url))
        sync(Route(here, "default", server, "default"))
        assert_whole(server)
        assert sync(Route(here, "default", server, "default")).sent == Sent(unchanged=10)
        sync(Route(server, "default", back, "default"))
    assert_whole(back)


def test_other_numbers_are_another_content(tmp_path: Path) -> None:
    here, there = EmbeddedPlace(tmp_path / "here"), EmbeddedPlace(tmp_path / "there")
    with here.open("default", signature=SIGNATURE, create=True) as store:
        fill(store)
    sync(Route(here, "default", there, "default"))
    with there.open("default") as store:
        vectors = store.vectors("sphere", [IDS[0]])
        store.set_vectors("sphere", vectors, {IDS[0]: {"kappa": 1.0, "A": 0.5}})
    assert sync(Route(here, "default", there, "default")).sent == Sent(changed=1, unchanged=9)
    assert_whole(there)


def test_a_collection_that_is_built_anew_has_them(tmp_path: Path) -> None:
    place = EmbeddedPlace(tmp_path)
    with place.open("art", signature=SIGNATURE, create=True) as store:
        fill(store)
    place.set_alias("best", "art")
    reindex(place, "best")
    assert_whole(place, "art-2")
