"""What a data set is: a table, and the files that it speaks of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from emoretrieve.errors import SourceError

KIND = "bad_dataset"

Values: TypeAlias = Mapping[str, object]
"""Metadata as the table has them."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One item that the table of a data set speaks of."""

    file_name: str
    group: str
    """The class by which samples are balanced; empty where the table says none."""
    metadata: Values


@dataclass(frozen=True, slots=True)
class Dataset:
    """One data set."""

    name: str
    table: str
    """The name of its table, which lies anywhere below the folder of the data set."""
    balanced_by: str
    """What the groups are, for people."""
    read: Callable[[Path], Iterator[Entry]]
    """The entries of the table in order; raises SourceError (`bad_dataset`)."""


def bad_dataset(file: Path, fault: str) -> SourceError:
    """The error that names the file and its fault, a phrase."""
    return SourceError(f"'{file}' {fault} (docs/datasets.md).", kind="bad_dataset")
