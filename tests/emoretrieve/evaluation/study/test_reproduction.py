"""The study computed again; its real files lie beside the checkout and are not part of the project."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from emoretrieve.evaluation.study.reproduction import Reproduction, reproduce
from tests.emoretrieve.evaluation.study.sample import COUNT

STUDY = Path(__file__).parents[4] / "../shared/seed_study"
needs_the_study = pytest.mark.skipif(not STUDY.is_dir(), reason="the study's tables are not beside the checkout")


@pytest.fixture(scope="module")
def study() -> Reproduction:
    return reproduce(STUDY)


def ours(reproduction: Reproduction, title: str, metric: str) -> float | None:
    (value,) = [
        cell.ours
        for section in reproduction.findings
        if section.title.startswith(title)
        for cell in section.cells
        if cell.metric == metric
    ]
    return value


@needs_the_study
def test_all_published_pairs_and_cosines_come_out(study: Reproduction) -> None:
    assert (study.pairs, study.published) == (100, 100)
    assert ours(study, "The published pairs are", "published cosines like ours to 1e-4") == 100
    assert ours(study, "The songs' similarities", "cells whose cosine comes out") == 600


@needs_the_study
def test_every_finding_comes_out(study: Reproduction) -> None:
    verdicts = {cell.metric: cell.verdict for section in study.findings for cell in section.cells}
    assert set(verdicts.values()) <= {"same", "near", "not stated"}
    assert [metric for metric, verdict in verdicts.items() if verdict == "near"] == [
        "random 1:1, sd of the mean over 10,000 draws",
        "songs, R",
        "songs, G",
        "songs, B",
        "images of the pairs, R",
        "images of the pairs, G",
        "images of the pairs, B",
    ]


@needs_the_study
def test_tables_five_and_six_come_out_cell_by_cell(study: Reproduction) -> None:
    assert {cell.verdict for section in study.tables[4:] for cell in section.cells} == {"same"}


@needs_the_study
def test_lengths_of_wholes_and_of_images_fragments_come_out_to_the_digit(study: Reproduction) -> None:
    apart = {
        (cell.column, cell.metric)
        for section in study.tables[:2]
        for cell in section.cells
        if cell.verdict != "same" and cell.column != "Agg. Audio Fragments"
    }
    assert apart == {("Total Audios", "Complete Descriptions"), ("Total Audios", "Incomplete Descriptions")}


@needs_the_study
def test_every_cell_that_does_not_come_out_says_why(study: Reproduction) -> None:
    lacking = [cell for cell in study.cells if cell.verdict in ("differs", "no data")]
    assert len(lacking) == 26
    assert all(cell.why for cell in lacking)


@needs_the_study
def test_the_published_statistics_are_those_of_the_paper_but_for_one_column(study: Reproduction) -> None:
    apart = {
        (section.title[:9].rstrip(":"), cell.column)
        for section in study.tables
        for cell in section.cells
        if cell.files is not None and cell.text(cell.files) != cell.stated
    }
    assert apart == {("Table III", "Total Audios")}


def test_a_made_up_study_comes_out_as_it_was_made(sample: Path) -> None:
    reproduction = reproduce(sample)
    assert reproduction.pairs == reproduction.published == COUNT
    assert ours(reproduction, "The songs' similarities", "cells whose cosine comes out") == 6 * COUNT
    assert ours(reproduction, "The songs' similarities", "cells whose song has this rank") == 6 * COUNT
    assert "NaN" not in json.dumps(reproduction.to_json())


def test_pairs_that_were_not_made_by_greedy_are_not_found_among_ours(sample: Path) -> None:
    text = (sample / "pairs.csv").read_text(encoding="utf-8")
    swapped = text.replace("image_03", "image_x").replace("image_04", "image_03").replace("image_x", "image_04")
    (sample / "pairs.csv").write_text(swapped, encoding="utf-8")
    text = (sample / "imagebind_scores.csv").read_text(encoding="utf-8")
    swapped = text.replace("image_03", "image_x").replace("image_04", "image_03").replace("image_x", "image_04")
    (sample / "imagebind_scores.csv").write_text(swapped, encoding="utf-8")
    assert reproduce(sample).pairs == COUNT - 2
