"""Numbers about a collection from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pytest

from emoretrieve.evaluation.truth.protocol import PROTOCOLS
from emoretrieve_cli.commands.evaluate import command
from emoretrieve_cli.terminal.text import cell_width
from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("filled")


def evaluated(run: Run, *words: str | Path) -> dict[str, Any]:
    outcome = run("evaluate", "--draws", "50", *words, "--json")
    assert outcome.code == 0, outcome
    return outcome.json


def test_every_number_stands_in_the_answer(run: Run) -> None:
    evaluation = evaluated(run, "--match", "concat")
    assert evaluation["items"] == {"audio": 3, "image": 4}
    assert [one["measure"] for one in evaluation["cross"]["pairs"]] == ["plain", "centred", "whitened"]
    assert evaluation["stability"] is None


def test_weights_and_match_reach_the_scores(run: Run) -> None:
    by_weights = evaluated(run, "--weights", "1,0,0,0,0")["cross"]["pairs"]
    assert by_weights == evaluated(run, "--match", "whole")["cross"]["pairs"]


def test_the_tables_fit_the_terminal(run: Run) -> None:
    run("sync", "--as", "again")
    shown = run("evaluate", "--against", "again").out
    assert all(word in shown for word in ("Descriptions", "random 1:1", "hungarian", "Hubs", "ICC(2,1)", "chance"))
    assert [line for line in shown.splitlines() if cell_width(line) > 80] == []


def test_markdown_holds_the_same_tables(run: Run, tmp_path: Path) -> None:
    shown = run("evaluate", "--draws", "50", "--markdown", tmp_path / "e.md").out
    text = (tmp_path / "e.md").read_text(encoding="utf-8")
    titles = [line[3:] for line in text.splitlines() if line.startswith("## ")]
    assert [title for title in titles if title not in shown] == []
    assert "| ---: |" in text
    assert "| random 1:1 |" in text


def test_tables_in_markdown_give_way_to_others_and_notes_do_not(run: Run, tmp_path: Path) -> None:
    evaluated(run, "--markdown", tmp_path / "e.md")
    evaluated(run, "--markdown", tmp_path / "e.md")
    (tmp_path / "notes.md").write_text("# Notes\n")
    outcome = run("evaluate", "--markdown", tmp_path / "notes.md", "--json")
    assert (outcome.code, outcome.json["kind"]) == (1, "not_writable")
    assert (tmp_path / "notes.md").read_text() == "# Notes\n"


def test_a_copy_agrees_with_its_original(run: Run) -> None:
    run("sync", "--as", "again")
    stability = evaluated(run, "--against", "again")["stability"]
    assert stability["items"] == {"audio": 3, "image": 4}
    assert [one["share"] for one in stability["overlaps"]] == [1, 1]


@pytest.mark.parametrize(
    ("words", "kind", "code"),
    [
        (["--match", "vibes"], "bad_match", 2),
        (["--draws", "0"], "usage", 2),
        (["--against", "default"], "same_collection", 1),
        (["--against", "nobody"], "no_collection", 1),
        (["--collection", "nobody"], "no_collection", 1),
        (["--markdown", "/nowhere/at/all.md"], "not_writable", 1),
        (["--truth", "/nowhere.csv"], "not_found", 1),
        (["--truth", "/nowhere.csv", "--relevant-from", "-1"], "bad_threshold", 2),
        (["--protocol", "emo-clim"], "usage", 2),
        (["--truth", "/nowhere.csv", "--protocol", "guesswork"], "usage", 2),
    ],
)
def test_what_makes_no_sense_is_told_in_one_sentence(run: Run, words: list[str], kind: str, code: int) -> None:
    outcome = run("evaluate", *words, "--json")
    assert (outcome.json["kind"], outcome.code) == (kind, code)
    assert str(outcome.json["error"]).count(". ") <= 1


def test_one_item_is_told(run: Run, media: Path, tmp_path: Path) -> None:
    run("index", media / "hum.wav", "--collection", "one")
    outcome = run("evaluate", "--collection", "one", "--markdown", tmp_path / "e.md", "--json")
    assert outcome.json["kind"] == "too_few_items"
    assert not (tmp_path / "e.md").exists()


def test_a_collection_of_another_perception_is_no_second_run(run: Run, tmp_path: Path) -> None:
    parts = ["whole", "fragment_1", "fragment_2", "fragment_3", "fragment_4"]
    (tmp_path / "t.csv").write_text(f"name,modality,{','.join(parts)}\nx,audio,a,sad,song,of,rain\n")
    run("index", "--captions", tmp_path / "t.csv", "--collection", "told")
    assert run("evaluate", "--against", "told", "--json").json["kind"] == "other_signature"


def test_truth_stands_beside_random_and_oracle(run: Run, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("item,label\nhum.wav,calm\nmist.png,calm\nghost,calm\n")
    truth = evaluated(run, "--truth", tmp_path / "t.csv")["truth"]
    assert (truth["rows"], truth["unknown"]) == (3, 1)
    assert [one["from"] for one in truth["retrievals"]] == ["audio", "image"]
    shown = run("evaluate", "--draws", "9", "--truth", tmp_path / "t.csv").out
    assert all(word in shown for word in ("random", "oracle", "nDCG", "median rank", "1 of 3 rows"))
    assert [line for line in shown.splitlines() if cell_width(line) > 80] == []


def test_the_command_names_the_protocols_that_there_are() -> None:
    choice = next(option for option in command.params if option.name == "protocol").type
    assert isinstance(choice, click.Choice)
    assert tuple(choice.choices) == PROTOCOLS
