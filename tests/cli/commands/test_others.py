"""Looking at collections and changing them from the command line."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from emoretrieve.store import edge
from tests.cli.commands.test_index import list_ids, read_all
from tests.cli.conftest import Run
from tests.emoretrieve.store.test_faults import mounted


def test_show_describes_a_file_without_storing_it(run: Run, media: Path, home: Path) -> None:
    shown = run("show", media / "sunny.png", "--json").json
    assert shown["modality"] == "image"
    assert not home.exists()


def test_show_says_everything_of_an_item(run: Run, media: Path, filled: Path) -> None:
    shown = run("show", media / "mist.png").out
    for expected in ("Mist over the lake · Anna Berg", str(media / "mist.png"), "1890", "excitement", "fragment 4"):
        assert expected in shown
    assert filled.is_dir()


@pytest.mark.usefixtures("filled")
def test_list_narrows_by_modality_filter_and_limit(run: Run) -> None:
    assert len(list_ids(run, "--modality", "audio")) == 3
    assert len(list_ids(run, "--filter", "year=1900..")) == 2
    assert len(list_ids(run, "--limit", "5")) == 5


@pytest.mark.usefixtures("filled")
def test_list_is_in_the_order_of_ids(run: Run) -> None:
    ids = list_ids(run)
    assert ids == sorted(ids)


@pytest.mark.usefixtures("filled")
def test_list_shows_title_artist_and_file(run: Run) -> None:
    shown = run("list").out
    assert "A hum · Eva Falk  song" in shown
    assert "hum.wav" in shown


def test_status_of_nothing_says_how_to_begin(run: Run, home: Path) -> None:
    outcome = run("status")
    assert outcome.code == 0
    assert str(home) in outcome.out
    assert "emoretrieve index" in outcome.out


def test_status_counts_every_collection(run: Run, media: Path, filled: Path) -> None:
    run("index", media, "--workers", "1", "--limit", "1", "--collection", "small")
    shown = run("status").out
    assert "3 songs, 4 pictures" in shown
    assert "small" in shown
    assert str(filled) in shown


def test_status_fits_80_columns_but_for_folders(run: Run, filled: Path) -> None:
    (filled / "collections" / "damaged").mkdir()
    (filled / "collections" / "damaged" / "collection.json").write_text("{")
    lines = run("status").out.splitlines()
    assert max(len(line) for line in lines if str(filled) not in line) <= 80


@pytest.mark.usefixtures("filled")
@pytest.mark.usefixtures("filled")
def test_optimising_leaves_the_items_and_the_answers_as_they_are(
    run: Run, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    items, answer = list_ids(run), run("query", media / "hum.wav", "--json").json
    monkeypatch.setattr(edge, "GRAPH_FROM", 1)
    assert f"{len(items)} items optimised in" in run("optimise").out
    assert "with a graph" in run("status").out
    assert list_ids(run) == items
    assert run("query", media / "hum.wav", "--json").json == answer
    assert run("query", media / "hum.wav", "--exact", "--json").json == answer


def test_status_of_a_collection_that_is_not_there_fails(run: Run) -> None:
    assert run("status", "--collection", "other", "--json").json["kind"] == "no_collection"


@pytest.mark.usefixtures("filled")
def test_delete_removes_by_file_and_by_id(run: Run, media: Path) -> None:
    first = list_ids(run, "--modality", "audio")[0]
    outcome = run("delete", media / "mist.png", first, "--yes", "--json")
    assert outcome.json == {"deleted": 2}
    assert len(list_ids(run)) == 5
    assert (media / "mist.png").exists()


@pytest.mark.usefixtures("filled")
def test_delete_of_what_is_not_indexed_removes_nothing(run: Run, media: Path, tmp_path: Path) -> None:
    outcome = run("delete", media / "mist.png", tmp_path / "unknown.png", "--yes")
    assert outcome.code == 1
    assert len(list_ids(run)) == 7


@pytest.mark.usefixtures("filled")
def test_delete_without_a_terminal_wants_to_be_told_yes(run: Run, media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Path(os.devnull).open() as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        outcome = run("delete", media / "mist.png")
    assert outcome.code == 2
    assert "--yes" in outcome.err


@pytest.mark.usefixtures("filled")
def test_delete_all_removes_the_chosen_collection_only(run: Run, media: Path) -> None:
    run("index", media, "--workers", "1", "--limit", "1", "--collection", "small")
    assert run("delete", "--all", "--collection", "small", "--yes").code == 0
    assert run("status", "--collection", "small", "--json").json["kind"] == "no_collection"
    assert len(list_ids(run)) == 7


def test_a_damaged_collection_can_be_removed_as_its_error_says(run: Run, media: Path, filled: Path) -> None:
    (filled / "collections" / "default" / "collection.json").write_text("{")
    refused = run("list", "--json").json
    assert refused["kind"] == "corrupt"
    assert "'emoretrieve delete --all'" in str(refused["error"])
    assert run("delete", "--all", "--yes").code == 0
    assert run("index", media / "mist.png", "--workers", "1").code == 0


@pytest.mark.parametrize("words", [["--yes"], ["--all", "mist.png", "--yes"]])
@pytest.mark.usefixtures("filled")
def test_delete_takes_items_or_all(run: Run, words: list[str]) -> None:
    outcome = run("delete", *words)
    assert outcome.code == 2
    assert "say --all" in outcome.err
    assert len(list_ids(run)) == 7


@pytest.mark.parametrize(("typed", "code", "left"), [(b"y\n", 0, 6), (b"n\n", 1, 7)])
@pytest.mark.usefixtures("filled")
def test_delete_asks_first(run: Run, media: Path, typed: bytes, code: int, left: int) -> None:
    screen, terminal = pty.openpty()
    command = [sys.executable, "-m", "emoretrieve_cli.main", "delete", str(media / "mist.png")]
    with subprocess.Popen(command, stdin=terminal, stdout=terminal, stderr=terminal, env=os.environ) as process:
        os.close(terminal)
        os.write(screen, typed)
        shown = read_all(screen)
    assert "[y/N]" in shown
    assert process.returncode == code
    assert len(list_ids(run)) == left


@pytest.mark.parametrize("ending", ["parquet", "jsonl", "jsonl.gz"])
@pytest.mark.usefixtures("filled")
def test_an_exported_collection_comes_back_the_same(run: Run, tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"all.{ending}"
    assert run("export", file, "--json").json == {"exported": 7, "file": str(file)}
    imported = run("import", file, "--data", tmp_path / "elsewhere", "--json")
    assert imported.json == {"imported": 7, "collection": "default"}
    assert run("list", "--data", tmp_path / "elsewhere", "--json").out == run("list", "--json").out


def test_doctor_finds_this_installation_well(run: Run) -> None:
    outcome = run("doctor", "--json")
    assert outcome.code == 0
    checks = outcome.json["checks"]
    assert isinstance(checks, list)
    found = {check["name"]: check["status"] for check in checks}
    assert found["engine"] == found["numpy"] == found["data folder"] == "ok"
    assert {"ffmpeg", "extra qwen", "extra ray"} <= set(found)


def test_doctor_tells_how_to_get_what_is_missing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert "install ffmpeg" in run("doctor").out.replace("\n" + " " * 27, " ")


def test_doctor_fails_on_a_data_folder_that_cannot_be_written(run: Run, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    outcome = run("doctor", "--data", blocked / "home")
    assert outcome.code == 1
    assert "BROKEN" in outcome.out


def test_doctor_fails_on_a_disk_without_space(run: Run, tmp_path: Path) -> None:
    (tmp_path / "small").mkdir()
    with mounted(tmp_path / "small", "-t", "tmpfs", "-o", "size=8m", "tmpfs"):
        outcome = run("doctor", "--data", tmp_path / "small", "--json")
    assert outcome.code == 1
    assert "free at least 42 MB" in outcome.out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_for_the_shell(run: Run, shell: str) -> None:
    assert "_EMORETRIEVE_COMPLETE" in run("completion", shell).out


def test_completion_knows_the_commands() -> None:
    environment = {
        **os.environ,
        "_EMORETRIEVE_COMPLETE": "bash_complete",
        "COMP_WORDS": "emoretrieve qu",
        "COMP_CWORD": "1",
    }
    command = [sys.executable, "-m", "emoretrieve_cli.main"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.stdout == "plain,query\n"
