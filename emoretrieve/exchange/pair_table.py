"""Pairs as a CSV table, in a layout of its own or in the study's.

Own: `rank`, `score` (all digits), `from`, `to` (first path, else name), `from_id`, `to_id`. The study's: `Posizione`,
`Similarità Coseno` (four decimals), `Canzone`, `Immagine Abbinata` (names of files), whichever side asked.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Literal, TypeAlias

from emoretrieve.errors import SourceError
from emoretrieve.exchange.study import PAIR_COLUMNS
from emoretrieve.files import replacing
from emoretrieve.item import Item
from emoretrieve.pairing.pairing import Pair, Pairing

PairLayout: TypeAlias = Literal["own", "study"]

COLUMNS: Mapping[PairLayout, Sequence[str]] = {
    "own": ("rank", "score", "from", "to", "from_id", "to_id"),
    "study": PAIR_COLUMNS,
}


def write_pairs(pairing: Pairing, file: Path, layout: PairLayout = "own") -> None:
    """Write all pairs by rank; the file appears whole or not at all. Raises SourceError (`not_writable`)."""
    row = _own_row if layout == "own" else _study_row
    try:
        with replacing(file) as partial:
            _write(partial, COLUMNS[layout], (row(pair) for pair in pairing.pairs))
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise SourceError(f"The table of pairs '{file}' cannot be written: {reason}.", kind="not_writable") from error


def _write(file: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with file.open("w", encoding="utf-8", errors="surrogateescape", newline="") as text:
        table = csv.writer(text, lineterminator="\n")
        table.writerow(columns)
        table.writerows(rows)


def _own_row(pair: Pair) -> Sequence[str]:
    source, target = pair.source, pair.target
    return str(pair.rank), repr(pair.score), _place(source), _place(target), source.id, target.id


def _study_row(pair: Pair) -> Sequence[str]:
    song, picture = sorted((pair.source, pair.target), key=lambda item: item.modality)
    return str(pair.rank), f"{pair.score:.4f}", _name(song), _name(picture)


def _place(item: Item) -> str:
    return item.paths[0] if item.paths else item.name or item.id


def _name(item: Item) -> str:
    return PurePath(item.paths[0]).name if item.paths else item.name or item.id
