"""Manifests of triplets: tables of which song, which picture and which words belong together.

    id,audio,image,text,split
    1,songs/rain.flac,pictures/harbour.jpg,"rain on the harbour",train

CSV, JSON lines or Parquet. `id` names an item; of `audio`, `image` and `text` a cell may be empty, and a column may be
absent. Paths are relative to the manifest's folder, or absolute. `split` is train, validation or test; without that
column a tenth of the items is kept for validation and a tenth for testing (`splitting.py`), so that items which share a
file or a text stay together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from emoretrieve.errors import SourceError, TrainingError
from emoretrieve.item import hash_file
from emoretrieve.sphere.modality import MODALITIES, Modality
from emoretrieve.sphere.splitting import assigned
from emoretrieve.table import BadRow, Row, Table

Split: TypeAlias = Literal["train", "validation", "test"]
SPLITS: tuple[Split, ...] = get_args(Split)

_OTHER_NAMES: Mapping[str, Split] = {"valid": "validation", "val": "validation", "dev": "validation"}
_NAMED = 3
"""Missing files that a sentence names."""


@dataclass(frozen=True, slots=True)
class ManifestItem:
    """One row."""

    id: str
    split: Split
    parts: Mapping[Modality, Path | str]
    """The files of its sound and picture, its words; one at least."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """A table that was read."""

    file: Path
    sha256: str
    """Of its bytes, in hex."""
    items: Sequence[ManifestItem]

    def of(self, split: Split) -> list[ManifestItem]:
        """The items of a split, in order."""
        return [item for item in self.items if item.split == split]

    def shared(self, split: Split) -> int:
        """How many items of a split have a file or a text that an item of `train` has too."""
        learnt = {(modality, part) for item in self.of("train") for modality, part in item.parts.items()}
        return sum(any(part in learnt for part in item.parts.items()) for item in self.of(split))


def read_manifest(file: Path) -> Manifest:
    """The table in a file.

    Raises SourceError of kind `not_found`, `bad_manifest` (what is wrong, and in which line) or `missing_files`
    (all files that are not there, three of them named), and TrainingError of kind `no_pairs` where no item has two
    modalities.
    """
    table = Table(file, "bad_manifest")
    columns = table.columns()
    known = [modality for modality in MODALITIES if modality in columns]
    if "id" not in columns or not known:
        raise table.error(
            f"is no manifest of triplets (its columns are {', '.join(list(columns)[:10]) or 'none'}); it needs id and "
            "two of audio, image and text"
        )
    rows = list(_rows(table))
    if not rows:
        raise table.error("holds no rows, only the names of its columns")
    parts = [_parts(table, row, known) for row in rows]
    _check_pairs(table, parts)
    _check_files(table, rows, parts)
    ids = _ids(table, rows)
    splits = [_split(table, row) for row in rows] if "split" in columns else assigned(ids, parts)
    items = [ManifestItem(*one) for one in zip(ids, splits, parts, strict=True)]
    return Manifest(file, hash_file(file), items)


def _rows(table: Table) -> Iterator[Row]:
    for row in table.rows():
        if isinstance(row, BadRow):
            raise table.error(f"cannot be used: {row.place} {row.fault}")
        yield row


def _ids(table: Table, rows: Sequence[Row]) -> list[str]:
    seen: dict[str, str] = {}
    for row in rows:
        given = row.values.get("id")
        if not isinstance(given, str | int) or isinstance(given, bool):
            raise table.error(f"has no id in {row.place}")
        name = str(given)
        if name in seen:
            raise table.error(f"has the id '{name}' twice, in {seen[name]} and {row.place}; give every item its own")
        seen[name] = row.place
    return list(seen)


def _parts(table: Table, row: Row, known: Sequence[Modality]) -> Mapping[Modality, Path | str]:
    parts: dict[Modality, Path | str] = {}
    for modality in known:
        cell = row.values.get(modality)
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            continue
        if not isinstance(cell, str) or "\0" in cell:
            raise table.error(f"has {'a text' if modality == 'text' else 'a path'} in {row.place} that is none")
        parts[modality] = cell if modality == "text" else table.file.parent / Path(cell).expanduser()
    if not parts:
        raise table.error(f"has neither audio nor image nor text in {row.place}")
    return parts


def _split(table: Table, row: Row) -> Split:
    given = str(row.values.get("split", "")).strip().lower()
    for split in SPLITS:
        if _OTHER_NAMES.get(given, given) == split:
            return split
    raise table.error(f"has the split '{given}' in {row.place}; there are {', '.join(SPLITS)}")


def _check_pairs(table: Table, parts: Sequence[Mapping[Modality, object]]) -> None:
    if any(len(one) > 1 for one in parts):
        return
    found = sorted({modality for one in parts for modality in one})
    what = f"only {found[0]}" if len(found) == 1 else "only one modality an item"
    raise TrainingError(
        f"'{table.file}' has {what}, so there is nothing to bring together; give items two of audio, image and text.",
        kind="no_pairs",
    )


def _check_files(table: Table, rows: Sequence[Row], parts: Sequence[Mapping[Modality, Path | str]]) -> None:
    missing = [
        f"'{part}' ({row.place})"
        for row, one in zip(rows, parts, strict=True)
        for part in one.values()
        if isinstance(part, Path) and not part.is_file()
    ]
    if missing:
        more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
        raise SourceError(
            f"'{table.file}' names files that are not there: {', '.join(missing[:_NAMED])}{more}; correct the paths, "
            "which are relative to the manifest's folder.",
            kind="missing_files",
        )
