"""Small files beside a collection: its description, its state, data derived from it."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from emoretrieve.files import replacing


class Sidecar(Protocol):
    """Named small pieces of data that live as long as the collection. Raises OSError as files do."""

    def read(self, name: str) -> bytes | None: ...

    def write(self, name: str, data: bytes) -> None:
        """Replace atomically: a reader, or a later run after a crash, sees the old data or the new."""
        ...

    def remove(self, name: str) -> None: ...


class FolderSidecar:
    """Files in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, name: str) -> bytes | None:
        try:
            return (self._folder / name).read_bytes()
        except FileNotFoundError:
            return None

    def write(self, name: str, data: bytes) -> None:
        write_atomically(self._folder / name, data)

    def remove(self, name: str) -> None:
        (self._folder / name).unlink(missing_ok=True)


class MemorySidecar:
    """The same in memory."""

    def __init__(self) -> None:
        self._data: dict[str, bytes] = {}

    def read(self, name: str) -> bytes | None:
        return self._data.get(name)

    def write(self, name: str, data: bytes) -> None:
        self._data[name] = data

    def remove(self, name: str) -> None:
        self._data.pop(name, None)


def write_atomically(path: Path, data: bytes) -> None:
    """Replace a file, its folders made if need be; raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as partial:
        partial.write_bytes(data)
