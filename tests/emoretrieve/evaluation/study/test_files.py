"""The study's files are read strictly: what is wrong with them is told in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from emoretrieve.errors import SourceError
from emoretrieve.evaluation.study.files import read_study
from tests.emoretrieve.evaluation.study.sample import COUNT, Edit, edit


def put(row: int, column: int, text: str) -> Edit:
    def change(cells: list[list[str]]) -> None:
        cells[row][column] = text

    return change


def add_column(cells: list[list[str]]) -> None:
    for number, row in enumerate(cells):
        row.append("x" if number else "Extra")


def drop_last_column(cells: list[list[str]]) -> None:
    for row in cells:
        row.pop()


def drop_rows(first: int) -> Edit:
    def change(cells: list[list[str]]) -> None:
        del cells[first:]

    return change


def fault(folder: Path) -> str:
    with pytest.raises(SourceError) as caught:
        read_study(folder)
    assert caught.value.kind == "bad_study"
    message = str(caught.value)
    assert message.endswith(".")
    return message


def test_a_study_of_any_size_is_read(sample: Path) -> None:
    files = read_study(sample)
    assert (len(files.songs), len(files.pairs), len(files.similarities)) == (COUNT, COUNT, COUNT)
    assert files.picture_colours.profiles.shape == (COUNT, 5, 3)


def test_a_file_that_is_not_there_is_named(sample: Path) -> None:
    (sample / "pairs.csv").unlink()
    with pytest.raises(SourceError, match=r"There is no file .*pairs\.csv") as caught:
        read_study(sample)
    assert caught.value.kind == "not_found"


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("pairs.csv", add_column, "has a column 'Extra' that the study's table does not have"),
        ("pairs.csv", drop_last_column, "has no column 'Immagine Abbinata' (its columns are"),
        ("audio_captions.csv", drop_last_column, "has no column 'Description'"),
        ("audio_rgb.csv", drop_last_column, "has no column 'Descrizione Totale'"),
        ("image_captions.csv", add_column, "has a column 'Extra'"),
        ("pairs.csv", put(3, 2, "gone.mp3"), "has the Canzone 'gone.mp3' in line 4, which audio_rgb.csv does not have"),
        ("pairs.csv", put(3, 3, "gone.jpg"), "has the Immagine Abbinata 'gone.jpg' in line 4"),
        ("pairs.csv", put(2, 1, "nan"), "has the Similarità Coseno 'nan' in line 3, which is no finite number"),
        ("pairs.csv", put(2, 1, "high"), "has the Similarità Coseno 'high' in line 3"),
        ("pairs.csv", put(2, 1, ""), "has no Similarità Coseno in line 3"),
        ("pairs.csv", drop_rows(1), "has no rows"),
        ("imagebind_scores.csv", put(1, 2, "inf"), "has the ImageBind Score 'inf' in line 2"),
        ("imagebind_scores.csv", put(1, 0, "image_05.jpg"), "in line 2, and pairs.csv with 'image_00.jpg'"),
        ("clap_TotalAudio_Individual_stats.csv", put(2, 0, "x.mp3"), "which audio_captions.csv does not have"),
        (
            "clap_TotalAudio_Individual_stats.csv",
            put(2, 0, "000000.mp3"),
            "has '000000.mp3' twice, in line 2 and in line 3",
        ),
        ("song_similarities.csv", put(1, 1, "000003.mp3"), "which is no song and number such as"),
        ("song_similarities.csv", put(1, 1, "000003.mp3 (nan)"), "'nan' in line 2, which is no finite number"),
        ("song_similarities.csv", put(1, 1, "x.mp3 (0.9)"), "'x.mp3' in line 2, which audio_rgb.csv does not have"),
        ("audio_rgb.csv", put(2, 0, "000000.mp3"), "has '000000.mp3' twice"),
        ("audio_rgb.csv", put(2, 0, "x.mp3"), "only one of them has 'x.mp3'"),
        ("audio_rgb.csv", put(2, 1, "rgb(1, 2, 300)"), "a channel is an integer from 0 to 255"),
        ("audio_rgb.csv", put(2, 1, "grey"), "which is no colour such as rgb(220, 150, 30)"),
        ("image_rgb_published.csv", drop_rows(5), "only one of them has"),
        ("audio_captions.csv", drop_rows(11), "describes 2 items; the study's tables need at least 4"),
        ("audio_captions.csv", put(6, 0, "000000.mp3"), "has '000000.mp3' twice"),
        ("audio_captions.csv", put(3, 1, "Middle"), "has the Description Type 'Middle' in line 4"),
        ("clip_similarity_statistics_TOTAL.csv", drop_rows(3), "says nothing of 'Mediana'"),
        ("clip_similarity_statistics_TOTAL.csv", put(1, 0, "Media"), "has 'Media' twice, in line 2 and in line 3"),
        ("clip_similarity_statistics_TOTAL.csv", put(1, 1, "NaN"), "has the Valore 'NaN' in line 2"),
    ],
)
def test_what_is_wrong_is_told(sample: Path, name: str, change: Edit, said: str) -> None:
    edit(sample / name, change)
    message = fault(sample)
    assert said in message
    assert name in message


def test_a_song_that_is_paired_twice_is_told(sample: Path) -> None:
    edit(sample / "pairs.csv", lambda cells: cells[2].__setitem__(2, cells[1][2]))
    assert "twice, in line 2 and in line 3" in fault(sample)


def test_what_is_no_text_is_told(sample: Path) -> None:
    (sample / "pairs.csv").write_bytes(b"\xff\xfe\x00")
    assert "is not UTF-8 text" in fault(sample)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"There is no folder .*nowhere'; name the one that holds") as caught:
        read_study(tmp_path / "nowhere")
    assert caught.value.kind == "not_found"


def test_a_song_without_a_score_is_told(sample: Path) -> None:
    file = sample / "clap_TotalAudio_Individual_stats.csv"
    *rows, _ = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(rows), encoding="utf-8")
    with pytest.raises(SourceError, match=r"has no score of '.*\.mp3', which audio_captions\.csv has") as caught:
        read_study(sample)
    assert caught.value.kind == "bad_study"
