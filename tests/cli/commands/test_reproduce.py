"""The study computed again from the command line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from emoretrieve_cli.terminal.text import cell_width
from tests.cli.conftest import Run
from tests.cli.test_study import STUDY
from tests.emoretrieve.evaluation.study.sample import write_sample


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    return write_sample(tmp_path / "study")


def test_every_table_and_the_summary_are_shown_in_eighty_columns(run: Run, sample: Path) -> None:
    outcome = run("reproduce", sample)
    assert outcome.code == 0
    for expected in (
        "Table I:",
        "Table VI:",
        "paper     files      ours",
        "Colours collapse",
        "12 of the 12 published",
    ):
        assert expected in outcome.out
    assert [line for line in outcome.out.splitlines() if cell_width(line) > 80] == []


@pytest.mark.skipif(not STUDY.is_dir(), reason="the study's tables are not beside the checkout")
def test_the_study_itself_comes_out(run: Run) -> None:
    outcome = run("reproduce", STUDY)
    assert [line for line in outcome.out.splitlines() if cell_width(line) > 80] == []
    assert "100 of the 100 published pairs come out." in outcome.out
    assert "Mean                              0.3051    0.2807    0.2807  differs [1]" in outcome.out


def test_no_collection_is_made(run: Run, sample: Path, home: Path) -> None:
    run("reproduce", sample, "--json")
    assert not home.exists()


def test_without_scikit_learn_the_rest_is_shown(run: Run, sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.feature_extraction.text", None)
    reproduction: Any = run("reproduce", sample, "--json").json
    (section,) = [one for one in reproduction["findings"] if one["title"].startswith("Pearson")]
    assert {cell["verdict"] for cell in section["cells"]} == {"no data"}
    assert "emoretrieve[evaluation]" in section["cells"][0]["why"]


def test_a_folder_that_is_not_there_is_told(run: Run, tmp_path: Path) -> None:
    outcome = run("reproduce", tmp_path / "nowhere", "--json")
    assert (outcome.code, outcome.json["kind"]) == (1, "not_found")


def test_a_bad_file_is_told_in_one_sentence(run: Run, sample: Path) -> None:
    (sample / "pairs.csv").write_text("Posizione,Canzone\n1,x\n", encoding="utf-8")
    outcome = run("reproduce", sample, "--json")
    assert (outcome.code, outcome.json["kind"]) == (1, "bad_study")
    assert "has no column 'Similarità Coseno'" in str(outcome.json["error"])
