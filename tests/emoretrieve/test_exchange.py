"""Collections travel as files and come back as they were."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from emoretrieve.emotion import EmotionProfile
from emoretrieve.emotion.vectors import colours, query_vector
from emoretrieve.errors import SourceError, StoreError
from emoretrieve.exchange import export_items, import_items
from emoretrieve.item import Captions, Item, Location, Value
from emoretrieve.store import EVERYTHING, Store
from emoretrieve.store.collections import list_collections, open_collection
from emoretrieve.store.local import LocalStore

SIGNATURE = {"perception": "lite", "use_descriptions": "false"}
ENDINGS = (".jsonl", ".jsonl.gz", ".parquet")

every_format = pytest.mark.parametrize("ending", ENDINGS)


def make_item(name: str, metadata: Mapping[str, Value] | None = None) -> Item:
    rng = np.random.default_rng(len(name))
    return Item(
        sha256=hashlib.sha256(name.encode()).hexdigest(),
        modality="image",
        profile=EmotionProfile.of(rng.integers(0, 256, (5, 3)).tolist()),
        captions=Captions(f"whole of {name}", ("one", "two", "three", "four")),
        coverage=0.1 + 0.2,
        locations=(Location(f"/media/{name}.png", 123, 1_700_000_000_123_456_789),),
        metadata=metadata or {},
    )


ODD = make_item(
    'odd "name"\n\u202e 夜の海 \U0001f30a',
    {
        "title": "Nächte\t\u0000\u2028 'и' \U0001f3bb",
        "year": 1889,
        "rating": 0.1,
        "big": 2**53 + 1,
        "whole": 3.0,
        "": "",
    },
)
ITEMS = [ODD, make_item("plain"), make_item("black", {"empty": ""})]


def export(items: list[Item], file: Path) -> int:
    with LocalStore.in_memory(SIGNATURE) as store:
        store.upsert(items)
        return export_items(store, file)


def contents(data: Path) -> list[Item]:
    with open_collection(data, "default") as store:
        return [item for batch in store.scan() for item in batch]


def by_id(items: list[Item]) -> list[Item]:
    return sorted(items, key=lambda item: item.id)


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    """A JSONL export of `ITEMS`, to be damaged."""
    export(ITEMS, tmp_path / "items.jsonl")
    return tmp_path / "items.jsonl"


def rewrite_row(file: Path, change: Callable[[dict[str, object]], object]) -> None:
    """Change the last row of an export."""
    *lines, last = file.read_text().splitlines()
    row = json.loads(last)
    change(row)
    file.write_text("\n".join([*lines, json.dumps(row)]) + "\n")


@every_format
def test_a_round_trip_gives_every_item_back(tmp_path: Path, ending: str) -> None:
    assert export(ITEMS, tmp_path / f"items{ending}") == 3
    assert import_items(tmp_path / f"items{ending}", tmp_path / "copy") == 3

    assert contents(tmp_path / "copy") == by_id(ITEMS)


@every_format
def test_numbers_in_metadata_keep_their_types(tmp_path: Path, ending: str) -> None:
    export([ODD], tmp_path / f"items{ending}")
    import_items(tmp_path / f"items{ending}", tmp_path / "copy")

    (copy,) = contents(tmp_path / "copy")
    assert {key: type(value) for key, value in copy.metadata.items()} == {
        key: type(value) for key, value in ODD.metadata.items()
    }


@every_format
def test_a_copy_finds_what_its_origin_finds(tmp_path: Path, ending: str) -> None:
    items = [make_item("x" * n) for n in range(1, 30)]
    export(items, tmp_path / f"items{ending}")
    import_items(tmp_path / f"items{ending}", tmp_path / "copy")
    query = query_vector("aligned", EmotionProfile.of([[9, 200, 70]] * 5), [0.5, 0.125, 0.125, 0.125, 0.125])

    def find(store: Store) -> object:
        return store.nearest("aligned", query, where=EVERYTHING, limit=30)

    with LocalStore.in_memory(SIGNATURE) as origin, open_collection(tmp_path / "copy", "default") as copy:
        origin.upsert(items)
        assert find(copy) == find(origin)


@every_format
def test_many_batches_travel_in_one_file(tmp_path: Path, ending: str) -> None:
    export([make_item(str(n)) for n in range(1_234)], tmp_path / f"items{ending}")

    assert import_items(tmp_path / f"items{ending}", tmp_path / "copy") == 1_234
    assert len(contents(tmp_path / "copy")) == 1_234


@every_format
def test_importing_twice_is_importing_once(tmp_path: Path, ending: str) -> None:
    export(ITEMS, tmp_path / f"items{ending}")

    import_items(tmp_path / f"items{ending}", tmp_path / "copy")
    import_items(tmp_path / f"items{ending}", tmp_path / "copy")

    assert contents(tmp_path / "copy") == by_id(ITEMS)


@every_format
def test_an_export_is_the_same_bytes_every_time(tmp_path: Path, ending: str) -> None:
    for name, items in (("first", ITEMS), ("second", ITEMS[::-1])):
        export(items, tmp_path / f"{name}{ending}")

    assert (tmp_path / f"first{ending}").read_bytes() == (tmp_path / f"second{ending}").read_bytes()


@every_format
def test_an_empty_collection_travels_with_its_signature(tmp_path: Path, ending: str) -> None:
    export([], tmp_path / f"items{ending}")

    assert import_items(tmp_path / f"items{ending}", tmp_path / "copy") == 0
    with open_collection(tmp_path / "copy", "default") as store:
        assert dict(store.signature) == SIGNATURE


def test_parquet_holds_a_column_for_every_part_of_an_item(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    export(ITEMS, tmp_path / "items.parquet")

    row = pq.read_table(tmp_path / "items.parquet").to_pylist()[0]
    first = by_id(ITEMS)[0]
    assert row["profile"]["whole"] == [*first.profile.whole]
    assert row["captions"]["fragments"] == [*first.captions.fragments]
    assert json.loads(row["metadata"]) == first.metadata


def test_a_collection_of_another_perception_is_refused(tmp_path: Path, exported: Path) -> None:
    other = {**SIGNATURE, "use_descriptions": "true"}
    open_collection(tmp_path / "copy", "default", signature=other, create=True).close()

    with pytest.raises(StoreError) as refused:
        import_items(exported, tmp_path / "copy")
    assert refused.value.kind == "other_perception"


def test_an_item_that_is_there_keeps_its_locations(tmp_path: Path, exported: Path) -> None:
    plain = ITEMS[1]
    here = Location("/here/copy.png", 123, 5)
    with open_collection(tmp_path / "copy", "default", signature=SIGNATURE, create=True) as store:
        store.upsert([replace(plain, locations=(here,))])

    import_items(exported, tmp_path / "copy")

    with open_collection(tmp_path / "copy", "default") as store:
        (item,) = store.get([plain.id])
    assert set(item.paths) == {"/here/copy.png", *plain.paths}


def test_a_file_replaces_the_old_one_whole(exported: Path) -> None:
    old = exported.read_bytes()
    export([*ITEMS, make_item("a newcomer")], exported)

    assert exported.read_bytes() != old
    assert [path.name for path in exported.parent.iterdir() if path.is_file()] == ["items.jsonl"]


def test_an_export_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as refused:
        export(ITEMS, tmp_path / "nowhere" / "items.jsonl")
    assert refused.value.kind == "not_writable"
    assert not (tmp_path / "nowhere").exists()


def test_an_unknown_ending_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"\.parquet, \.jsonl, \.jsonl\.gz") as refused:
        import_items(tmp_path / "items.xlsx", tmp_path)
    assert refused.value.kind == "unknown_format"


@every_format
def test_a_missing_file_is_named(tmp_path: Path, ending: str) -> None:
    with pytest.raises(SourceError, match=f"no file '.*items{ending}'") as refused:
        import_items(tmp_path / f"items{ending}", tmp_path / "copy")
    assert refused.value.kind == "not_found"


@every_format
@pytest.mark.parametrize("content", [b"", b"not an export\n", b"{}\n", b"\xff\xfe\x00", gzip.compress(b"[]", mtime=0)])
def test_a_file_of_something_else_is_refused(tmp_path: Path, ending: str, content: bytes) -> None:
    file = tmp_path / f"items{ending}"
    file.write_bytes(content)

    with pytest.raises(SourceError, match="emoretrieve export") as refused:
        import_items(file, tmp_path / "copy")
    assert refused.value.kind == "not_an_export"


@every_format
@pytest.mark.parametrize("share", [0.5, 0.9, 0.99])
def test_a_truncated_file_changes_nothing(tmp_path: Path, ending: str, share: float) -> None:
    file = tmp_path / f"items{ending}"
    export([make_item(str(n)) for n in range(50)], file)
    file.write_bytes(file.read_bytes()[: int(file.stat().st_size * share)])

    with pytest.raises(SourceError) as refused:
        import_items(file, tmp_path / "copy")
    assert refused.value.kind in {"not_an_export", "bad_row", "cut_short"}
    assert list_collections(tmp_path / "copy") == []


def test_a_file_cut_between_rows_is_noticed(tmp_path: Path, exported: Path) -> None:
    exported.write_text("".join(exported.read_text().splitlines(keepends=True)[:-1]))

    with pytest.raises(SourceError, match="holds 3 items and holds 2") as refused:
        import_items(exported, tmp_path / "copy")
    assert refused.value.kind == "cut_short"


def test_an_export_of_a_later_version_is_refused(tmp_path: Path, exported: Path) -> None:
    exported.write_text(exported.read_text().replace('{"emoretrieve_export": 1,', '{"emoretrieve_export": 2,', 1))

    with pytest.raises(SourceError, match="version 2") as refused:
        import_items(exported, tmp_path / "copy")
    assert refused.value.kind == "other_version"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda row: row.pop("captions"), "no 'captions'"),
        (lambda row: row.clear(), "no 'sha256'"),
        (lambda row: row.update(sha256="abc"), "64 hexadecimal digits"),
        (lambda row: row.update(id="abc"), "'id' does not belong"),
        (lambda row: row.update(modality="smell"), "'smell', not one of audio, image"),
        (lambda row: row["profile"].update(whole=[1, 2]), "not a list of 3"),
        (lambda row: row["profile"].update(whole=[1, 2, 256]), "0 to 255, not 256"),
        (lambda row: row["profile"].update(whole=[1, 2, 3.5]), "3.5 stands where an integer"),
        (lambda row: row["profile"].update(fragments=[[1, 2, 3]] * 3), "not a list of 4"),
        (lambda row: row["captions"].update(whole=None), "None stands where a text"),
        (lambda row: row["captions"].update(fragments="four"), "not a list of 4"),
        (lambda row: row.update(coverage=1.5), "'coverage' is 1.5"),
        (lambda row: row.update(coverage=float("nan")), "'coverage' is nan"),
        (lambda row: row.update(coverage=True), "'coverage' is True"),
        (lambda row: row.update(locations=[{"path": "x", "size": 1}]), "no 'mtime_ns'"),
        (lambda row: row.update(locations=None), "'locations' is not a list"),
        (lambda row: row.update(metadata=[]), "'metadata' is not an object"),
        (lambda row: row.update(metadata={"year": None}), "metadata 'year' is None"),
        (lambda row: row.update(metadata={"year": float("inf")}), "metadata 'year' is inf"),
        (lambda row: row.update(metadata={"year": True}), "metadata 'year' is True"),
        (lambda row: row.update(metadata={"year": 2**63}), "64 bits"),
        (lambda row: row.update(metadata={"title": "\udcff"}), "not valid Unicode"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_imported(
    tmp_path: Path, exported: Path, change: Callable[[dict[str, object]], object], says: str
) -> None:
    rewrite_row(exported, change)

    with pytest.raises(SourceError, match=r"Row 4 of '.*items\.jsonl'") as refused:
        import_items(exported, tmp_path / "copy")
    assert refused.value.kind == "bad_row"
    assert says in str(refused.value)
    assert list_collections(tmp_path / "copy") == []


@pytest.mark.parametrize("line", ["[]", "null", "7", "{", '"row"'])
def test_a_row_that_is_no_object_is_refused(tmp_path: Path, exported: Path, line: str) -> None:
    exported.write_text(exported.read_text() + line + "\n")

    with pytest.raises(SourceError, match="Row 5 ") as refused:
        import_items(exported, tmp_path / "copy")
    assert refused.value.kind == "bad_row"


def test_vectors_follow_from_the_integers(tmp_path: Path, exported: Path) -> None:
    import_items(exported, tmp_path / "copy")

    with open_collection(tmp_path / "copy", "default") as store:
        ((_, stored),) = store.profiles()
    assert np.array_equal(stored, colours(item.profile for item in sorted(ITEMS, key=lambda item: item.id)))


@pytest.mark.parametrize(
    "name",
    ["file.txt/items.jsonl", "file.txt/items.parquet", "x" * 250 + ".jsonl"],
    ids=["below a file", "Parquet below a file", "long name"],
)
def test_a_place_where_nothing_can_be_written_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "file.txt").touch()
    with pytest.raises(SourceError, match=r"^'[^']*' cannot be written: [\w ]+\.$") as caught:
        export(ITEMS, tmp_path / name)
    assert caught.value.kind == "not_writable"


def test_a_place_without_a_name_is_named_as_it_was_given() -> None:
    with pytest.raises(SourceError, match=r"^'\.' says no format"):
        export(ITEMS, Path())


@pytest.mark.parametrize(("lines", "kind"), [(0, "not_an_export"), (1, "bad_row")], ids=["header", "row"])
def test_brackets_without_end_are_refused(tmp_path: Path, exported: Path, lines: int, kind: str) -> None:
    header = exported.read_text().splitlines(keepends=True)[:lines]
    exported.write_text("".join(header) + "[" * 100_000 + "\n")
    with pytest.raises(SourceError) as caught:
        import_items(exported, tmp_path)
    assert caught.value.kind == kind


def test_default_queries_need_no_preparation_after_an_import(tmp_path: Path, exported: Path) -> None:
    import_items(exported, tmp_path)
    with open_collection(tmp_path, "default") as store:
        assert store.load_derived("null-audio") is not None
