"""What people see of a collection whose files are damaged, and how they get it back."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from emoretrieve.library import Library
from emoretrieve.store.collections import open_collection
from tests.cli.conftest import Run
from tests.emoretrieve.store.samples import SIGNATURE, assorted

ITEMS = assorted(20)


@pytest.fixture
def damaged(home: Path) -> Path:
    """The data folder with the collections `paintings`, one file of which is damaged, and `songs`."""
    for name in ("paintings", "songs"):
        with open_collection(home, name, signature=SIGNATURE, create=True) as store:
            store.upsert(ITEMS)
    for file in (home / "collections" / "paintings").glob("shard/segments/*/segment.json"):
        file.write_text("{")
    return home


@pytest.mark.usefixtures("damaged")
def test_status_names_the_damaged_collection_and_goes_on(run: Run) -> None:
    outcome = run("status", "--json")
    paintings, songs = cast("list[dict[str, object]]", outcome.json["collections"])
    assert outcome.code == 0
    assert (paintings["name"], paintings["kind"]) == ("paintings", "corrupt")
    assert (songs["name"], songs["items"]) == ("songs", {"audio": 10, "image": 10})


@pytest.mark.usefixtures("damaged")
@pytest.mark.parametrize("words", [["list"], ["query", "calm"], ["export", "-"]])
def test_a_damaged_collection_is_refused_in_one_sentence(words: list[str], run: Run) -> None:
    outcome = run(*words, "--collection", "paintings")
    assert (outcome.code, outcome.out) == (1, "")
    assert "Its files are damaged; restore them from a copy" in " ".join(outcome.err.split())


def test_a_damaged_collection_comes_back_from_an_export(damaged: Path, run: Run, tmp_path: Path) -> None:
    export = tmp_path / "kept.jsonl"
    assert run("export", export, "--collection", "songs").code == 0
    assert run("delete", "--all", "--yes", "--collection", "paintings").code == 0
    assert run("import", export, "--collection", "paintings").code == 0
    with Library.open(damaged, "paintings") as library:
        assert sorted(one.id for one in library.items()) == sorted(one.id for one in ITEMS)
