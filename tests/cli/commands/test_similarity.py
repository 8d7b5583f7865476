"""`similarity` shows the statistics of pairs, computed and stated."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.toy_embedder import install_toy


@pytest.fixture
def embedded(run: Run, filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A collection with vectors `toy` of all but one picture; a table of pairs with scores."""
    install_toy(tmp_path / "packages", monkeypatch)
    assert filled
    run("index", "--embed", "toy")
    table = tmp_path / "pairs.csv"
    table.write_text("song,picture,score\nhum.wav,mist.png,0.9\ndrums.wav,night.png,0.8\n")
    return table


def test_computed_and_stated_scores_stand_side_by_side(run: Run, embedded: Path) -> None:
    outcome = run("similarity", embedded, "--by", "toy")
    assert outcome.code == 0
    assert "  computed    stated" in outcome.out
    assert outcome.out.splitlines()[1].split() == ["pairs", "2", "2"]
    assert "Random pairs of the same members: mean " in outcome.out
    assert "differ by at most" in outcome.out


def test_without_vectors_the_stated_scores_are_looked_at(run: Run, embedded: Path) -> None:
    outcome = run("similarity", embedded)
    assert outcome.code == 0
    assert outcome.out.splitlines()[2].split() == ["mean", "0.8500"]


def test_pairs_that_are_skipped_are_listed_and_said_in_the_exit_code(run: Run, embedded: Path) -> None:
    with embedded.open("a") as table:
        table.write("tune.wav,storm.png,0.1\n")
    outcome = run("similarity", embedded, "--by", "toy")
    assert outcome.code == 3
    assert "1 pairs skipped" in outcome.out
    assert "storm.png" in outcome.out


def test_what_pair_wrote_is_read(run: Run, embedded: Path, tmp_path: Path) -> None:
    assert embedded
    run("pair", "--csv", tmp_path / "own.csv")
    run("pair", "--csv", tmp_path / "study.csv", "--layout", "study")
    counts = [
        run("similarity", tmp_path / name, "--by", "toy", "--json").json["computed"]
        for name in ("own.csv", "study.csv")
    ]
    assert counts[0] == counts[1]


def test_a_table_without_scores_needs_vectors(run: Run, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("song,picture\na,b\n")
    outcome = run("similarity", tmp_path / "t.csv")
    assert outcome.code == 2
    assert "--by imagebind" in outcome.err
