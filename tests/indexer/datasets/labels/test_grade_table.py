"""Pairs of data sets in their true layouts, as tables of truth."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from emoretrieve.errors import SourceError
from emoretrieve_indexer.datasets.labels.grade_table import PAIR_SETS, write_grades
from tests.indexer.datasets.labels.layouts import write_tables

_SONG = "Audio_Filename,Image1_filename,Image2_filename,Image3_filename\n"


def written(name: str, folder: Path) -> list[tuple[str, str, str]]:
    file = folder / "grades.csv"
    write_grades(PAIR_SETS[name], folder, file)
    with file.open(newline="") as text:
        return [(row["from"], row["to"], row["grade"]) for row in csv.DictReader(text)]


def test_a_clip_of_emid_goes_with_each_of_its_pictures(tmp_path: Path) -> None:
    assert written("emid", write_tables(tmp_path)) == [
        ("106.m4a___172.mp3", "amusement_2226.jpg", "1"),
        ("106.m4a___172.mp3", "amusement_2906.jpg", "1"),
        ("106.m4a___172.mp3", "excitement_0616.jpg", "1"),
        ("107.m4a___1.mp3", "contentment_0001.jpg", "1"),
    ]


def test_pairs_of_all_parts_of_imemnet_keep_their_score_and_come_once(tmp_path: Path) -> None:
    assert written("imemnet", write_tables(tmp_path)) == [
        ("1559-21.wav", "4611.jpg", "0.96337"),
        ("1967-11.wav", "COCO_train2014_000000318807.jpg", "0.8758"),
        ("2038-88.wav", "Landscapes_168_h.jpg", "0.149627"),
    ]


def test_paintings_of_artsound_go_with_the_song_at_the_end_of_the_path(tmp_path: Path) -> None:
    assert written("artsound", write_tables(tmp_path)) == [
        ("008918.mp3", "lio-sato_storm.jpg", "1"),
        ("110675.mp3", "anna-berg_still-life.jpg", "1"),
    ]


@pytest.mark.parametrize(
    ("name", "file", "text", "said"),
    [
        ("emid", "EMID_data.csv", "Audio_Filename,Image1_filename\na,b\n", "has no column 'Image2_filename'"),
        ("emid", "EMID_data.csv", f"{_SONG},b.jpg,,\n", "has no Audio_Filename in line 2"),
        ("emid", "EMID_data.csv", f"{_SONG}a.mp3,,,\n", "says nothing of any pair"),
        ("imemnet", "val_matching.txt", "1 2\n", "has a bad line 1"),
        ("imemnet", "val_matching.txt", "1 2 0.5\n1 3 nan\n", "has a bad line 2"),
        ("imemnet", "val_matching.txt", "1 2 1.5\n", "has a bad line 1"),
        ("imemnet", "val_matching.txt", "1 2 0.5\n1 2 0.6\n", "grades '1.wav' and '2.jpg' twice"),
        ("imemnet", "val_matching.txt", "\n", "says nothing of any pair"),
        ("artsound", "image_audio.json", "[]", "has no column 'Image'"),
        ("artsound", "image_audio.json", '{"Image": {"0": "a.jpg"}, "Audio": {}}', "no picture and song in row 0"),
        ("artsound", "image_audio.json", "{", "is no JSON"),
    ],
)
def test_a_table_that_cannot_be_used_is_told_and_nothing_written(
    tmp_path: Path, name: str, file: str, text: str, said: str
) -> None:
    (tmp_path / file).write_text(text)
    with pytest.raises(SourceError) as caught:
        written(name, tmp_path)
    assert caught.value.kind == "bad_dataset"
    assert said in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == [file]


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "val_matching.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SourceError, match="is not UTF-8"):
        written("imemnet", tmp_path)


@pytest.mark.parametrize("name", sorted(PAIR_SETS))
def test_a_folder_without_the_table_is_told(name: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="holds no file") as caught:
        written(name, tmp_path)
    assert caught.value.kind == "bad_dataset"
