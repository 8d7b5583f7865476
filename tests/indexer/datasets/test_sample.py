"""Samples of data sets in their true layouts."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from emoretrieve.errors import SourceError
from emoretrieve_indexer.datasets.artgraph import ARTGRAPH
from emoretrieve_indexer.datasets.description import Dataset
from emoretrieve_indexer.datasets.fma import FMA
from emoretrieve_indexer.datasets.sample import Chosen, sample, write_manifest
from tests.indexer.datasets.layouts import write_artgraph, write_fma

STYLES = ["realism"] * 6 + ["cubism"] * 3 + ["baroque"]


@pytest.fixture
def artgraph(tmp_path: Path) -> Path:
    """Ten pictures of three styles, all of them there."""
    folder = write_artgraph(tmp_path / "art", STYLES)
    (folder / "images").mkdir()
    for number in range(len(STYLES)):
        (folder / "images" / f"{number}.png").touch()
    return folder


def styles(chosen: list[Chosen]) -> Counter[str]:
    return Counter(one.entry.group for one in chosen)


def test_a_sample_is_balanced_as_far_as_there_are_items(artgraph: Path) -> None:
    assert styles(sample(ARTGRAPH, artgraph, 3, 0)) == {"realism": 1, "cubism": 1, "baroque": 1}
    assert styles(sample(ARTGRAPH, artgraph, 7, 0)) == {"realism": 3, "cubism": 3, "baroque": 1}
    assert len(sample(ARTGRAPH, artgraph, 100, 0)) == 10


def test_a_seed_decides_the_sample(artgraph: Path) -> None:
    names = [[one.entry.file_name for one in sample(ARTGRAPH, artgraph, 4, seed)] for seed in (0, 0, *range(1, 9))]
    assert names[0] == names[1] == sorted(names[0])
    assert len({tuple(one) for one in names}) > 2


def test_only_files_that_are_there_are_drawn(artgraph: Path) -> None:
    for number in range(5):
        (artgraph / "images" / f"{number}.png").unlink()
    assert styles(sample(ARTGRAPH, artgraph, 100, 0)) == {"realism": 1, "cubism": 3, "baroque": 1}


def test_items_without_a_group_are_not_drawn(tmp_path: Path) -> None:
    folder = write_artgraph(tmp_path, ["realism", None, "None"])
    for number in range(3):
        (folder / f"{number}.png").touch()
    assert [one.entry.file_name for one in sample(ARTGRAPH, folder, 9, 0)] == ["0.png"]


def test_the_manifest_has_paths_and_metadata(artgraph: Path, tmp_path: Path) -> None:
    write_manifest(sample(ARTGRAPH, artgraph, 100, 0)[:1], tmp_path / "m.jsonl")
    row = json.loads((tmp_path / "m.jsonl").read_text())
    assert row == {
        "file_name": str((artgraph / "images" / "0.png").resolve()),
        "title": "Picture 0",
        "artist": "anna-berg",
        "year": 1900.0,
        "style": "realism",
        "genre": "landscape",
    }


def test_fma_names_its_files_by_track_in_folders_of_thousands(tmp_path: Path) -> None:
    folder = write_fma(tmp_path, {2: "Hip-Hop", 140: "Folk", 10250: "Folk", 7: ""})
    for name in ("000/000002.mp3", "000/000140.mp3", "010/010250.mp3", "000/000007.mp3"):
        (folder / "fma_small" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "fma_small" / name).touch()
    chosen = sample(FMA, folder, 9, 0)
    assert [Path(one.path).name for one in chosen] == ["000002.mp3", "000140.mp3", "010250.mp3"]
    assert chosen[0].entry.metadata == {
        "title": "Song 2",
        "artist": "A band",
        "album": "An album",
        "released": "2009-01-05 00:00:00",
        "subset": "small",
        "split": "training",
        "genre": "Hip-Hop",
    }


@pytest.mark.parametrize("dataset", [ARTGRAPH, FMA])
def test_a_folder_without_the_table_is_told(dataset: Dataset, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=f"holds no file '{dataset.table}'") as caught:
        sample(dataset, tmp_path, 9, 0)
    assert caught.value.kind == "bad_dataset"


def test_a_table_of_which_no_file_is_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="names no file with a style"):
        sample(ARTGRAPH, write_artgraph(tmp_path, STYLES), 9, 0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is no table of FMA"),
        ("track_id,title\n2,x\n", "is no table of FMA"),
        (",track\n,title\ntrack_id,\n2,x\n", "is no table of FMA"),
        (",track\n,genre_top\ntrack_id,\nx,Folk\n", "has a bad row 4"),
        (",track\n,genre_top\ntrack_id,\n2,Folk,more\n", "has a bad row 4"),
        (',track\n,genre_top\ntrack_id,\n2,"Folk\n', "cannot be read"),
    ],
)
def test_another_table_than_that_of_fma_is_told(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "tracks.csv").write_text(text)
    with pytest.raises(SourceError, match=said) as caught:
        sample(FMA, tmp_path, 9, 0)
    assert caught.value.kind == "bad_dataset"


def test_another_table_than_that_of_artgraph_is_told(tmp_path: Path) -> None:
    (tmp_path / "artgraph_metadata.parquet").write_text("no parquet")
    with pytest.raises(SourceError) as caught:
        sample(ARTGRAPH, tmp_path, 9, 0)
    assert caught.value.kind == "bad_dataset"
