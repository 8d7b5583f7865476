"""Tables of captions that exist already, item by item.

Two layouts. One row an item: `name` or `file_name`, `modality`, `whole`, `fragment_1` .. `fragment_4`. The study's:
five rows an item, of which only the first names it (`emoretrieve.exchange.study`). Every other column says something
else of the item; columns of colours (`emoretrieve.exchange.colour_table`) are passed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from emoretrieve.emotion import PARTS
from emoretrieve.exchange.colour_table import COLOUR_COLUMNS
from emoretrieve.exchange.study import ABSENT, NAME_COLUMNS, PART_NAMES, TEXT_COLUMN, TYPE_COLUMN
from emoretrieve.item import MODALITIES, Captions, Modality
from emoretrieve.table import BadRow, Row, Table

NAME, FILE_NAME, MODALITY = "name", "file_name", "modality"
_OWN_COLUMNS = {NAME, FILE_NAME, MODALITY, *PARTS, *COLOUR_COLUMNS}


@dataclass(frozen=True, slots=True)
class CaptionedItem:
    """One item of a table."""

    name: str
    """What the table calls it: its name, else its file name."""
    file_name: str | None
    """As it stands in the table."""
    modality: Modality | None
    """None where the table does not say it."""
    captions: Captions
    place: str
    """Where it stands, for messages: `line 7`."""
    values: Mapping[str, object]
    """Of all other columns, without those that are empty."""


@dataclass(frozen=True, slots=True)
class BadItem:
    """A row, or the rows of one item, that cannot be used."""

    name: str | None
    """As far as it is known."""
    place: str
    fault: str
    """A phrase that follows name and place."""


class CaptionLayout(Protocol):
    """Reads the items of one table."""

    def __call__(self, table: Table) -> Iterator[CaptionedItem | BadItem]: ...


def caption_layout(table: Table) -> CaptionLayout:
    """How this table is laid out; raises the table's SourceError where it holds no captions."""
    columns = table.columns()
    if TYPE_COLUMN in columns and TEXT_COLUMN in columns and any(column in NAME_COLUMNS for column in columns):
        return read_study
    if set(PARTS) <= set(columns) and (NAME in columns or FILE_NAME in columns):
        return read_flat
    if not columns:
        raise table.error("is empty; a table of captions has a row for every item")
    raise table.error(
        f"is no table of captions (its columns are {', '.join(columns[:10])}); it needs {NAME} or {FILE_NAME}, "
        f"{MODALITY}, {', '.join(PARTS)}, or the columns of the study (docs/captions.md)"
    )


def read_flat(table: Table) -> Iterator[CaptionedItem | BadItem]:
    """The items of a table with one row for each."""
    for row in table.rows():
        yield _flat_item(row) if isinstance(row, Row) else BadItem(None, row.place, row.fault)


def _flat_item(row: Row) -> CaptionedItem | BadItem:
    texts = {key: row.values.get(key) for key in (NAME, FILE_NAME, MODALITY, *PARTS)}
    name = texts[NAME] or texts[FILE_NAME]
    known = name if isinstance(name, str) and name.strip() else None
    for key, text in texts.items():
        if text is not None and not isinstance(text, str):
            return BadItem(known, row.place, f"has a '{key}' that is no text")
    if known is None:
        return BadItem(None, row.place, f"has neither a {NAME} nor a {FILE_NAME}")
    values = {key: value for key, value in row.values.items() if key not in _OWN_COLUMNS}
    file_name = texts[FILE_NAME]
    rest = _Rest(known, row.place, None if file_name is None else str(file_name), values)
    return _item(rest, texts[MODALITY], {part: str(texts[part] or "") for part in PARTS})


@dataclass(frozen=True, slots=True)
class _Rest:
    """What is known of an item beside its modality and captions."""

    name: str
    place: str
    file_name: str | None
    values: Mapping[str, object]


def _item(rest: _Rest, modality: object, texts: Mapping[str, str]) -> CaptionedItem | BadItem:
    """The item, or what it lacks."""
    chosen = next((one for one in MODALITIES if one == modality), None)
    if modality is not None and chosen is None:
        return BadItem(rest.name, rest.place, f"has the modality '{modality}', neither audio nor image")
    missing = [part for part in PARTS if not texts.get(part, "").strip()]
    if missing:
        return BadItem(rest.name, rest.place, f"has no caption of its {' and '.join(missing)}".replace("_", " "))
    whole, first, second, third, fourth = (texts[part] for part in PARTS)
    captions = Captions(whole, (first, second, third, fourth))
    return CaptionedItem(rest.name, rest.file_name, chosen, captions, rest.place, rest.values)


@dataclass(slots=True)
class _Group:
    """The rows of one item in the study's layout, as they come."""

    name: str
    place: str
    values: Mapping[str, object]
    texts: dict[str, str] = field(default_factory=dict)
    fault: str | None = None
    """The first one."""

    def add(self, row: Row | BadRow) -> None:
        """Take in one more row."""
        self.fault = self.fault or self._added(row)

    def has(self, row: Row) -> bool:
        """Whether there is a caption of this row's part already."""
        return PART_NAMES.get(str(row.values.get(TYPE_COLUMN)).strip()) in self.texts

    def _added(self, row: Row | BadRow) -> str | None:
        if isinstance(row, BadRow):
            return f"cannot be read: {row.place} {row.fault}"
        kind, text = row.values.get(TYPE_COLUMN), row.values.get(TEXT_COLUMN, "")
        part = PART_NAMES.get(str(kind).strip())
        if part is None:
            return f"has the {TYPE_COLUMN} '{kind or ''}' in {row.place}, none of Fragment 1 to 4 and Total"
        if part in self.texts:
            return f"has two captions of its {part.replace('_', ' ')}, the second in {row.place}"
        if not isinstance(text, str):
            return f"has a {TEXT_COLUMN} that is no text in {row.place}"
        self.texts[part] = str(text)
        return None

    def item(self, modality: Modality) -> CaptionedItem | BadItem:
        """The item of these rows."""
        if self.fault:
            return BadItem(self.name, self.place, self.fault)
        return _item(_Rest(self.name, self.place, None, self.values), modality, self.texts)


def read_study(table: Table) -> Iterator[CaptionedItem | BadItem]:
    """The items of a table in the study's layout, with five rows for each."""
    column = next(column for column in table.columns() if column in NAME_COLUMNS)
    group: _Group | None = None
    for row in table.rows():
        name = row.values.get(column) if isinstance(row, Row) else None
        if isinstance(row, Row) and name is not None and not (group and name == group.name and not group.has(row)):
            if group:
                yield group.item(NAME_COLUMNS[column])
            group = _Group(str(name), row.place, _study_values(row, column))
        if group:
            group.add(row)
        else:
            fault = row.fault if isinstance(row, BadRow) else f"belongs to no item: no row above it has a {column}"
            yield BadItem(None, row.place, fault)
    if group:
        yield group.item(NAME_COLUMNS[column])


def _study_values(row: Row, column: str) -> Mapping[str, object]:
    own = {column, TYPE_COLUMN, TEXT_COLUMN}
    return {key: value for key, value in row.values.items() if key not in own and value != ABSENT}
