"""The sample set is complete, the same every time, and made of what it says."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from make_samples import make
from samples import compositions, landscapes
from samples.catalogue import PICTURES, SONGS, Picture, Song
from samples.sound import Wave
from samples.tape import Tape, frequency_hz

QUICK_PICTURES = tuple(work for work in PICTURES if work.draw in (landscapes.volcano, landscapes.blue_mountains))
QUICK_SONGS = tuple(work for work in SONGS if work.compose in (compositions.lullaby, compositions.march))
QUICK = QUICK_PICTURES + QUICK_SONGS


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    for work in QUICK:
        work.make(folder)
    return folder


def loudness_dbfs(file: Path) -> float:
    sound, _ = soundfile.read(file)
    return float(10 * np.log10(np.mean(sound**2)))


def test_there_are_enough_works_of_enough_moods() -> None:
    assert len(PICTURES) >= 24
    assert len(SONGS) >= 12
    assert len({work.mood for work in PICTURES}) >= 6
    assert len({work.mood for work in SONGS}) >= 6


def test_no_two_works_share_a_file_or_a_title() -> None:
    works = PICTURES + SONGS
    assert len({work.file_name for work in works}) == len(works)
    for group in (PICTURES, SONGS):
        assert len({work.title for work in group}) == len(group)


@pytest.mark.parametrize("work", QUICK, ids=lambda work: work.file_name)
def test_a_work_is_the_same_bytes_every_time(work: Picture | Song, made: Path, tmp_path: Path) -> None:
    work.make(tmp_path)
    assert (tmp_path / work.file_name).read_bytes() == (made / work.file_name).read_bytes()


@pytest.mark.parametrize("work", QUICK_PICTURES, ids=lambda work: work.file_name)
def test_a_picture_is_640_pixels_wide(work: Picture, made: Path) -> None:
    with Image.open(made / work.file_name) as image:
        assert (image.mode, image.size) == ("RGB", (640, 480))


@pytest.mark.parametrize("work", QUICK_SONGS, ids=lambda work: work.file_name)
def test_a_song_lasts_20_to_40_seconds_and_is_not_clipped(work: Song, made: Path) -> None:
    sound, rate_hz = soundfile.read(made / work.file_name)
    assert 20 <= len(sound) / rate_hz <= 40
    assert 0.05 < np.abs(sound).max() < 1


def test_a_lullaby_is_softer_than_a_march(made: Path) -> None:
    assert loudness_dbfs(made / "lullaby.flac") < loudness_dbfs(made / "march.flac") - 10


def test_a_second_run_makes_nothing(tmp_path: Path) -> None:
    assert make(QUICK_PICTURES, tmp_path)
    before = {file: file.stat().st_mtime_ns for file in tmp_path.iterdir()}
    assert not make(QUICK_PICTURES, tmp_path)
    assert {file: file.stat().st_mtime_ns for file in tmp_path.iterdir()} == before


def test_a_missing_file_is_made_again(tmp_path: Path) -> None:
    make(QUICK_PICTURES, tmp_path)
    (tmp_path / QUICK_PICTURES[0].file_name).unlink()
    assert make(QUICK_PICTURES, tmp_path)
    assert (tmp_path / QUICK_PICTURES[0].file_name).is_file()


def test_the_metadata_table_has_a_row_for_every_file(tmp_path: Path) -> None:
    make(QUICK_PICTURES, tmp_path)
    with (tmp_path / "metadata.csv").open(newline="", encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    assert [(row["file_name"], row["title"], row["artist"], row["mood"]) for row in rows] == [
        (work.file_name, work.title, work.artist, work.mood) for work in QUICK_PICTURES
    ]


@pytest.mark.parametrize(("note", "hertz"), [("A4", 440.0), ("A3", 220.0), ("C4", 261.6256), ("Eb3", 155.5635)])
def test_notes_are_tuned_to_concert_pitch(note: str, hertz: float) -> None:
    assert frequency_hz(note) == pytest.approx(hertz, rel=1e-6)


@pytest.mark.parametrize("note", ["H4", "A", "4", "a4"])
def test_what_is_no_note_is_refused(note: str) -> None:
    with pytest.raises(ValueError, match="is no note"):
        frequency_hz(note)


def test_a_score_places_its_notes_on_their_beats() -> None:
    tape = Tape(seed=1, bpm=60, beats=4, tail_s=0)

    def click(*_: object) -> Wave:
        return np.ones(1)

    tape.play(click, "A4:1 -:1 A4+C5:2")
    seconds = np.flatnonzero(tape.channels[0]) / (tape.channels.shape[1] / 4)
    assert seconds == pytest.approx([0, 2, 2], abs=0.03)
