"""Damaged files of a collection are told in one sentence or do no harm, and never touch another collection.

The engine finds in its write-ahead log what it wrote last, and mends itself with that. So the log is taken away first:
these are the files of a collection that was written long ago.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from emoretrieve.errors import StoreError
from emoretrieve.item import Item
from emoretrieve.store import Store
from emoretrieve.store.collections import delete_collection, open_collection
from emoretrieve.store.edge import EdgeEngine
from emoretrieve.store.local import LocalStore
from emoretrieve.store.protocol import Hit
from emoretrieve.store.schema import SPACES, item_of, points_of
from tests.emoretrieve.store.samples import SIGNATURE, assorted

ITEMS = assorted(300)
SEGMENT = "shard/segments/*"

KINDS = [
    "collection.json",
    "lock",
    "state.json",
    "shard/edge_config.json",
    f"{SEGMENT}/segment.json",
    f"{SEGMENT}/version.info",
    f"{SEGMENT}/mutable_id_tracker.mappings",
    f"{SEGMENT}/mutable_id_tracker.versions",
    f"{SEGMENT}/payload_storage/page_0.dat",
    f"{SEGMENT}/payload_storage/tracker.dat",
    f"{SEGMENT}/payload_index/*/*.dat",
    f"{SEGMENT}/vector_storage-aligned/vectors/chunk_0.mmap",
    f"{SEGMENT}/vector_storage-fragment_1/vectors/chunk_0.mmap",
]


def missing(file: Path) -> None:
    file.unlink()


def halved(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def zeroed(file: Path) -> None:
    overwrite(file, bytes(100_000))


def noisy(file: Path) -> None:
    overwrite(file, random.Random(file.name).randbytes(100_000))


def overwrite(file: Path, data: bytes) -> None:
    with file.open("r+b") as stream:
        stream.write(data[: file.stat().st_size])


DAMAGES = [missing, halved, zeroed, noisy]


@pytest.fixture(scope="module")
def written_long_ago(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the closed collections `paintings`, whose log is empty, and `songs`."""
    data = tmp_path_factory.mktemp("data")
    for name in ("paintings", "songs"):
        with open_collection(data, name, signature=SIGNATURE, create=True) as store:
            store.upsert(ITEMS)
            store.moments("aligned", "image")
    for log in (data / "collections" / "paintings" / "shard" / "wal").iterdir():
        log.unlink()
    return data


@pytest.fixture
def data(written_long_ago: Path, tmp_path: Path) -> Path:
    """A copy of it, to be damaged; its files are mostly holes, which a plain copy would fill."""
    subprocess.run(["cp", "-a", "--sparse=always", str(written_long_ago), str(tmp_path / "data")], check=True)
    return tmp_path / "data"


def damage(data: Path, kind: str, how: Callable[[Path], None]) -> None:
    files = [file for file in (data / "collections" / "paintings").glob(kind) if file.is_file()]
    assert files
    for file in files:
        how(file)


def answers(store: Store) -> Iterator[object]:
    """All that can be asked of a store."""
    yield store.count()
    yield sorted((one for batch in store.scan() for one in batch), key=lambda one: one.id)
    yield [store.nearest(space, np.arange(1.0, 16.0), limit=7) for space in SPACES]
    yield store.moments("aligned", "image").count


def outcome(data: Path, name: str = "paintings") -> str:
    """`right` where everything is as it was written, else the kind of the refusal."""
    try:
        with open_collection(data, name, signature=SIGNATURE) as store:
            found = list(answers(store))
    except StoreError as error:
        return error.kind if "\n" not in str(error) else f"several lines: {error}"
    assert found == [len(ITEMS), sorted(ITEMS, key=lambda one: one.id), nearest_of(ITEMS), 150]
    return "right"


def nearest_of(items: list[Item]) -> list[list[Hit]]:
    """What a store that was never damaged answers."""
    with LocalStore.in_memory(SIGNATURE) as store:
        store.upsert(items)
        return [store.nearest(space, np.arange(1.0, 16.0), limit=7) for space in SPACES]


@pytest.mark.parametrize("kind", KINDS)
def test_damage_is_told_or_does_no_harm(kind: str, written_long_ago: Path, tmp_path: Path) -> None:
    for number, how in enumerate(DAMAGES):
        data = tmp_path / str(number)
        subprocess.run(["cp", "-a", "--sparse=always", str(written_long_ago), str(data)], check=True)
        damage(data, kind, how)
        told = {"no_collection"} if (kind, how) == ("collection.json", missing) else {"right", "corrupt"}
        assert outcome(data) in told, how.__name__
        assert outcome(data, "songs") == "right"
        shutil.rmtree(data)


def test_without_damage_everything_is_as_it_was_written(data: Path) -> None:
    assert (outcome(data), outcome(data, "songs")) == ("right", "right")


@pytest.mark.parametrize(("kind", "how"), [*product(["lock", "state.json"], DAMAGES)])
def test_what_can_be_made_again_is_not_missed(kind: str, how: Callable[[Path], None], data: Path) -> None:
    damage(data, kind, how)
    assert outcome(data) == "right"


def refusal(data: Path) -> StoreError:
    with pytest.raises(StoreError) as caught, open_collection(data, "paintings") as store:
        list(answers(store))
    return caught.value


def test_items_that_are_gone_are_counted_and_the_rest_can_be_used(data: Path) -> None:
    damage(data, f"{SEGMENT}/mutable_id_tracker.mappings", halved)
    said = str(refusal(data))
    left = int(said.split(" items where ")[0].rsplit(" ", 1)[1])
    assert 0 < left < len(ITEMS)
    assert f"{left} items where {len(ITEMS)} were written" in said
    state = data / "collections" / "paintings" / "state.json"
    assert str(state) in said
    state.unlink()
    with open_collection(data, "paintings") as store:
        there = [one for batch in store.scan() for one in batch]
        assert len(there) == store.count() == left
        assert all(one in ITEMS for one in there)
        store.upsert(ITEMS)
    assert outcome(data) == "right"


def test_vectors_of_other_colours_are_not_ranked_by(data: Path) -> None:
    damage(data, f"{SEGMENT}/vector_storage-aligned/vectors/chunk_0.mmap", noisy)
    assert "are not those of its colours" in str(refusal(data))


def test_a_point_without_payload_is_not_taken_for_an_item(tmp_path: Path) -> None:
    engine = EdgeEngine.create(tmp_path / "shard")
    (point,) = points_of(ITEMS[:1])
    engine.upsert([replace(point, payload={})])
    (record,) = engine.retrieve([point.id])
    with pytest.raises(StoreError, match="Its files are damaged") as caught:
        item_of(record.payload)
    assert caught.value.kind == "corrupt"
    engine.close()


def test_a_damaged_collection_can_be_removed(data: Path) -> None:
    damage(data, f"{SEGMENT}/segment.json", noisy)
    delete_collection(data, "paintings")
    assert outcome(data, "songs") == "right"
