"""What a data set of pairs is: songs and pictures that somebody, or some rule, put together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class GradedPair:
    """A song and a picture, and how well they go together."""

    song: str
    """Name of the file, as is `picture`."""
    picture: str
    grade: float
    """At least 0; 1 where pairs are only named."""


@dataclass(frozen=True, slots=True)
class PairSet:
    """One data set."""

    name: str
    tables: Sequence[str]
    """Patterns for the names of its tables, which lie anywhere below the folder of the data set."""
    read: Callable[[Sequence[Path]], Iterator[GradedPair]]
    """The pairs of the tables; raises SourceError (`bad_dataset`)."""
