"""What a search for media comes upon, and the table that keeps it for the run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from emoretrieve.item import Location, Metadata
from emoretrieve_indexer.report import Failure
from emoretrieve_indexer.scratch import from_text, open_scratch, scratch_errors, to_text


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A regular file that may hold media; nobody has looked into it yet."""

    location: Location
    named: bool
    """True where somebody named this very file, on the command line or in a manifest."""
    source: int
    """Which of the given paths led here, from 0."""
    metadata: Metadata = field(default_factory=dict)
    """From manifests; it wins over the file's own tags."""

    @property
    def path(self) -> str:
        return self.location.path


@dataclass(frozen=True, slots=True)
class Ignored:
    """A pipe, socket, device or dead link inside a folder: it is no media and must not be opened."""

    source: int


@dataclass(frozen=True, slots=True)
class Unusable:
    """A file, folder or manifest row that cannot be used."""

    failure: Failure
    source: int


Finding: TypeAlias = FoundFile | Ignored | Unusable


def printable(path: str | os.PathLike[str]) -> str:
    """A path as text that can be printed: bytes that are not UTF-8 become `\\xNN`."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def is_folder(path: str | Path) -> bool:
    """True for a folder that the system shows; inside a folder that is closed to us nothing can be told apart."""
    with suppress(OSError):
        return Path(path).is_dir()
    return False


def unusable(path: str | Path, error: OSError | UnicodeEncodeError, source: int) -> Unusable:
    """A path that the system cannot reach: its name, its absence or its permissions stand in the way."""
    name = printable(path)
    if isinstance(error, UnicodeEncodeError):
        failure = Failure(name, f"The name of '{name}' is not valid UTF-8; rename it.", "bad_file_name")
    elif isinstance(error, FileNotFoundError | NotADirectoryError):
        failure = Failure(name, f"'{name}' does not exist.", "not_found")
    else:
        what = "folder" if is_folder(path) else "file"
        failure = Failure(name, f"The {what} '{name}' cannot be read: {error.strerror}.", f"unreadable_{what}")
    return Unusable(failure, source)


class FoundFiles:
    """The files that were found, each once, in the order of finding. A file found twice unites what is known of it."""

    def __init__(self) -> None:
        with scratch_errors():
            self._table = open_scratch(
                "CREATE TABLE found (number INTEGER PRIMARY KEY, path TEXT UNIQUE, size INTEGER, mtime_ns INTEGER,"
                " named INTEGER, source INTEGER, metadata TEXT)"
            )

    def add(self, file: FoundFile) -> bool:
        """Keep a file; False where it was there already."""
        with scratch_errors():
            known = self._table.execute("SELECT named, metadata FROM found WHERE path = ?", (file.path,)).fetchone()
            if known:
                self._unite(file, bool(known[0]), from_text(known[1]))
                return False
            place = (file.path, file.location.size, file.location.mtime_ns)
            values = (*place, file.named, file.source, to_text(file.metadata))
            self._table.execute("INSERT INTO found VALUES (NULL, ?, ?, ?, ?, ?, ?)", values)
        return True

    def _unite(self, file: FoundFile, named: bool, metadata: Metadata) -> None:
        """A row of a manifest that was named wins over one that was found, and a later row over an earlier one."""
        weak, strong = (file.metadata, metadata) if named and not file.named else (metadata, file.metadata)
        values = (named or file.named, to_text({**weak, **strong}), file.path)
        self._table.execute("UPDATE found SET named = ?, metadata = ? WHERE path = ?", values)

    def __iter__(self) -> Iterator[FoundFile]:
        with scratch_errors():
            rows = self._table.execute(
                "SELECT path, size, mtime_ns, named, source, metadata FROM found ORDER BY number"
            )
            for path, size, mtime_ns, named, source, metadata in rows:
                yield FoundFile(Location(path, size, mtime_ns), bool(named), source, from_text(metadata))

    def close(self) -> None:
        self._table.close()
