"""`emoretrieve sync`, `alias` and `snapshot`, as a person uses them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run
from tests.emoretrieve.store.fake_qdrant import FakeQdrant

pytestmark = pytest.mark.usefixtures("filled")


def listed(run: Run, *words: str | Path) -> object:
    return run("list", "--json", *words).json["items"]


def found(run: Run, *words: str | Path) -> list[tuple[object, object, object]]:
    """Ids, scores and chances of what a query finds."""
    results: Any = run("query", "--json", *words).json["results"]
    return [(one["id"], one["score"], one["p_best"]) for one in results]


def test_a_collection_is_taken_to_another_folder_and_answers_there(run: Run, media: Path, tmp_path: Path) -> None:
    outcome = run("sync", "--to", tmp_path / "other")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith("7 new, 0 unchanged in 'default'")
    assert all(len(line) <= 80 for line in outcome.out.splitlines())
    assert "Verified: 3 songs and 4 pictures, checksum " in outcome.out
    assert listed(run, "--data", tmp_path / "other") == listed(run)
    assert found(run, media / "hum.wav", "--data", tmp_path / "other") == found(run, media / "hum.wav")


def test_a_collection_is_taken_to_a_server_and_all_works_there(run: Run, media: Path, tmp_path: Path) -> None:
    """Not a real one."""
    with FakeQdrant(key="the-key") as fake:
        assert run("sync", "--to", fake.url, "--json").json["kind"] == "refused_key"
        key = tmp_path / "key"
        key.write_text("the-key")
        outcome = run("sync", "--to", fake.url, "--to-option", f"api_key_file={key}")
        assert (outcome.code, outcome.err) == (0, "")
        assert "Verified: 3 songs and 4 pictures, checksum " in outcome.out
        server = ("--qdrant-url", fake.url, "--qdrant-option", f"api_key_file={key}")
        assert listed(run, *server) == listed(run)
        assert found(run, media / "hum.wav", *server) == found(run, media / "hum.wav")
        assert run("alias", "set", "best", "default", *server).code == 0
        assert run("reindex", "best", *server).code == 0
        assert listed(run, "--collection", "best", *server) == listed(run)
        name = str(run("snapshot", "create", "--collection", "best", "--json", *server).json["snapshot"])
        restored = run("snapshot", "restore", name, "--collection", "best", "--as", "copy", *server)
        assert restored.out == "The collection 'copy' is restored with 7 items.\n"
        home = ("--to", tmp_path / "again", "--collection", "copy", *server)
        assert run("sync", *home).code == 0
        assert listed(run, "--data", tmp_path / "again", "--collection", "copy") == listed(run)


def test_options_of_a_server_need_one(run: Run) -> None:
    assert run("sync", "--as", "copy", "--to-option", "timeout_s=3").code == 2
    outcome = run("sync", "--to", "http://127.0.0.1:1", "--to-option", "timeout")
    assert (outcome.code, "Try 'emoretrieve sync --help'." in outcome.err) == (2, True)
    assert run("sync", "--to", "http://127.0.0.1:1", "--to-option", "nonsense=3", "--json").json["kind"] == (
        "bad_server_option"
    )


def test_a_second_sync_says_that_nothing_changed(run: Run) -> None:
    run("sync", "--as", "copy")
    assert run("sync", "--as", "copy").out.startswith("0 new, 7 unchanged in 'copy'")
    assert run("sync", "--as", "copy", "--dry-run").out.startswith("0 would be new, 7 unchanged in 'copy'")


def test_sync_wants_to_know_where(run: Run) -> None:
    assert run("sync").code == 2
    assert run("sync", "--to", "ftp://127.0.0.1").code == 2
    assert run("sync", "--as", "default", "--json").json["kind"] == "same_collection"


def test_an_alias_stands_for_a_collection_in_every_command(run: Run, media: Path, tmp_path: Path) -> None:
    assert run("alias", "set", "best", "default").out == "'best' leads to 'default'.\n"
    for words in (["list"], ["show", media / "mist.png"], ["query", media / "hum.wav"], ["index", media, "--dry-run"]):
        named, plain = run(*words, "--collection", "best", "--json"), run(*words, "--json")
        assert {**named.json, "seconds": 0, "costs": 0} == {**plain.json, "seconds": 0, "costs": 0}
    assert run("export", "--collection", "best", tmp_path / "best.jsonl").code == 0
    assert run("index", media, "--collection", "best", "--json").json["unchanged"] == 7
    assert [one["name"] for one in run("status", "--json").json["collections"]] == ["default"]  # type: ignore[attr-defined]


def test_an_alias_is_switched_and_back(run: Run) -> None:
    run("sync", "--as", "copy")
    run("alias", "set", "best", "default")
    assert run("alias", "set", "best", "copy").out == "'best' leads to 'copy' (before: 'default').\n"
    assert run("alias", "back", "best").out == "'best' leads to 'default' (before: 'copy').\n"
    assert run("alias", "list").out == "'best' leads to 'default' (before: 'copy').\n"
    refused = run("delete", "--all", "--yes", "--json")
    assert (refused.code, refused.json["kind"]) == (1, "aliased")
    assert run("alias", "delete", "best").out == "The alias 'best' is removed; the collection 'default' stays.\n"
    assert run("delete", "--all", "--yes").code == 0


def test_a_collection_is_built_anew_in_other_colours_and_switched(run: Run) -> None:
    before = listed(run)
    run("alias", "set", "best", "default")
    outcome = run("reindex", "best", "--recolour", "--set", "colour.readout=text")
    assert outcome.code == 2, "the lexicon has no readout"
    outcome = run("reindex", "best", "--recolour")
    assert outcome.code == 0
    assert outcome.out.startswith("'default-2' is built from 'default' (")
    assert "'best' leads to 'default-2'" in outcome.out
    assert listed(run, "--collection", "best") == before
    run("alias", "back", "best")
    assert run("alias", "list").out == "'best' leads to 'default' (before: 'default-2').\n"


def test_options_of_colours_need_a_recolouring(run: Run) -> None:
    assert run("reindex", "best", "--mapper", "lexicon").code == 2


def test_a_snapshot_is_made_listed_restored_and_deleted(run: Run, media: Path) -> None:
    before = listed(run)
    name = str(run("snapshot", "create", "--json").json["snapshot"])
    run("delete", media / "mist.png", "--yes")
    assert run("snapshot", "list").out.startswith(f"{name}: 'default', 7 items, ")
    assert run("snapshot", "restore", name, "--json").json["kind"] == "taken"
    outcome = run("snapshot", "restore", name, "--replace")
    assert outcome.out == "The collection 'default' is restored with 7 items.\n"
    assert listed(run) == before
    assert run("snapshot", "restore", name, "--as", "copy").out == "The collection 'copy' is restored with 7 items.\n"
    assert listed(run, "--collection", "copy") == before
    assert run("snapshot", "delete", name).code == 0
    assert run("snapshot", "list").out == "There is no snapshot; 'emoretrieve snapshot create' makes one.\n"
    assert run("snapshot", "delete", name, "--json").json["kind"] == "no_snapshot"


def test_a_collection_that_was_deleted_comes_back_from_its_snapshot(run: Run) -> None:
    name = str(run("snapshot", "create", "--json").json["snapshot"])
    run("delete", "--all", "--yes")
    assert run("snapshot", "restore", name).code == 0
    assert len(listed(run)) == 7  # type: ignore[arg-type]
