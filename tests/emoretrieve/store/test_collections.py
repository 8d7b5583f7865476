"""Collections by name in a data folder."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from emoretrieve.errors import StoreError
from emoretrieve.store.collections import delete_collection, list_collections, open_collection
from tests.emoretrieve.store.samples import SIGNATURE, assorted, item


def made(data: Path, name: str = "songs") -> Path:
    """A closed collection with one item; its folder."""
    with open_collection(data, name, signature=SIGNATURE, create=True) as store:
        store.upsert([item("one")])
    return data / "collections" / name


def refusal(data: Path, name: str = "songs", signature: dict[str, str] | None = None) -> StoreError:
    with pytest.raises(StoreError) as caught:
        open_collection(data, name, signature=signature, wait_s=0.0)
    return caught.value


def test_a_collection_that_is_not_there_is_not_made_by_asking_for_it(tmp_path: Path) -> None:
    error = refusal(tmp_path)
    assert error.kind == "no_collection"
    assert list(tmp_path.iterdir()) == []


def test_the_refusal_of_an_absent_collection_names_those_that_are_there(tmp_path: Path) -> None:
    made(tmp_path, "paintings")
    assert "paintings" in str(refusal(tmp_path, "songs"))


def test_any_signature_is_accepted_when_none_is_given(tmp_path: Path) -> None:
    made(tmp_path)
    with open_collection(tmp_path, "songs") as store:
        assert store.signature == SIGNATURE


def test_another_signature_is_refused_and_the_difference_named(tmp_path: Path) -> None:
    made(tmp_path)
    error = refusal(tmp_path, signature=SIGNATURE | {"captioner.version": "2"})
    assert error.kind == "other_perception"
    assert "captioner.version" in str(error)


def test_a_refused_collection_can_be_opened_at_once(tmp_path: Path) -> None:
    made(tmp_path)
    refusal(tmp_path, signature={})
    with open_collection(tmp_path, "songs", wait_s=0.0) as store:
        assert store.count() == 1


def test_a_second_opening_is_refused_and_names_the_holder(tmp_path: Path) -> None:
    made(tmp_path)
    with open_collection(tmp_path, "songs") as store:
        error = refusal(tmp_path)
        assert error.kind == "locked"
        assert str(os.getpid()) in str(error)
        store.flush()
        assert store.count() == 1


def test_a_collection_of_another_schema_is_refused(tmp_path: Path) -> None:
    description = made(tmp_path) / "collection.json"
    description.write_text(json.dumps(json.loads(description.read_text()) | {"schema": 99}))
    assert refusal(tmp_path).kind == "other_schema"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema": 1}', '{"schema": 1, "signature": 5}'])
def test_a_damaged_description_is_reported_as_corrupt(tmp_path: Path, text: str) -> None:
    (made(tmp_path) / "collection.json").write_text(text)
    assert refusal(tmp_path).kind == "corrupt"


def test_missing_engine_files_are_reported_as_corrupt(tmp_path: Path) -> None:
    shutil.rmtree(made(tmp_path) / "shard")
    error = refusal(tmp_path)
    assert error.kind == "corrupt"
    assert "restore" in str(error)


def test_damaged_engine_files_are_reported_as_corrupt(tmp_path: Path) -> None:
    for file in (made(tmp_path) / "shard" / "segments").rglob("*"):
        if file.is_file():
            os.truncate(file, file.stat().st_size // 3)
    assert refusal(tmp_path).kind == "corrupt"


def test_a_damaged_state_costs_only_a_recount(tmp_path: Path) -> None:
    (made(tmp_path) / "state.json").write_text('{"version": "1", "count": 1, "moments": {"audio.aligned": []}}')
    with open_collection(tmp_path, "songs") as store:
        assert store.moments("aligned", "image").count == 1


def test_a_state_of_other_contents_is_not_believed(tmp_path: Path) -> None:
    folder = made(tmp_path)
    state = (folder / "state.json").read_bytes()
    with open_collection(tmp_path, "songs") as store:
        store.upsert(assorted(10))
    (folder / "state.json").write_bytes(state)
    with open_collection(tmp_path, "songs") as store:
        assert store.version != json.loads(state)["version"]
        assert store.moments("aligned", "audio").count == 5


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../up", "a/b", "/etc", ".hidden", "a\0b", "a\nb", "x" * 65, "a b", "ü"]
)
def test_names_that_are_no_plain_folder_names_are_refused(tmp_path: Path, name: str) -> None:
    for refused in (open_collection, delete_collection):
        with pytest.raises(StoreError) as caught:
            refused(tmp_path, name)
        assert caught.value.kind == "bad_name"


def test_collections_are_listed_by_name(tmp_path: Path) -> None:
    assert list_collections(tmp_path) == []
    for name in ("b", "a.1", "C"):
        made(tmp_path, name)
    assert list_collections(tmp_path) == ["C", "a.1", "b"]


def test_a_deleted_collection_is_gone_and_its_name_free(tmp_path: Path) -> None:
    made(tmp_path)
    delete_collection(tmp_path, "songs")
    assert list_collections(tmp_path) == []
    with open_collection(tmp_path, "songs", signature={"other": "one"}, create=True) as store:
        assert store.count() == 0


def test_a_collection_in_use_is_not_deleted(tmp_path: Path) -> None:
    made(tmp_path)
    with open_collection(tmp_path, "songs") as store:
        with pytest.raises(StoreError) as caught:
            delete_collection(tmp_path, "songs", wait_s=0.0)
        assert caught.value.kind == "locked"
        assert store.count() == 1


def test_deleting_what_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        delete_collection(tmp_path, "songs")
    assert caught.value.kind == "no_collection"


def test_derived_data_of_an_unfinished_creation_is_not_taken_over(tmp_path: Path) -> None:
    with open_collection(tmp_path, "songs", create=True) as store:
        store.save_derived("null", b"of the former collection")
    (tmp_path / "collections" / "songs" / "collection.json").unlink()
    with open_collection(tmp_path, "songs", create=True) as store:
        assert store.load_derived("null") is None


def test_a_closed_collection_says_that_it_is_closed(tmp_path: Path) -> None:
    store = open_collection(tmp_path, "songs", create=True)
    store.close()
    with pytest.raises(StoreError) as caught:
        store.count()
    assert caught.value.kind == "closed"
