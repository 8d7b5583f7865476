"""Files that came with requests: where they are kept, and for how long.

A file that is added lives at `DATA/uploads/COLLECTION/SHA256/NAME`, where the collection finds it again; it is on disk
before the request is acknowledged. A file that is only asked about is gone after the answer.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePath
from typing import BinaryIO

from emoretrieve.errors import MediaError, RequestError
from emoretrieve.media.identify import identify
from emoretrieve.store.failures import translated

_BLOCK_BYTES = 1 << 20
_UNSAFE = re.compile(r"[^\w .()&+-]+")
_LONGEST_NAME = 80


class Uploads:
    """The uploaded files of a data folder."""

    def __init__(self, data: Path) -> None:
        self.folder = data.absolute() / "uploads"
        self._incoming = self.folder / ".incoming"

    def prepare(self) -> None:
        """Make the folder, and remove what an earlier server was receiving when it ended."""
        with translated("make the folder for uploads"):
            shutil.rmtree(self._incoming, ignore_errors=True)
            self._incoming.mkdir(parents=True, exist_ok=True)
            self.folder = self.folder.resolve()

    @contextmanager
    def borrowed(self, content: BinaryIO, name: str) -> Iterator[Path]:
        """The content as a file that vanishes afterwards. Raises MediaError where it is neither sound nor picture."""
        path = self._incoming / uuid.uuid4().hex
        try:
            _write(content, path)
            _format_of(path, name)
            yield path
        finally:
            with suppress(OSError):
                path.unlink()

    def keep(self, content: BinaryIO, name: str, collection: str) -> Path:
        """The content as a file that stays, on disk when this returns. Raises MediaError as `borrowed` does."""
        path = self._incoming / uuid.uuid4().hex
        try:
            sha256 = _write(content, path)
            target = self.folder / collection / sha256 / _safe_name(name, _format_of(path, name))
            with translated("keep an upload"):
                target.parent.mkdir(parents=True, exist_ok=True)
                _sync(path)
                path.replace(target)
                _sync(target.parent)
        finally:
            with suppress(OSError):
                path.unlink()
        return target

    def discard(self, path: str | Path) -> None:
        """Remove a file that was kept, where it is one of ours."""
        file = Path(path)
        if file.is_relative_to(self.folder) and ".." not in file.parts:
            with suppress(OSError):
                file.unlink()
                file.parent.rmdir()


def said_name(name: str | None) -> str:
    """What the client calls a file: its last part, as text that can be shown."""
    last = PurePath((name or "").replace("\\", "/")).name
    shown = last.encode(errors="replace").decode()
    return "".join(letter for letter in shown if letter.isprintable())[:200] or "upload"


def _write(content: BinaryIO, path: Path) -> str:
    """Copy to a file; the SHA-256 of the bytes."""
    digest = hashlib.sha256()
    with translated("receive an upload"), path.open("xb") as file:
        while block := content.read(_BLOCK_BYTES):
            digest.update(block)
            file.write(block)
    return digest.hexdigest()


def _format_of(path: Path, name: str) -> str:
    try:
        media = identify(path)
    except MediaError as error:
        raise MediaError(str(error).replace(str(path), said_name(name)), kind=error.kind) from None
    if media is None:
        raise MediaError(f"'{said_name(name)}' is neither a sound nor a picture.", kind="not_media")
    return media.format


def _safe_name(name: str, format: str) -> str:
    """A name that leads nowhere else and ends as its content says: a table is never taken for a list of files."""
    stem = _UNSAFE.sub("_", PurePath(said_name(name)).stem).strip(" .")[:_LONGEST_NAME]
    return f"{stem or 'upload'}.{format}"


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def require_files(count: int) -> None:
    """Raise RequestError of kind `bad_request` where a form brought no file."""
    if not count:
        raise RequestError("The form holds no file; send one as the field 'file'.", kind="bad_request")
