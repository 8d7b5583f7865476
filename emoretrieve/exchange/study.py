"""The layouts of the study (Bufi and Murolo): the names of its columns and rows, and collections written in them.

Captions: five rows an item, of which only the first names it. Colours: one row an item, cells such as
`rgb(220, 150, 30)`; those of songs stand in quotes of their own.
"""

from __future__ import annotations

import csv
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePath

from emoretrieve.emotion import PARTS, Rgb
from emoretrieve.errors import SourceError
from emoretrieve.files import replacing
from emoretrieve.item import MODALITIES, Item, Modality
from emoretrieve.store import Store, Where

NAME_COLUMNS: Mapping[str, Modality] = {
    "Song Name": "audio",
    "Image Name": "image",
    "Nome Canzone": "audio",
    "Nome Immagine": "image",
}
"""The column that names the items says which modality they are of."""
TYPE_COLUMN, TEXT_COLUMN = "Description Type", "Description"
PART_NAMES: Mapping[str, str] = {
    "Total": "whole",
    "Descrizione Totale": "whole",
    **{f"Fragment {number}": f"fragment_{number}" for number in range(1, 5)},
    **{f"Frammento {number}": f"fragment_{number}" for number in range(1, 5)},
}
"""What the study calls the parts of `PARTS`, in its two languages."""
PAIR_COLUMNS = ("Posizione", "Similarità Coseno", "Canzone", "Immagine Abbinata")
ABSENT = "None"
"""How the study spells a value that is not known."""

METADATA_COLUMNS = ("ArtworkTitle", "ArtistName", "ArtworkYear", "Period", "Style", "Genre", "Movement")
_OTHER_NAMES = {"ArtworkTitle": "title", "ArtistName": "artist", "ArtworkYear": "year"}
"""What items that do not come from the study call the same."""
_CAPTION_ROWS = ("fragment_1", "fragment_2", "fragment_3", "fragment_4", "whole")
_TYPES = ("Fragment 1", "Fragment 2", "Fragment 3", "Fragment 4", "Total")
COLOUR_HEADER = ("Frammento 1", "Frammento 2", "Frammento 3", "Frammento 4", "Descrizione Totale")
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class _Layout:
    """How the tables of one modality look."""

    caption_name: str
    colour_name: str
    metadata: tuple[str, ...]
    quoted: bool
    """Colours stand in quotes of their own."""


_LAYOUTS: Mapping[Modality, _Layout] = {
    "audio": _Layout("Song Name", "Song Name", (), True),
    "image": _Layout("Image Name", "Nome Immagine", METADATA_COLUMNS, False),
}

_Cells = Sequence[str]


def export_study(store: Store, folder: Path) -> list[Path]:
    """Write captions and colours of a collection as the study's tables, by name; the files written.

    `audio_captions.csv`, `audio_rgb.csv`, `image_captions.csv`, `image_rgb.csv`, those of a modality without items
    left out. Each appears whole or not at all. Raises SourceError (`not_writable`).
    """
    written: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for modality in MODALITIES:
            with closing(_Names(store, modality)) as names:
                if names.count:
                    written += _write_modality(folder, modality, names)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise SourceError(f"The tables cannot be written to '{folder}': {reason}.", kind="not_writable") from error
    return written


def _write_modality(folder: Path, modality: Modality, names: _Names) -> list[Path]:
    layout = _LAYOUTS[modality]
    captions, colours = folder / f"{modality}_captions.csv", folder / f"{modality}_rgb.csv"
    header = (layout.caption_name, *layout.metadata, TYPE_COLUMN, TEXT_COLUMN)
    _write(captions, header, names, lambda item, name: _caption_rows(item, name, layout))
    _write(colours, (layout.colour_name, *COLOUR_HEADER), names, lambda item, name: [_colour_row(item, name, layout)])
    return [captions, colours]


def _write(file: Path, header: _Cells, names: _Names, rows: Callable[[Item, str], Sequence[_Cells]]) -> None:
    with replacing(file) as partial, partial.open("w", encoding="utf-8", newline="") as text:
        table = csv.writer(text, lineterminator="\n")
        table.writerow(header)
        for item, name in names:
            table.writerows(rows(item, name))


def _caption_rows(item: Item, name: str, layout: _Layout) -> list[_Cells]:
    texts = dict(zip(PARTS, item.captions.parts, strict=True))
    first = [name, *(_metadata_cell(item, column) for column in layout.metadata)]
    heads = [first, *[[""] * len(first)] * 4]
    return [[*head, kind, texts[part]] for head, kind, part in zip(heads, _TYPES, _CAPTION_ROWS, strict=True)]


def _metadata_cell(item: Item, column: str) -> str:
    other = item.metadata.get(_OTHER_NAMES.get(column, column.lower()), ABSENT)
    return str(item.metadata.get(column, other))


def _colour_row(item: Item, name: str, layout: _Layout) -> _Cells:
    whole, *fragments = [_colour_cell(colour, layout) for colour in item.profile.parts]
    return [name, *fragments, whole]


def _colour_cell(colour: Rgb, layout: _Layout) -> str:
    text = f"rgb({colour.r}, {colour.g}, {colour.b})"
    return f'"{text}"' if layout.quoted else text


class _Names:
    """The items of one modality with their names in the tables, by name, from a table on disk.

    A name is that of an item without media, or of a file; of files with equal names, the whole path.
    """

    def __init__(self, store: Store, modality: Modality) -> None:
        self._store = store
        self._table = sqlite3.connect("", isolation_level=None)
        self._table.execute("CREATE TABLE name (short TEXT, long TEXT, id TEXT)")
        for items in store.scan(Where(modality)):
            self._table.executemany("INSERT INTO name VALUES (?, ?, ?)", map(_names_of, items))

    @property
    def count(self) -> int:
        return int(self._table.execute("SELECT count(*) FROM name").fetchone()[0])

    def __iter__(self) -> Iterator[tuple[Item, str]]:
        rows = self._table.execute(
            "SELECT iif(count(*) OVER (PARTITION BY short) > 1, long, short) AS name, id FROM name ORDER BY name, id"
        )
        while some := list(islice(rows, _AT_ONCE)):
            items = self._store.get([id for _, id in some])
            yield from zip(items, (name for name, _ in some), strict=True)

    def close(self) -> None:
        self._table.close()


def _names_of(item: Item) -> tuple[str, str, str]:
    if not item.paths:
        name = item.name or item.id
        return name, name, item.id
    return PurePath(item.paths[0]).name, item.paths[0], item.id
