"""Tables of colours that exist already, item by item.

Two layouts. One row an item with `name` or `file_name`, perhaps `modality`, and `whole_rgb`, `fragment_1_rgb` ..
`fragment_4_rgb`. The study's: `Song Name` or `Nome Immagine`, `Frammento 1` .. `Frammento 4`, `Descrizione Totale`.
A colour is `rgb(220, 150, 30)`, in quotes or not, `#dc961e`, or a list of three integers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from emoretrieve.emotion import PARTS, EmotionProfile
from emoretrieve.exchange.study import NAME_COLUMNS, PART_NAMES
from emoretrieve.item import MODALITIES, Modality
from emoretrieve.table import Row, Table

COLOUR_COLUMNS = tuple(f"{part}_rgb" for part in PARTS)
"""The columns of colours, in the order of `PARTS`."""

_NAMES = ("name", "file_name")
_RGB = re.compile(r'[\s"]*rgb\(\s*(-?\d{1,9})\s*,\s*(-?\d{1,9})\s*,\s*(-?\d{1,9})\s*\)[\s"]*', re.IGNORECASE)
_HEX = re.compile(r"\s*#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ColouredItem:
    """The colours of one item of a table."""

    name: str
    modality: Modality | None
    """None where the table does not say it."""
    profile: EmotionProfile
    place: str
    """Where it stands, for messages: `line 7`."""


@dataclass(frozen=True, slots=True)
class BadColours:
    """A row that cannot be used."""

    name: str | None
    """As far as it is known."""
    modality: Modality | None
    place: str
    fault: str
    """A phrase that follows name and place."""


@dataclass(frozen=True, slots=True)
class ColourLayout:
    """Where the columns are."""

    names: tuple[str, ...]
    """Columns with the item's name; the first that is filled counts."""
    modality: Modality | None
    """Of all items, where the columns say it."""
    parts: Mapping[str, str]
    """The column of each part of `PARTS`."""

    def read(self, table: Table) -> Iterator[ColouredItem | BadColours]:
        """The items of the table in order."""
        for row in table.rows():
            yield self._item(row) if isinstance(row, Row) else BadColours(None, None, row.place, row.fault)

    def _item(self, row: Row) -> ColouredItem | BadColours:
        name = next((row.values[column] for column in self.names if column in row.values), None)
        if not isinstance(name, str):
            return BadColours(None, None, row.place, f"has no {' or '.join(self.names)}")
        said = row.values.get("modality") if self.modality is None else self.modality
        modality = next((one for one in MODALITIES if one == said), None)
        if said is not None and modality is None:
            return BadColours(name, None, row.place, f"has the modality '{said}', neither audio nor image")
        try:
            profile = EmotionProfile.of([_colour(row, self.parts[part]) for part in PARTS])
        except ValueError as error:
            return BadColours(name, modality, row.place, str(error))
        return ColouredItem(name, modality, profile, row.place)


def colour_layout(table: Table) -> ColourLayout:
    """How this table is laid out; raises the table's SourceError where it holds no colours."""
    columns = table.columns()
    named = [column for column in columns if column in NAME_COLUMNS]
    studied = {PART_NAMES[column]: column for column in columns if column in PART_NAMES}
    if named and len(studied) == len(PARTS):
        return ColourLayout((named[0],), NAME_COLUMNS[named[0]], studied)
    if set(COLOUR_COLUMNS) <= set(columns) and any(column in _NAMES for column in columns):
        return ColourLayout(_NAMES, None, dict(zip(PARTS, COLOUR_COLUMNS, strict=True)))
    if not columns:
        raise table.error("is empty; a table of colours has a row for every item")
    raise table.error(
        f"is no table of colours (its columns are {', '.join(columns[:10])}); it needs name or file_name, "
        f"{', '.join(COLOUR_COLUMNS)}, or the columns of the study (docs/captions.md)"
    )


def _colour(row: Row, column: str) -> list[int]:
    """The colour in a cell; raises ValueError with a phrase that says what is wrong."""
    value = row.values.get(column)
    if value is None:
        raise ValueError(f"has no '{column}'")
    channels = _channels(value)
    if channels is None:
        raise ValueError(f"has the '{column}' {value!r}, which is no colour such as rgb(220, 150, 30)")
    if not all(0 <= channel <= 255 for channel in channels):
        raise ValueError(f"has the '{column}' {value!r}, and a channel is an integer from 0 to 255")
    return channels


def _channels(value: object) -> list[int] | None:
    if isinstance(value, list):
        return value if len(value) == 3 and all(type(channel) is int for channel in value) else None
    if not isinstance(value, str):
        return None
    if written := _RGB.fullmatch(value):
        return [int(channel) for channel in written.groups()]
    if written := _HEX.fullmatch(value):
        return [int(channel, 16) for channel in written.groups()]
    return None
