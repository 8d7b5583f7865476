"""Pieces, works and excerpts of real music."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.sphere.music.corpus import abc_fields
from benchmarks.sphere.music.excerpt import HELD, HIGHEST, SOUNDFONT, STRUCK, excerpt, roll
from benchmarks.sphere.music.render import melody_marks, render
from benchmarks.sphere.music.score import Notes, Score
from benchmarks.sphere.music.words import words
from benchmarks.sphere.music.works import Sizes, groups, near_duplicates, split


def _notes(pitches: list[int]) -> Notes:
    return Notes(np.array([(float(at), 1.0, pitch, 0) for at, pitch in enumerate(pitches)]), 1)


def test_a_melody_has_the_same_marks_in_every_key_and_others_when_it_differs() -> None:
    melody = list(np.random.default_rng(1).integers(50, 80, 40))
    assert melody_marks(_notes(melody)) == melody_marks(_notes([pitch + 5 for pitch in melody]))
    assert not set(melody_marks(_notes(melody))) & set(melody_marks(_notes(melody[::-1])))


def test_one_melody_under_two_titles_is_one_work_and_figures_of_everybody_are_not() -> None:
    marks = [[1, 2, 3, 4, 5, 99], [1, 2, 3, 4, 70, 99], [6, 7, 8, 9, 99], *([[99]] * 40)]
    assert near_duplicates(marks) == [(0, 1)]
    works = ["a", "b", "c", *(f"other {place}" for place in range(40))]
    assert groups(works, marks)[0] == [0, 1]


def test_a_chain_of_titles_and_melodies_is_one_work() -> None:
    marks = [[1, 2, 3, 4], [1, 2, 3, 4], [5, 6, 7, 8], [5, 6, 7, 8]]
    assert groups(["x", "y", "y", "z"], marks) == [[0, 1, 2, 3]]


def test_no_work_is_on_two_sides_and_the_sides_are_as_large_as_wanted() -> None:
    draw = np.random.default_rng(3)
    places = iter(range(10_000))
    of_pieces = [[next(places) for _ in range(size)] for size in draw.integers(1, 9, 200)]
    sides = split(of_pieces, Sizes(test=100, validation=50))
    assert {side: len(sides[side]) for side in ("test", "validation")} == {"test": 100, "validation": 50}
    where = {place: side for side, members in sides.items() for place in members}
    assert all(len({where[place] for place in group}) == 1 for group in of_pieces)


def test_a_roll_is_bright_where_a_note_begins_and_lasts_as_long_as_it() -> None:
    rows = np.array([(0.0, 1.0, HIGHEST - 1, 0), (1.0, 1.5, 60, 0)])
    picture = roll(rows)
    assert picture[0, :9].tolist() == [STRUCK, *([HELD] * 7), 0]
    assert picture[HIGHEST - 1 - 60, 8:12].tolist() == [STRUCK, HELD, HELD, HELD]


def test_an_excerpt_begins_with_the_first_note_and_is_in_seconds() -> None:
    notes = Notes(np.array([(4.0, 2.0, 60, 0), (6.0, 90.0, 62, 0), (500.0, 1.0, 64, 0)]), 1)
    assert excerpt(Score(notes, 120.0, (0,), {})).tolist() == [[0, 1, 60, 0], [1, 20, 62, 0]]


def test_words_say_what_is_known_and_nothing_of_what_is_not() -> None:
    facts = {"title": "Air", "key": "D minor", "tempo_is": "drawn", "forces": "flute"}
    assert words(facts) == "Air. in D minor. for flute."
    assert abc_fields("X:1\nT: Air \nT: Other\nK:Dm\n")["T"] == "Air"


def test_a_piece_of_the_corpus_becomes_sound_a_roll_and_facts(tmp_path: Path) -> None:
    pytest.importorskip("music21", reason="needs the extra 'experiments'")
    pytest.importorskip("mido", reason="needs the extra 'experiments'")
    if shutil.which("fluidsynth") is None or not SOUNDFONT.exists():
        pytest.skip("needs FluidSynth and the soundfont TimGM6mb")
    from benchmarks.sphere.music.corpus import pieces

    piece = next(one for one in pieces() if one.collection == "bach")
    for kind in ("sound", "roll", "facts"):
        (tmp_path / kind).mkdir()
    render(tmp_path, piece)
    found = json.loads((tmp_path / "facts" / f"{piece.key}.json").read_text("utf-8"))
    assert found["work"].startswith("bwv")
    assert found["facts"]["composer"] == "Johann Sebastian Bach"
    assert np.asarray(Image.open(tmp_path / "roll" / f"{piece.key}.png")).max() == STRUCK
    assert (tmp_path / "sound" / f"{piece.key}.flac").stat().st_size > 20_000
