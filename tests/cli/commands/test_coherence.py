"""`evaluate --coherence`: captions held against songs and pictures from the command line."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from emoretrieve_cli.terminal.text import cell_width
from random_towers import write_random_towers
from tests.cli.conftest import Run


@pytest.fixture(scope="module")
def towers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Weights that have learnt nothing."""
    pytest.importorskip("transformers", reason="needs the extras 'clap' and 'clip'")
    return {family: write_random_towers(family, tmp_path_factory.mktemp(family)) for family in ("clap", "clip")}


@pytest.fixture
def own_media(run: Run, media: Path, tmp_path: Path) -> Path:
    """Media of the test's own, indexed."""
    folder = tmp_path / "own"
    shutil.copytree(media, folder)
    assert run("index", folder, "--workers", "1").code == 0
    return folder


def test_both_of_the_paper_s_tables_are_shown_with_the_caution(
    run: Run, filled: Path, towers: dict[str, Path], tmp_path: Path
) -> None:
    chosen = [word for name, place in towers.items() for word in ("--coherence", f"{name}={place}")]
    outcome = run("evaluate", "--draws", "20", *chosen, "--markdown", tmp_path / "e.md")
    assert outcome.code == 0, outcome.err
    assert "Captions and songs, by clap (Table III)" in outcome.out
    assert "Captions and pictures, by clip (Table IV)" in outcome.out
    assert outcome.out.count("CAUTION: random weights") == 6
    assert [line for line in outcome.out.splitlines() if cell_width(line) > 80] == []
    assert "## Captions and pictures, by clip: own caption found" in (tmp_path / "e.md").read_text(encoding="utf-8")
    assert (filled / "vectors.sqlite").exists()


def test_weights_are_those_that_the_collection_remembers(run: Run, filled: Path, towers: dict[str, Path]) -> None:
    assert filled
    run("index", "--embed", "clip", "--weights", towers["clip"])
    found: Any = run("evaluate", "--draws", "20", "--coherence", "clip", "--json").json["coherence"]
    assert [one["weights"] for one in found] == [str(towers["clip"])]


def test_what_fails_is_listed_and_told_by_the_exit_code(run: Run, own_media: Path, towers: dict[str, Path]) -> None:
    (own_media / "night.png").write_bytes((own_media / "sunny.png").read_bytes())
    outcome = run("evaluate", "--draws", "20", "--coherence", f"clip={towers['clip']}", "--json")
    failed: Any = outcome.json["coherence"]
    assert (outcome.code, [one["kind"] for one in failed[0]["failed"]]) == (3, ["changed_file"])


def test_nothing_is_kept_where_nothing_was_asked(run: Run, filled: Path) -> None:
    run("evaluate", "--draws", "20")
    assert not (filled / "vectors.sqlite").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--device", "cpu"], "--device says what --coherence runs on"),
        (["--coherence", "clap="], "--coherence is NAME or NAME=PLACE"),
        (["--coherence", "=weights"], "--coherence is NAME or NAME=PLACE"),
    ],
)
def test_options_without_a_use_are_refused(run: Run, filled: Path, words: list[str], said: str) -> None:
    assert filled
    outcome = run("evaluate", *words)
    assert (outcome.code, said in outcome.err) == (2, True)


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("nix", "unknown_perception"),
        ("no/name", "unknown_perception"),
        ("clap=nowhere", "unknown_model"),
        ("imagebind", "licence_not_accepted"),
    ],
)
def test_an_embedder_that_cannot_be_used_is_told(run: Run, filled: Path, word: str, kind: str) -> None:
    assert filled
    outcome = run("evaluate", "--coherence", word, "--json")
    assert (outcome.code, outcome.json["kind"]) == (1, kind)
