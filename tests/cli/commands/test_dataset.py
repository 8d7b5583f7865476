"""Samples of data sets from the command line."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import click
import pytest

from emoretrieve_cli.commands.index import command
from emoretrieve_indexer.datasets.sample import DATASETS
from tests.cli.conftest import Run
from tests.indexer.datasets.layouts import write_artgraph, write_fma


@pytest.fixture
def artgraph(tmp_path: Path, media: Path) -> Path:
    """Four pictures of two styles."""
    folder = write_artgraph(tmp_path / "art", ["realism", "realism", "realism", "cubism"])
    for number, picture in enumerate(sorted(media.glob("*.png"))):
        shutil.copy(picture, folder / f"{number}.png")
    return folder


def test_a_sample_is_indexed_with_its_metadata(run: Run, artgraph: Path) -> None:
    words = ("index", "--dataset", "artgraph", artgraph, "--sample", "2", "--workers", "1", "--json")
    assert run(*words).json["indexed"] == 2
    items: Any = run("list", "--json").json["items"]
    assert {item["metadata"]["style"] for item in items} == {"realism", "cubism"}
    assert run(*words).json["unchanged"] == 2


def test_songs_of_fma_are_indexed(run: Run, tmp_path: Path, media: Path) -> None:
    folder = write_fma(tmp_path / "fma", {2: "Folk"})
    shutil.copy(media / "hum.wav", folder / "000002.mp3")
    outcome = run("index", "--dataset", "fma", folder, "--workers", "1", "--json")
    assert outcome.json["indexed"] == 1
    assert "Only 1 items" in outcome.err


@pytest.mark.parametrize(
    "words",
    [
        ["--dataset", "artgraph"],
        ["--dataset", "artgraph", "one", "two"],
        ["--dataset", "mnist", "one"],
        ["--dataset", "fma", "one", "--prune"],
        ["--dataset", "fma", "one", "--sample", "0"],
        ["one", "--seed", "3"],
    ],
)
def test_what_makes_no_sense_is_told(run: Run, words: list[str]) -> None:
    outcome = run("index", *words, "--json")
    assert (outcome.json["kind"], outcome.code) == ("usage", 2)


def test_a_folder_of_something_else_is_told_and_makes_no_collection(run: Run, tmp_path: Path, home: Path) -> None:
    outcome = run("index", "--dataset", "fma", tmp_path, "--json")
    assert (outcome.json["kind"], outcome.code) == ("bad_dataset", 1)
    assert not (home / "collections").exists()


def test_the_command_names_the_data_sets_that_there_are() -> None:
    choice = next(option for option in command.params if option.name == "dataset").type
    assert isinstance(choice, click.Choice)
    assert tuple(choice.choices) == tuple(DATASETS)
