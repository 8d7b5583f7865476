"""Pairs from the command line."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from emoretrieve.pairing import options
from emoretrieve_cli.commands.pair import METHODS
from emoretrieve_cli.terminal.text import cell_width
from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("filled")


def paired(run: Run, *words: str | Path) -> dict[str, Any]:
    outcome = run("pair", *words, "--json")
    assert outcome.code == 0, outcome
    return outcome.json


def cells(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.reader(text))


def test_every_song_gets_a_picture_of_its_own(run: Run) -> None:
    pairing = paired(run)
    assert (pairing["sources"], pairing["targets"], len(pairing["pairs"])) == (3, 4, 3)
    assert len({pair["to"]["id"] for pair in pairing["pairs"]}) == 3
    assert len(pairing["unpaired"]["to"]) == 1


def test_every_run_gives_the_same_pairs(run: Run) -> None:
    assert paired(run, "--method", "greedy") == paired(run, "--method", "greedy")


def test_pictures_look_for_songs(run: Run) -> None:
    pairing = paired(run, "--from", "image", "--capacity", "2")
    assert pairing["to"] == "audio"
    assert len(pairing["pairs"]) == 4


def test_filters_match_and_weights_reach_the_pairing(run: Run) -> None:
    pairing = paired(run, "--to-filter", "artist=Anna Berg", "--from-filter", "year=2000..", "--draws", "7")
    assert [(pair["from"]["metadata"]["title"], pair["to"]["metadata"]["title"]) for pair in pairing["pairs"]] == [
        ("A hum", "Mist over the lake")
    ]
    assert pairing["random"]["draws"] == 7
    assert paired(run, "--weights", "1,0,0,0,0")["pairs"] == paired(run, "--match", "whole")["pairs"]


def test_the_table_says_what_the_pairs_are_worth_and_fits_the_terminal(run: Run) -> None:
    shown = run("pair", "--limit", "2").out
    assert all(word in shown for word in ("3 songs, 4 pictures, 3 pairs", "random 1:1", *METHODS, "1 more"))
    assert "without a partner: 1 picture" in shown
    assert [line for line in shown.splitlines() if cell_width(line) > 80] == []


def test_a_table_of_our_own_holds_every_pair(run: Run, tmp_path: Path) -> None:
    pairing = paired(run, "--csv", tmp_path / "pairs.csv", "--limit", "1")
    header, *rows = cells(tmp_path / "pairs.csv")
    assert header == ["rank", "score", "from", "to", "from_id", "to_id"]
    assert len(rows) == 3
    first = pairing["pairs"][0]
    assert rows[0] == [
        "1",
        repr(first["score"]),
        first["from"]["paths"][0],
        first["to"]["paths"][0],
        first["from"]["id"],
        first["to"]["id"],
    ]


def test_a_table_in_the_studys_layout_names_the_song_first(run: Run, tmp_path: Path) -> None:
    paired(run, "--from", "image", "--csv", tmp_path / "pairs.csv", "--layout", "study")
    header, *rows = cells(tmp_path / "pairs.csv")
    assert header == ["Posizione", "Similarità Coseno", "Canzone", "Immagine Abbinata"]
    assert all(song.endswith(".wav") and picture.endswith(".png") for _, _, song, picture in rows)
    assert all(len(score) == 6 for _, score, _, _ in rows)


def test_a_table_that_cannot_be_written_is_told(run: Run, tmp_path: Path) -> None:
    outcome = run("pair", "--csv", tmp_path / "nowhere" / "pairs.csv", "--json")
    assert (outcome.code, outcome.json["kind"]) == (1, "not_writable")


def test_what_is_no_table_of_pairs_stays(run: Run, tmp_path: Path) -> None:
    (tmp_path / "captions.csv").write_text("name,whole\nprecious,words\n")
    outcome = run("pair", "--csv", tmp_path / "captions.csv", "--json")
    assert (outcome.code, outcome.json["kind"]) == (1, "not_writable")
    assert (tmp_path / "captions.csv").read_text() == "name,whole\nprecious,words\n"


def test_a_table_of_pairs_gives_way_to_another_layout(run: Run, tmp_path: Path) -> None:
    paired(run, "--csv", tmp_path / "pairs.csv", "--layout", "study")
    paired(run, "--csv", tmp_path / "pairs.csv")
    assert cells(tmp_path / "pairs.csv")[0][0] == "rank"


def test_where_the_page_cannot_be_written_no_table_is_left(run: Run, tmp_path: Path) -> None:
    outcome = run("pair", "--csv", tmp_path / "pairs.csv", "--html", tmp_path / "nowhere" / "pairs.html", "--json")
    assert (outcome.code, outcome.json["kind"]) == (1, "not_writable")
    assert list(tmp_path.glob("*.csv")) == []


def test_one_file_cannot_be_table_and_page(run: Run, tmp_path: Path) -> None:
    outcome = run("pair", "--csv", tmp_path / "pairs", "--html", tmp_path / "pairs", "--json")
    assert (outcome.code, outcome.json["kind"]) == (2, "usage")
    assert not (tmp_path / "pairs").exists()


@pytest.mark.parametrize(
    ("words", "kind", "code"),
    [
        (["--method", "psychic"], "usage", 2),
        (["--capacity", "0"], "bad_capacity", 2),
        (["--match", "vibes"], "bad_match", 2),
        (["--from", "audio", "--to", "audio"], "bad_target", 2),
        (["--to-filter", "artist=Nobody"], "nothing_to_pair", 1),
        (["--weights", "1,2"], "bad_weights", 2),
    ],
)
def test_what_makes_no_sense_is_told_in_one_sentence(run: Run, words: list[str], kind: str, code: int) -> None:
    outcome = run("pair", *words, "--json")
    assert (outcome.json["kind"], outcome.code) == (kind, code)
    assert str(outcome.json["error"]).count(". ") <= 1


def test_a_collection_of_songs_alone_is_told(run: Run, media: Path) -> None:
    run("index", media / "hum.wav", "--collection", "songs")
    outcome = run("pair", "--collection", "songs", "--json")
    assert "holds no picture" in str(outcome.json["error"])


def test_the_command_names_the_methods_that_there_are() -> None:
    assert options.METHODS == METHODS
