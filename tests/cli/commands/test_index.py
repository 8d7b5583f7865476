"""Indexing from the command line."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run


def test_a_first_run_counts_what_it_indexed(run: Run, media: Path) -> None:
    report = run("index", media, "--workers", "1", "--json").json
    assert report["indexed"] == 7
    assert report["failed"] == []


def test_a_second_run_finds_everything_unchanged(run: Run, media: Path, filled: Path) -> None:
    report = run("index", media, "--json").json
    assert (report["indexed"], report["unchanged"]) == (0, 7)
    assert filled.is_dir()


def test_a_file_that_cannot_be_read_is_3_and_is_listed_with_its_reason(run: Run, media: Path, tmp_path: Path) -> None:
    folder = tmp_path / "some"
    shutil.copytree(media, folder)
    (folder / "broken.png").write_bytes((media / "storm.png").read_bytes()[:200])
    outcome = run("index", folder, "--workers", "1")
    assert outcome.code == 3
    assert "7 indexed" in outcome.out
    assert "1 failed" in outcome.out
    assert str(folder / "broken.png") in outcome.out


def test_without_a_terminal_there_is_no_progress_bar(run: Run, media: Path) -> None:
    assert run("index", media, "--workers", "1").err == ""


def test_a_dry_run_stores_nothing(run: Run, media: Path, home: Path) -> None:
    outcome = run("index", media, "--dry-run")
    assert outcome.code == 0
    assert "7 would be indexed" in outcome.out
    assert not home.exists()


@pytest.mark.parametrize(("modality", "count"), [("audio", 3), ("image", 4)])
def test_one_modality_alone_can_be_indexed(run: Run, media: Path, modality: str, count: int) -> None:
    report = run("index", media, "--workers", "1", "--modality", modality, "--json").json
    assert report["indexed"] == count


def test_limit_bounds_what_is_described(run: Run, media: Path) -> None:
    assert run("index", media, "--workers", "1", "--limit", "2", "--json").json["indexed"] == 2


def test_prune_forgets_files_that_are_gone(run: Run, media: Path, tmp_path: Path) -> None:
    folder = tmp_path / "some"
    shutil.copytree(media, folder)
    run("index", folder, "--workers", "1")
    (folder / "storm.png").unlink()
    assert run("index", folder, "--prune", "--json").json["removed"] == 1


def test_what_failed_is_told_within_80_columns(run: Run, tmp_path: Path) -> None:
    (tmp_path / "song.mp3").write_bytes(b"ID3\x04\x00\x00\x00\x00\x00\x14" + bytes(20))
    _, path, *reason = run("index", tmp_path, "--workers", "1").out.splitlines()
    assert path == f"  {tmp_path / 'song.mp3'}"
    assert len(reason) > 1
    assert max(map(len, reason)) <= 80


def test_a_path_that_is_not_there_fails_when_it_is_the_only_one(run: Run, tmp_path: Path) -> None:
    outcome = run("index", tmp_path / "nothing", "--json")
    assert (outcome.code, outcome.json["kind"]) == (1, "not_found")


def test_a_path_that_is_not_there_is_3_beside_good_ones(run: Run, media: Path, tmp_path: Path) -> None:
    outcome = run("index", tmp_path / "nothing", media / "storm.png", "--workers", "1")
    assert outcome.code == 3
    assert "1 indexed" in outcome.out
    assert "There is nothing at" in outcome.out


def test_descriptions_are_let_in_when_asked_for(run: Run, media: Path) -> None:
    run("index", media, "--workers", "1", "--use-descriptions", "--json")
    shown = run("show", media / "mist.png", "--json").json
    captions = shown["captions"]
    assert isinstance(captions, dict)
    assert "Mist over the lake" in captions["whole"]


def test_a_collection_without_descriptions_is_not_mixed_with_them(run: Run, media: Path, filled: Path) -> None:
    outcome = run("index", media, "--use-descriptions", "--json")
    assert outcome.code == 1
    assert outcome.json["kind"] == "other_perception"
    assert filled.is_dir()


def test_an_unknown_perception_is_told_and_leaves_no_collection(run: Run, media: Path, home: Path) -> None:
    outcome = run("index", media, "--perception", "psychic", "--json")
    assert outcome.code == 1
    assert outcome.json["kind"] == "unknown_perception"
    assert not home.exists()


def test_collections_are_apart(run: Run, media: Path, filled: Path) -> None:
    run("index", media, "--workers", "1", "--limit", "1", "--collection", "small")
    assert len(list_ids(run, "--collection", "small")) == 1
    assert len(list_ids(run)) == 7
    assert filled.is_dir()


def test_on_a_terminal_there_is_a_progress_bar_on_stderr(media: Path) -> None:
    screen, terminal = pty.openpty()
    command = [sys.executable, "-m", "emoretrieve_cli.main", "index", str(media), "--workers", "1", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=terminal, env=os.environ) as process:
        os.close(terminal)
        shown = read_all(screen)
        assert process.stdout is not None
        assert process.stdout.read().startswith(b"{")
    assert "7/7" in shown


def list_ids(run: Run, *words: str) -> list[str]:
    items = run("list", "--json", *words).json["items"]
    assert isinstance(items, list)
    return [item["id"] for item in items]


def read_all(screen: int) -> str:
    """Everything that a program wrote to its terminal until it left."""
    shown = b""
    try:
        while piece := os.read(screen, 65_536):
            shown += piece
    except OSError:
        pass  # EIO: the last writer has closed its end
    os.close(screen)
    return shown.decode("utf-8", "replace")
