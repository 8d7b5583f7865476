"""Colours in all their spellings are read, and nothing else is taken for a colour."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from emoretrieve.errors import SourceError
from emoretrieve.exchange.colour_table import BadColours, ColouredItem, colour_layout
from emoretrieve.table import Table

COLUMNS = ("whole_rgb", "fragment_1_rgb", "fragment_2_rgb", "fragment_3_rgb", "fragment_4_rgb")


def read(file: Path) -> list[ColouredItem | BadColours]:
    table = Table(file, "bad_colours_file")
    return list(colour_layout(table).read(table))


def one(folder: Path, colour: object) -> ColouredItem | BadColours:
    (folder / "c.jsonl").write_text(json.dumps({"name": "x", **dict.fromkeys(COLUMNS, colour)}))
    [item] = read(folder / "c.jsonl")
    return item


@pytest.mark.parametrize(
    "colour", ["rgb(220, 150, 30)", '"rgb(220,150,30)"', " RGB( 220 , 150 , 30 ) ", "#dc961E", [220, 150, 30]]
)
def test_a_colour_has_several_spellings(tmp_path: Path, colour: object) -> None:
    item = one(tmp_path, colour)
    assert isinstance(item, ColouredItem)
    assert {tuple(part) for part in item.profile.parts} == {(220, 150, 30)}


@pytest.mark.parametrize(
    ("colour", "says"),
    [
        ("rgb(220, 150, 256)", "a channel is an integer from 0 to 255"),
        ("rgb(-1, 150, 30)", "from 0 to 255"),
        ([1, 2, 300], "from 0 to 255"),
        ("rgb(1, 2)", "which is no colour"),
        ("rgb(1.5, 2, 3)", "which is no colour"),
        ("rgb(1, 2, 3, 4)", "which is no colour"),
        ([1.0, 2, 3], "which is no colour"),
        ([True, 2, 3], "which is no colour"),
        (7, "which is no colour"),
        (None, "has no 'whole_rgb'"),
    ],
)
def test_anything_else_is_no_colour(tmp_path: Path, colour: object, says: str) -> None:
    item = one(tmp_path, colour)
    assert isinstance(item, BadColours)
    assert (item.name, says in item.fault) == ("x", True)


@pytest.mark.parametrize(
    ("header", "modality"),
    [
        ("Song Name,Frammento 1,Frammento 2,Frammento 3,Frammento 4,Descrizione Totale", "audio"),
        ("Nome Immagine,Frammento 1,Frammento 2,Frammento 3,Frammento 4,Descrizione Totale", "image"),
        ("Image Name,Fragment 1,Fragment 2,Fragment 3,Fragment 4,Total", "image"),
    ],
)
def test_the_studys_headers_say_modality_and_parts(tmp_path: Path, header: str, modality: str) -> None:
    cells = ",".join(f'"""rgb({n}, 0, 0)"""' for n in (1, 2, 3, 4, 9))
    (tmp_path / "c.csv").write_text(f"{header}\r\nx,{cells}\r\n")
    [item] = read(tmp_path / "c.csv")
    assert isinstance(item, ColouredItem)
    assert (item.modality, [part.r for part in item.profile.parts]) == (modality, [9, 1, 2, 3, 4])


def test_a_table_without_colours_is_refused(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("name,whole\nx,y\n")
    with pytest.raises(SourceError, match="whole_rgb") as refused:
        read(tmp_path / "c.csv")
    assert refused.value.kind == "bad_colours_file"
