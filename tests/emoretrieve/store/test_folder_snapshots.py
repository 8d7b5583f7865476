"""Snapshots of embedded collections."""

from __future__ import annotations

import hashlib
import io
import subprocess
import tarfile
from pathlib import Path

import pytest

from emoretrieve.errors import StoreError
from emoretrieve.item import Item
from emoretrieve.store.place import EmbeddedPlace
from emoretrieve.store.snapshots import Snapshot, find
from tests.emoretrieve.store.samples import SIGNATURE, assorted, item

ITEMS = assorted(30)


@pytest.fixture
def place(tmp_path: Path) -> EmbeddedPlace:
    """One collection, `art`."""
    place = EmbeddedPlace(tmp_path)
    with place.open("art", signature=SIGNATURE, create=True) as store:
        store.upsert(ITEMS)
        store.save_derived("kept", b"beside it")
    return place


def all_items(place: EmbeddedPlace, name: str) -> list[Item]:
    with place.open(name) as store:
        return [one for batch in store.scan() for one in batch]


def change(place: EmbeddedPlace) -> None:
    with place.open("art") as store:
        store.upsert([item("later")])
        store.delete([ITEMS[0].id])


def file_of(place: EmbeddedPlace, snapshot: Snapshot) -> Path:
    return place.data / "snapshots" / snapshot.collection / snapshot.name


def test_a_snapshot_brings_back_what_was(place: EmbeddedPlace) -> None:
    before = all_items(place, "art")
    snapshot = place.snapshots.create("art")
    change(place)
    assert place.snapshots.restore(snapshot, "art", replace=True) == 30
    assert all_items(place, "art") == before
    with place.open("art") as store:
        assert store.signature == SIGNATURE
        assert store.load_derived("kept") == b"beside it"
        assert store.moments("aligned", "image").count == 15


def test_a_snapshot_becomes_another_collection(place: EmbeddedPlace) -> None:
    snapshot = place.snapshots.create("art")
    before = all_items(place, "art")
    change(place)
    place.snapshots.restore(snapshot, "copy", replace=False)
    assert all_items(place, "copy") == before
    assert len(all_items(place, "art")) == 30
    assert place.names() == ["art", "copy"]


def test_a_snapshot_outlives_its_collection(place: EmbeddedPlace) -> None:
    snapshot = place.snapshots.create("art")
    place.delete("art")
    assert place.snapshots.collections() == ["art"]
    place.snapshots.restore(find(place.snapshots, "art", snapshot.name), "art", replace=False)
    assert len(all_items(place, "art")) == 30


def test_snapshots_are_listed_with_what_they_hold(place: EmbeddedPlace) -> None:
    first = place.snapshots.create("art")
    change(place)
    second = place.snapshots.create("art")
    assert {snapshot.name for snapshot in place.snapshots.known("art")} == {first.name, second.name}
    assert (first.items, second.items) == (30, 30)
    place.snapshots.delete(first)
    assert place.snapshots.known("art") == [second]
    assert not list((place.data / "snapshots" / "art").glob(f"{first.name}*"))


def test_a_snapshot_is_small_where_the_files_of_the_engine_are_mostly_holes(place: EmbeddedPlace) -> None:
    snapshot = place.snapshots.create("art")
    apparent = sum(file.stat().st_size for file in (place.data / "collections").rglob("*") if file.is_file())
    assert apparent > 100e6
    assert snapshot.size < 3e6
    place.snapshots.restore(snapshot, "copy", replace=False)
    assert (place.address("copy").bytes_on_disk or 0) < 3e6


def test_other_programs_can_verify_a_snapshot(place: EmbeddedPlace) -> None:
    file = file_of(place, place.snapshots.create("art"))
    checked = subprocess.run(["sha256sum", "-c", f"{file.name}.sha256"], cwd=file.parent, capture_output=True)
    assert checked.returncode == 0


def test_an_existing_collection_is_replaced_only_on_request(place: EmbeddedPlace) -> None:
    snapshot = place.snapshots.create("art")
    change(place)
    with pytest.raises(StoreError, match="--replace") as caught:
        place.snapshots.restore(snapshot, "art", replace=False)
    assert caught.value.kind == "taken"
    assert item("later") in all_items(place, "art")


@pytest.mark.parametrize("damage", ["cut", "one bit", "no checksum", "empty", "other checksum"])
def test_a_damaged_snapshot_changes_nothing(place: EmbeddedPlace, damage: str) -> None:
    snapshot = place.snapshots.create("art")
    change(place)
    after = all_items(place, "art")
    file = file_of(place, snapshot)
    content, checksum = file.read_bytes(), file.with_name(f"{file.name}.sha256")
    if damage == "cut":
        file.write_bytes(content[: len(content) // 2])
    elif damage == "one bit":
        file.write_bytes(content[:9_000] + bytes([content[9_000] ^ 1]) + content[9_001:])
    elif damage == "empty":
        file.write_bytes(b"")
    elif damage == "no checksum":
        checksum.unlink()
    else:
        checksum.write_text(f"{'0' * 64}  {file.name}\n")
    for name, replace in (("art", True), ("copy", False)):
        with pytest.raises(StoreError, match="nothing was changed") as caught:
            place.snapshots.restore(snapshot, name, replace=replace)
        assert caught.value.kind == "damaged_snapshot"
    assert all_items(place, "art") == after
    assert place.names() == ["art"]
    assert [path for path in (place.data / "snapshots").iterdir() if path.name != "art"] == []


@pytest.mark.parametrize("members", [{}, {"collection.json": b"{}"}])
def test_a_snapshot_of_no_collection_is_a_damaged_one(place: EmbeddedPlace, members: dict[str, bytes]) -> None:
    """Though its checksum is right."""
    snapshot = place.snapshots.create("art")
    file = file_of(place, snapshot)
    with tarfile.open(file, "w") as archive:
        for name, content in {"snapshot.json": b'{"items": 30}', **members}.items():
            about = tarfile.TarInfo(name)
            about.size = len(content)
            archive.addfile(about, io.BytesIO(content))
    checksum = hashlib.sha256(file.read_bytes()).hexdigest()
    file.with_name(f"{file.name}.sha256").write_text(f"{checksum}  {file.name}\n")
    with pytest.raises(StoreError, match="nothing was changed") as caught:
        place.snapshots.restore(snapshot, "copy", replace=False)
    assert caught.value.kind == "damaged_snapshot"
    assert place.names() == ["art"]


def test_a_collection_in_use_is_neither_read_nor_replaced(place: EmbeddedPlace) -> None:
    snapshot = place.snapshots.create("art")
    with place.open("art"):
        for act in (
            lambda: place.snapshots.create("art"),
            lambda: place.snapshots.restore(snapshot, "art", replace=True),
        ):
            with pytest.raises(StoreError) as caught:
                act()
            assert caught.value.kind == "locked"


def test_what_is_not_there_cannot_be_restored(place: EmbeddedPlace) -> None:
    with pytest.raises(StoreError, match="there are none") as caught:
        find(place.snapshots, "art", "yesterday.tar")
    assert caught.value.kind == "no_snapshot"
