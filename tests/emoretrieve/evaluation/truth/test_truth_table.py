"""Files of truth: what they may hold, and what is said of what they may not."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from emoretrieve.errors import SourceError
from emoretrieve.evaluation.truth.labels import ItemLabels
from emoretrieve.evaluation.truth.truth_table import Names, ReadTruth, read_truth
from emoretrieve.item import Item, Location, Modality
from tests.emoretrieve.search.collection import random_items


def named(modality: Modality, number: int, path: str) -> Item:
    from dataclasses import replace

    return replace(random_items(modality, number + 1, 1)[number], locations=(Location(path, 1, 1),))


SONG, OTHER = named("audio", 0, "/music/a.mp3"), named("audio", 1, "/music/b.mp3")
PICTURE, TWIN = named("image", 0, "/art/a.png"), named("image", 1, "/art/b.mp3")
NAMES = Names([SONG, OTHER, PICTURE, TWIN])


def read(tmp_path: Path, text: str, name: str = "truth.csv") -> ReadTruth:
    (tmp_path / name).write_text(text)
    return read_truth(tmp_path / name, NAMES)


def labels(found: ReadTruth) -> dict[str, dict[str, float]]:
    assert isinstance(found.truth, ItemLabels)
    return {id: dict(of_item) for id, of_item in found.truth.labels.items()}


def test_items_are_named_by_id_path_or_name_of_the_file(tmp_path: Path) -> None:
    found = read(tmp_path, f"item,label\n{SONG.id},sad\n/art/a.png,happy\nb.mp3x,none\n/music/b.mp3,calm\n")
    assert labels(found) == {SONG.id: {"sad": 1}, PICTURE.id: {"happy": 1}, OTHER.id: {"calm": 1}}
    assert (found.rows, found.unknown) == (4, 1)


def test_a_modality_tells_items_of_one_name_apart(tmp_path: Path) -> None:
    found = read(tmp_path, "item,label,modality\nb.mp3,calm,image\n")
    assert labels(found) == {TWIN.id: {"calm": 1}}


def test_an_item_has_several_labels_with_weights(tmp_path: Path) -> None:
    found = read(tmp_path, "item,label,weight\na.mp3,sad,0.7\na.mp3,calm,0.3\n")
    assert labels(found) == {SONG.id: {"sad": 0.7, "calm": 0.3}}


def test_a_json_cell_holds_a_list_of_labels(tmp_path: Path) -> None:
    found = read(tmp_path, json.dumps({"item": "a.mp3", "label": ["sad", "calm"]}) + "\n", "truth.jsonl")
    assert labels(found) == {SONG.id: {"sad": 1, "calm": 1}}


def test_the_grade_of_a_pair_is_what_both_have_of_a_label(tmp_path: Path) -> None:
    text = "item,label,weight\na.mp3,sad,0.7\na.mp3,calm,0.3\na.png,sad,0.2\na.png,calm,0.8\n"
    grading = read(tmp_path, text).truth.grading([PICTURE.id])
    assert grading(SONG.id) == pytest.approx(np.array([0.5]))


def test_valence_and_arousal_may_stand_beside_labels(tmp_path: Path) -> None:
    found = read(tmp_path, "item,label,valence,arousal\na.mp3,sad,-0.5,0\na.mp3,calm,-0.5,0\na.png,sad,0.1,0.8\n")
    assert labels(found)[SONG.id] == {"sad": 1, "calm": 1}
    assert found.affects is not None
    assert found.affects.points == {SONG.id: (-0.5, 0), PICTURE.id: (0.1, 0.8)}
    assert found.affects.grading([SONG.id, PICTURE.id])(PICTURE.id) == pytest.approx(np.array([0, 1]))


def test_pairs_stand_in_either_order(tmp_path: Path) -> None:
    found = read(tmp_path, "from,to,grade\na.mp3,a.png,3\n/art/b.mp3,a.mp3,1\n")
    assert found.truth.grading([PICTURE.id, TWIN.id])(SONG.id).tolist() == [3, 1]
    assert found.truth.grading([OTHER.id, SONG.id])(PICTURE.id).tolist() == [0, 3]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,mood\na.mp3,sad\n", "is no table of truth"),
        ("item,label\n", "holds no rows"),
        ("item,label\nghost,sad\n", "speaks of no item of the collection in any of its 1 rows"),
        ("item,label\n,sad\n", "has no item in line 2"),
        ("item,label\na.mp3,\n", "has no label in line 2"),
        ("item,label\nb.mp3,sad\n", "names 'b.mp3' in line 2, which 2 items"),
        ("item,label,weight\na.mp3,sad,nan\n", "has the weight 'nan' in line 2"),
        ("item,label,weight\na.mp3,sad,-1\n", "has the weight '-1' in line 2"),
        ("item,label,weight\na.mp3,sad,much\n", "has the weight 'much' in line 2"),
        ("item,label,weight\na.mp3,sad,1\na.mp3,sad,2\n", "with two weights (line 3)"),
        ("item,label,modality\na.mp3,sad,smell\n", "has the modality 'smell' in line 2"),
        ("item,label\na.mp3,sad,more\n", "line 2 has 3 cells"),
        ("item,valence,arousal\na.mp3,0.5,\n", "has no valence and arousal from -1 to 1 in line 2"),
        ("item,valence,arousal\na.mp3,nan,0\n", "has no valence and arousal"),
        ("item,valence,arousal\na.mp3,0,1.1\n", "has no valence and arousal"),
        ("item,valence,arousal\na.mp3,0,1\na.mp3,0,0\n", "two points of valence and arousal (line 3)"),
        ("from,to\na.mp3,/music/b.mp3\n", "pairs two items of one kind in line 2"),
        ("from,to,grade\na.mp3,a.png,1\na.png,a.mp3,2\n", "grades a pair twice"),
    ],
)
def test_what_cannot_be_used_is_told_in_one_sentence(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SourceError) as caught:
        read(tmp_path, text)
    assert caught.value.kind == "bad_truth"
    assert said in str(caught.value)
    assert str(caught.value).count(". ") == 0
