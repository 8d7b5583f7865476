"""Captions of both layouts become items, and what is wrong with a row fails only its item."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from emoretrieve.errors import SourceError
from emoretrieve.exchange.caption_table import BadItem, CaptionedItem, caption_layout
from emoretrieve.table import Table

PARTS = ("whole", "fragment_1", "fragment_2", "fragment_3", "fragment_4")
TYPES = ("Fragment 1", "Fragment 2", "Fragment 3", "Fragment 4", "Total")
CAPTIONS = {part: f"The {part}." for part in PARTS}


def read(file: Path) -> list[CaptionedItem | BadItem]:
    table = Table(file, "bad_captions")
    return list(caption_layout(table)(table))


def flat(folder: Path, *rows: Mapping[str, object]) -> list[CaptionedItem | BadItem]:
    file = folder / "captions.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    return read(file)


def study(folder: Path, *rows: Sequence[str]) -> list[CaptionedItem | BadItem]:
    file = folder / "captions.csv"
    with file.open("w", newline="") as text:
        csv.writer(text).writerows([("Image Name", "Style", "Description Type", "Description"), *rows])
    return read(file)


def faults(items: Sequence[CaptionedItem | BadItem]) -> list[str]:
    return [item.fault for item in items if isinstance(item, BadItem)]


def test_a_row_becomes_an_item_and_its_other_columns_are_kept(tmp_path: Path) -> None:
    [item] = flat(tmp_path, {"name": "x", "modality": "audio", **CAPTIONS, "year": 1907, "whole_rgb": [1, 2, 3]})
    assert isinstance(item, CaptionedItem)
    assert (item.name, item.modality, item.file_name, item.values) == ("x", "audio", None, {"year": 1907})
    assert item.captions.parts == tuple(f"The {part}." for part in PARTS)


def test_without_a_name_the_file_names_the_item(tmp_path: Path) -> None:
    [item] = flat(tmp_path, {"file_name": "a/b.mp3", "modality": "audio", **CAPTIONS})
    assert isinstance(item, CaptionedItem)
    assert (item.name, item.file_name) == ("a/b.mp3", "a/b.mp3")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"fragment_3": ""}, "has no caption of its fragment 3"),
        ({"whole": "  ", "fragment_1": None}, "has no caption of its whole and fragment 1"),
        ({"whole": 7}, "has a 'whole' that is no text"),
        ({"modality": "video"}, "the modality 'video', neither audio nor image"),
        ({"name": ""}, "has neither a name nor a file_name"),
        ({"name": "  "}, "has neither a name nor a file_name"),
    ],
)
def test_a_bad_row_is_named_with_its_fault(tmp_path: Path, change: Mapping[str, object], says: str) -> None:
    good = {"name": "x", "modality": "audio", **CAPTIONS}
    items = flat(tmp_path, good, {**good, **change}, good)
    assert [isinstance(item, CaptionedItem) for item in items] == [True, False, True]
    assert says in faults(items)[0]


def test_the_studys_rows_are_put_together_and_its_none_is_no_value(tmp_path: Path) -> None:
    rows = [("a.jpg" if n == 0 else "", "None" if n == 0 else "", kind, f"{kind}!") for n, kind in enumerate(TYPES)]
    other = [("b.jpg", "cubism", kind, "b") for kind in TYPES]
    first, second = study(tmp_path, *rows, *other)
    assert isinstance(first, CaptionedItem)
    assert isinstance(second, CaptionedItem)
    assert first.captions.parts == ("Total!", "Fragment 1!", "Fragment 2!", "Fragment 3!", "Fragment 4!")
    assert (first.modality, first.values, second.values) == ("image", {}, {"Style": "cubism"})


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([("a", "", kind, "x") for kind in TYPES[:3]], "has no caption of its whole and fragment 4"),
        ([("a", "", "Total", "x"), ("", "", "Total", "y")], "two captions of its whole, the second in line 3"),
        ([("a", "", "Chorus", "x")], "the Description Type 'Chorus' in line 2"),
        ([("", "", "Total", "x")], "no row above it has a Image Name"),
        ([("a", "", "Total", "x", "y")], "has 5 cells"),
    ],
)
def test_bad_rows_of_the_study_fail_their_item(tmp_path: Path, rows: list[Sequence[str]], says: str) -> None:
    items = study(tmp_path, *rows, *(("good", "", kind, "z") for kind in TYPES))
    assert says in faults(items)[0]
    assert [item.name for item in items if isinstance(item, CaptionedItem)] == ["good"]


@pytest.mark.parametrize(("content", "says"), [("", "is empty"), ("title,text\n1,2\n", "its columns are title, text")])
def test_a_table_without_captions_is_refused(tmp_path: Path, content: str, says: str) -> None:
    (tmp_path / "t.csv").write_text(content)
    with pytest.raises(SourceError, match=says):
        read(tmp_path / "t.csv")
