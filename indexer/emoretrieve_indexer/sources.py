"""The paths that a person gives: files, folders, patterns and manifests."""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from emoretrieve.errors import SourceError
from emoretrieve.item import Location, stored_path
from emoretrieve_indexer.folder import FolderSearch
from emoretrieve_indexer.found import Finding, FoundFile, Unusable, printable, unusable
from emoretrieve_indexer.manifest import BadRow, check_manifest, is_manifest, read_rows
from emoretrieve_indexer.report import Failure


@dataclass(frozen=True, slots=True)
class Source:
    """One given path, after patterns were expanded."""

    path: Path
    kind: Literal["file", "folder", "manifest"]
    failure: Failure | None = None
    """Why it leads nowhere."""


def expand(paths: Sequence[str | os.PathLike[str]]) -> list[Source]:
    """What the given paths stand for. Patterns (`*`, `?`, `[...]`, `**`) are expanded unless a file has that name.

    A path or pattern that leads nowhere (`not_found`, `unreadable_file`) and a `bad_manifest` are sources with a
    failure. Raises SourceError of the first one's kind where no other path is left.
    """
    if not paths:
        raise SourceError("No path was given; name files, folders or manifests to index.", kind="no_source")
    sources = [source for given in paths for source in _sources(os.fspath(given))]
    first = sources[0].failure
    if first and all(source.failure for source in sources):
        raise SourceError(first.error, kind=first.kind)
    return sources


def _sources(given: str) -> list[Source]:
    try:
        os.lstat(given)  # unlike Path, it does not take an empty name for the current folder
    except (FileNotFoundError, NotADirectoryError, ValueError):  # a name with a NUL is nobody's
        # Path.glob refuses absolute patterns, hence the noqa.
        matches = sorted(glob.glob(given, recursive=True)) if glob.has_magic(given) else []  # noqa: PTH207
        return [_source(Path(match)) for match in matches] or [_nothing_at(given)]
    except OSError as error:
        return [Source(Path(given), "file", unusable(given, error, 0).failure)]
    return [_source(Path(given))]


def _nothing_at(given: str) -> Source:
    name = printable(given)
    what = f"Nothing matches the pattern '{name}'" if glob.has_magic(given) else f"There is nothing at '{name}'"
    return Source(Path(given), "file", Failure(name, f"{what}; check the path.", "not_found"))


def _source(path: Path) -> Source:
    try:
        mode = path.stat().st_mode
    except OSError:
        return Source(path, "file")  # a dead link; `find` says what is wrong with it
    if stat.S_ISDIR(mode):
        return Source(path, "folder")
    if stat.S_ISREG(mode) and is_manifest(path):
        return _manifest(path)
    return Source(path, "file")


def _manifest(path: Path) -> Source:
    try:
        check_manifest(path)
    except SourceError as error:
        return Source(path, "manifest", Failure(printable(path), str(error), error.kind))
    return Source(path, "manifest")


def find(sources: Sequence[Source]) -> Iterator[Finding]:
    """Everything under the sources, one after another, in an order that depends on names alone.

    A file that several sources lead to is found several times.
    """
    manifests = frozenset(stored_path(source.path) for source in sources if source.kind == "manifest")
    for number, source in enumerate(sources):
        if source.failure:
            yield Unusable(source.failure, number)
        elif source.kind == "folder":
            yield from FolderSearch(source.path, number, manifests)
        elif source.kind == "manifest":
            yield from _listed(source.path, number)
        else:
            yield _named(stored_path(source.path), number)


def _listed(manifest: Path, number: int) -> Iterator[Finding]:
    """The files of a manifest; relative names start at its folder, absolute and upward ones lead where they lead."""
    folder = Path(stored_path(manifest)).parent
    try:
        for row in read_rows(manifest):
            if isinstance(row, BadRow):
                yield Unusable(Failure(printable(manifest), row.error, "bad_manifest"), number)
                continue
            found = _named(stored_path(folder / row.file_name), number)
            yield replace(found, metadata=row.metadata) if isinstance(found, FoundFile) else found
    except SourceError as error:  # the manifest breaks off; what stood before counts
        yield Unusable(Failure(printable(manifest), str(error), error.kind), number)


def _named(path: str, number: int) -> FoundFile | Unusable:
    try:
        path.encode()
        state = Path(path).stat()
    except (OSError, UnicodeEncodeError) as error:
        return unusable(path, error, number)
    if not stat.S_ISREG(state.st_mode):
        reason = f"'{path}' is no regular file; name a sound or picture."
        return Unusable(Failure(path, reason, "not_media"), number)
    return FoundFile(Location(path, state.st_size, state.st_mtime_ns), True, number)
