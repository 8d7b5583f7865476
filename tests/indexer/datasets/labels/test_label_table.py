"""Labels of data sets in their true layouts, as tables of truth."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from emoretrieve.errors import SourceError
from emoretrieve_indexer.datasets.labels.label_table import LABEL_SETS, write_labels
from tests.indexer.datasets.labels.layouts import EMOTIFY, wikiart_emotions, write_tables


def written(name: str, folder: Path) -> list[dict[str, str]]:
    file = folder / "labels.csv"
    write_labels(LABEL_SETS[name], folder, file)
    with file.open(newline="") as text:
        return list(csv.DictReader(text))


def test_songs_of_both_tables_of_deam_are_scaled_from_one_to_nine(tmp_path: Path) -> None:
    rows = written("deam", write_tables(tmp_path))
    assert [(row["item"], row["label"], row["valence"], row["arousal"]) for row in rows] == [
        ("2.mp3", "angry", "-0.5000", "0.5000"),
        ("2001.mp3", "excited", "0.0000", "0.0000"),
        ("3.mp3", "calm", "1.0000", "-1.0000"),
    ]
    assert [rows[2][channel] for channel in ("red", "green", "blue")] == ["0", "255", "0"]
    assert {row["modality"] for row in rows} == {"audio"}


def test_songs_of_pmemo_are_scaled_from_nought_to_one(tmp_path: Path) -> None:
    rows = written("pmemo", write_tables(tmp_path))
    assert [(row["item"], row["label"], row["valence"], row["arousal"]) for row in rows] == [
        ("1.mp3", "calm", "0.1500", "-0.2000"),
        ("4.mp3", "angry", "-0.5000", "0.5000"),
    ]


def test_answers_about_a_painting_of_artemis_are_shared_among_quadrants(tmp_path: Path) -> None:
    rows = written("artemis", write_tables(tmp_path))
    assert [(row["item"], row["label"], row["weight"], row["valence"], row["arousal"]) for row in rows] == [
        ("anna-berg_still-life.jpg", "calm", "0.5000", "0.0000", "-0.5000"),
        ("anna-berg_still-life.jpg", "sad", "0.5000", "0.0000", "-0.5000"),
        ("lio-sato_storm.jpg", "angry", "1.0000", "-0.5000", "0.5000"),
    ]


def test_clips_of_emopia_lie_in_one_quadrant(tmp_path: Path) -> None:
    rows = written("emopia", write_tables(tmp_path))
    assert [(row["item"], row["label"], row["weight"]) for row in rows] == [
        ("Q1_0vLPYiPN7qY_0.mp3", "excited", "1.0000"),
        ("Q3_0vLPYiPN7qY_1.mp3", "sad", "1.0000"),
    ]


def test_moods_of_jamendo_that_name_a_quadrant_count_and_songs_without_one_are_left_out(tmp_path: Path) -> None:
    rows = written("jamendo", write_tables(tmp_path))
    assert [(row["item"], row["label"], row["weight"]) for row in rows] == [
        ("948.mp3", "excited", "1.0000"),
        ("950.mp3", "calm", "0.5000"),
        ("950.mp3", "sad", "0.5000"),
    ]


def test_pictures_of_all_parts_of_emoset_have_the_quadrant_of_their_emotion(tmp_path: Path) -> None:
    rows = written("emoset", write_tables(tmp_path))
    assert [(row["item"], row["label"], row["modality"]) for row in rows] == [
        ("amusement_00000.jpg", "excited", "image"),
        ("contentment_00007.jpg", "calm", "image"),
        ("fear_00003.jpg", "angry", "image"),
        ("sadness_00001.jpg", "sad", "image"),
    ]


def test_choices_of_listeners_of_emotify_are_shared_among_quadrants(tmp_path: Path) -> None:
    """Solemnity and nostalgia say nothing, nor does a song for which nothing else was chosen."""
    rows = written("emotify", write_tables(tmp_path))
    assert [(row["item"], row["label"], row["weight"], row["valence"], row["arousal"]) for row in rows] == [
        ("classical/1.mp3", "calm", "0.5000", "0.0000", "-0.5000"),
        ("classical/1.mp3", "sad", "0.5000", "0.0000", "-0.5000"),
        ("electronic/5.mp3", "excited", "1.0000", "0.5000", "0.5000"),
    ]


def test_emotions_of_wikiart_paintings_are_shared_among_quadrants(tmp_path: Path) -> None:
    rows = written("wikiart-emotions", write_tables(tmp_path))
    assert [(row["item"], row["label"], row["weight"]) for row in rows] == [
        ("57726a.jpg", "calm", "0.2500"),
        ("57726a.jpg", "excited", "0.7500"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ID\tStyle\na\tb\n", "has no column 'ImageOnly"),
        (wikiart_emotions({"a": {"fear": 1.5}}), "has the share '1.5' of fear in row 2"),
        (wikiart_emotions({"a": {"fear": float("nan")}}), "has the share 'nan' of fear in row 2"),
        (wikiart_emotions({"": {"fear": 1}}), "has a bad row 2"),
    ],
)
def test_a_table_of_wikiart_emotions_that_cannot_be_used_is_told(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "WikiArt-Emotions-All.tsv").write_text(text)
    with pytest.raises(SourceError) as caught:
        written("wikiart-emotions", tmp_path)
    assert (caught.value.kind, said in str(caught.value)) == ("bad_dataset", True)


@pytest.mark.parametrize("name", sorted(LABEL_SETS))
def test_a_folder_without_the_table_is_told(name: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="holds no file") as caught:
        written(name, tmp_path)
    assert caught.value.kind == "bad_dataset"


@pytest.mark.parametrize(
    ("name", "file", "text", "said"),
    [
        ("pmemo", "static_annotations.csv", "musicId,Valence(mean)\n1,0.5\n", "has no column 'Arousal"),
        ("pmemo", "static_annotations.csv", "musicId,Arousal(mean),Valence(mean)\n1,0.5,nan\n", "has a bad number"),
        ("pmemo", "static_annotations.csv", "musicId,Arousal(mean),Valence(mean)\n1,0.5,7\n", "has a bad number"),
        ("pmemo", "static_annotations.csv", "musicId,Arousal(mean),Valence(mean)\nx,0.5,0.7\n", "has a bad number"),
        ("pmemo", "static_annotations.csv", "musicId,Arousal(mean),Valence(mean)\n1,0.5,\n", "has no Valence"),
        ("pmemo", "static_annotations.csv", "musicId,Arousal(mean),Valence(mean)\n", "says nothing of any item"),
        ("pmemo", "static_annotations.csv", "musicId,Arousal(mean),Valence(mean)\n1,0,0\n1,0,0\n", "twice"),
        ("emopia", "label.csv", "ID,4Q,annotator\nQ5_x,5,A\n", "the quadrant '5'"),
        ("jamendo", "autotagging_moodtheme.tsv", "TRACK_ID,PATH\n1,a\n", "is no table of MTG-Jamendo"),
        ("artemis", "artemis_dataset_release_v0.csv", "painting,emotion\na,boredom\n", "the emotion 'boredom'"),
        ("emoset", "train.json", "{", "is no JSON"),
        ("emoset", "train.json", "{}", "is no list of pictures"),
        ("emoset", "train.json", '[["fear"]]', "entry 1 that is no emotion and path"),
        ("emoset", "val.json", '[["boredom", "a.jpg"]]', "the emotion 'boredom' in entry 1"),
        ("emotify", "data.csv", "track id,genre\n1,pop\n", "has no column 'amazement'"),
        ("emotify", "data.csv", EMOTIFY.replace("1,classical,0", "x,classical,0"), "the track id 'x' in line"),
        ("emotify", "data.csv", EMOTIFY.replace("1,classical,0", "1,classical,2"), "has '2' for amazement"),
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


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        write_labels(LABEL_SETS["deam"], write_tables(tmp_path), tmp_path / "nowhere" / "labels.csv")
    assert caught.value.kind == "not_writable"


def test_a_table_of_the_data_set_is_not_replaced_by_its_labels(tmp_path: Path) -> None:
    write_tables(tmp_path)
    own = next(tmp_path.rglob("static_annotations_averaged_songs_*.csv"))
    before = own.read_bytes()
    with pytest.raises(SourceError) as caught:
        write_labels(LABEL_SETS["deam"], tmp_path, own)
    assert caught.value.kind == "not_writable"
    assert own.read_bytes() == before


def test_labels_give_way_to_labels(tmp_path: Path) -> None:
    folder, file = write_tables(tmp_path), tmp_path / "labels.csv"
    write_labels(LABEL_SETS["deam"], folder, file)
    before = file.read_bytes()
    write_labels(LABEL_SETS["deam"], folder, file)
    assert file.read_bytes() == before
