"""Labels of data sets from the command line, and what an evaluation makes of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from emoretrieve_cli.commands.labels import LABEL_SETS, PAIR_SETS
from emoretrieve_indexer.datasets.labels import grade_table, label_table
from tests.cli.conftest import Run
from tests.indexer.datasets.labels.layouts import write_tables


def test_labels_are_written_as_a_table_that_evaluate_reads(run: Run, tmp_path: Path) -> None:
    folder, table = write_tables(tmp_path / "data"), tmp_path / "captions.csv"
    table.write_text(
        "name,modality,whole,fragment_1,fragment_2,fragment_3,fragment_4\n"
        "2.mp3,audio,wild,wild,wild,wild,wild\n3.mp3,audio,calm,calm,calm,calm,calm\n"
        "lio-sato_storm.jpg,image,wild,wild,wild,wild,wild\nanna-berg_still-life.jpg,image,calm,sad,calm,sad,calm\n"
    )
    assert run("index", "--captions", table, "--json").json["indexed"] == 4
    for name, items in (("deam", 3), ("artemis", 2)):
        assert run("labels", name, folder, tmp_path / f"{name}.csv", "--json").json["items"] == items
    both = [(tmp_path / f"{name}.csv").read_text() for name in ("deam", "artemis")]
    (tmp_path / "truth.csv").write_text(both[0] + "".join(both[1].splitlines(keepends=True)[1:]))
    outcome = run("evaluate", "--draws", "9", "--truth", tmp_path / "truth.csv", "--json")
    truth = outcome.json["truth"]
    assert isinstance(truth, dict)
    assert [one["queries"] for one in truth["retrievals"]] == [2, 2]
    assert truth["unknown"] == 1


def test_a_person_is_told_where_they_are(run: Run, tmp_path: Path) -> None:
    shown = run("labels", "pmemo", write_tables(tmp_path), tmp_path / "l.csv").out
    assert shown == f"Labels of 2 items written to {tmp_path / 'l.csv'}.\n"


@pytest.mark.parametrize(
    ("words", "kind"), [(["mnist", "a", "b"], "usage"), (["deam", "/nowhere", "b"], "bad_dataset")]
)
def test_what_makes_no_sense_is_told(run: Run, words: list[str], kind: str) -> None:
    assert run("labels", *words, "--json").json["kind"] == kind


def test_the_command_names_the_data_sets_that_there_are() -> None:
    assert tuple(label_table.LABEL_SETS) == LABEL_SETS
    assert tuple(grade_table.PAIR_SETS) == PAIR_SETS


def test_pairs_are_written_as_a_table_that_evaluate_reads(run: Run, tmp_path: Path) -> None:
    folder, table = write_tables(tmp_path / "data"), tmp_path / "captions.csv"
    table.write_text(
        "name,modality,whole,fragment_1,fragment_2,fragment_3,fragment_4\n"
        "106.m4a___172.mp3,audio,wild,wild,wild,wild,wild\n107.m4a___1.mp3,audio,calm,calm,calm,calm,calm\n"
        "excitement_0616.jpg,image,wild,wild,wild,wild,wild\ncontentment_0001.jpg,image,calm,calm,calm,calm,calm\n"
    )
    run("index", "--captions", table)
    written = run("labels", "emid", folder, tmp_path / "emid.csv", "--json").json
    assert (written["items"], written["pairs"]) == (None, 4)
    truth = run("evaluate", "--draws", "9", "--truth", tmp_path / "emid.csv", "--json").json["truth"]
    assert isinstance(truth, dict)
    assert (truth["rows"], truth["unknown"]) == (4, 2)
    assert [measure["value"] for measure in truth["retrievals"][0]["measures"] if measure["name"] == "P@1"] == [1.0]
    assert "Grades of 4 pairs" in run("labels", "emid", folder, tmp_path / "emid.csv").out
