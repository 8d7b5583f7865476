"""The search for media inside a folder."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator
from pathlib import Path

from emoretrieve.errors import SourceError
from emoretrieve.item import Location, Metadata, stored_path
from emoretrieve_indexer.found import Finding, FoundFile, Ignored, Unusable, is_folder, printable, unusable
from emoretrieve_indexer.manifest import METADATA_FILES, BadRow, read_rows
from emoretrieve_indexer.report import Failure
from emoretrieve_indexer.scratch import from_text, open_scratch, scratch_errors, to_text

_PICTURE_SUFFIXES = {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".tif", ".tiff", ".bmp", ".avif"}
_SOUND_SUFFIXES = {".wav", ".wave", ".w64", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aif", ".aiff", ".aifc", ".m4a"}
_OTHER_SUFFIXES = {".aac", ".m4b", ".wma", ".heic", ".heif", ".jxl"}
_MEDIA_SUFFIXES = _PICTURE_SUFFIXES | _SOUND_SUFFIXES | _OTHER_SUFFIXES


def looks_like_media(path: str | Path) -> bool:
    """True for a name that promises sound or picture, readable here or not."""
    return Path(path).suffix.lower() in _MEDIA_SUFFIXES


class FolderSearch:
    """Searches one folder and everything below: by name, each real folder once, so that links cannot loop.

    Hidden files and folders (a leading dot) are passed over and not counted: they belong to programs.
    """

    def __init__(self, folder: Path, source: int, manifests: Collection[str] = ()) -> None:
        self._root = Path(os.path.realpath(folder))
        self._source = source
        self._manifests = manifests
        self._visited: set[tuple[int, int]] = set()
        self._rows = _MetadataRows()

    def __iter__(self) -> Iterator[Finding]:
        waiting = [self._root]
        while waiting:
            subfolders: list[Path] = []
            yield from self._search_one(waiting.pop(), subfolders)
            waiting.extend(reversed(subfolders))
        yield from self._listed_in_vain()
        self._rows.close()

    def _listed_in_vain(self) -> Iterator[Unusable]:
        for path, manifest in self._rows.left_over():
            try:
                Path(path).stat()
            except (FileNotFoundError, NotADirectoryError):
                error = f"'{path}', which {printable(manifest)} lists, does not exist."
                yield Unusable(Failure(path, error, "not_found"), self._source)
            except OSError as refusal:
                yield unusable(path, refusal, self._source)

    def _search_one(self, folder: Path, subfolders: list[Path]) -> Iterator[Finding]:
        try:
            state = folder.stat()
            if (state.st_dev, state.st_ino) in self._visited:
                return
            self._visited.add((state.st_dev, state.st_ino))
            names = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
        except OSError as error:
            yield unusable(folder, error, self._source)
            return
        for name in names:
            if name in METADATA_FILES:
                yield from self._read_metadata(folder / name)
        for name in names:
            if name not in METADATA_FILES:
                yield from self._look_at(folder / name, subfolders)

    def _read_metadata(self, manifest: Path) -> Iterator[Unusable]:
        """Note the rows for files below; a table that is something else or broken does not end the run."""
        folder = manifest.parent
        try:
            for row in read_rows(manifest):
                if isinstance(row, BadRow):
                    yield Unusable(Failure(printable(manifest), row.error, "bad_manifest"), self._source)
                elif not os.path.normpath(folder / row.file_name).startswith(f"{folder}{os.sep}"):
                    error = f"{printable(manifest)} lists '{row.file_name}', which is outside its folder."
                    yield Unusable(Failure(row.file_name, error, "outside_folder"), self._source)
                else:
                    self._rows.add(stored_path(folder / row.file_name), row.metadata, manifest)
        except SourceError as error:
            yield Unusable(Failure(printable(manifest), str(error), error.kind), self._source)

    def _look_at(self, path: Path, subfolders: list[Path]) -> Iterator[Finding]:
        try:
            state = path.stat()
            if stat.S_ISREG(state.st_mode):
                yield from self._file(path, state)
            elif stat.S_ISDIR(state.st_mode):
                str(path).encode()
                subfolders.append(Path(os.path.realpath(path)))
            else:
                yield Ignored(self._source)
        except (OSError, UnicodeEncodeError) as error:
            promising = looks_like_media(path) or is_folder(path)
            yield unusable(path, error, self._source) if promising else Ignored(self._source)

    def _file(self, path: Path, state: os.stat_result) -> Iterator[FoundFile]:
        if str(path) not in self._manifests:
            str(path).encode()
            location = Location(str(path), state.st_size, state.st_mtime_ns)
            yield FoundFile(location, False, self._source, self._rows.take(str(path)))


class _MetadataRows:
    """The rows of metadata files that were not met by their files yet; the nearest file's and latest row counts."""

    def __init__(self) -> None:
        with scratch_errors():
            self._table = open_scratch("CREATE TABLE row (path TEXT PRIMARY KEY, metadata TEXT, manifest TEXT)")

    def add(self, path: str, metadata: Metadata, manifest: Path) -> None:
        with scratch_errors():
            values = (path, to_text(metadata), str(manifest))
            self._table.execute("INSERT OR REPLACE INTO row VALUES (?, ?, ?)", values)

    def take(self, path: str) -> Metadata:
        with scratch_errors():
            taken = self._table.execute("DELETE FROM row WHERE path = ? RETURNING metadata", (path,)).fetchall()
        return from_text(taken[0][0]) if taken else {}

    def left_over(self) -> Iterator[tuple[str, str]]:
        """Paths without a file that was found, and the metadata file that lists them."""
        with scratch_errors():
            yield from self._table.execute("SELECT path, manifest FROM row ORDER BY path")

    def close(self) -> None:
        self._table.close()
