"""Files and folders that appear whole or not at all, and where they really are."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

_HERE = -100
"""Linux's AT_FDCWD: paths start at the working folder."""
_RENAME_EXCHANGE = 2


@contextmanager
def replacing(file: Path) -> Iterator[Path]:
    """A path beside `file` to write to. It becomes the file when the block ends, and vanishes when the block fails.

    Raises OSError where it cannot be written, pushed to disk or moved into place; then the old file stays.
    """
    partial = file.with_name(f".{uuid4().hex}-{file.name[-40:]}")  # the ending may decide the format
    try:
        yield partial
        with partial.open("rb") as written:
            os.fsync(written.fileno())
        partial.replace(file)
    finally:
        with suppress(OSError):  # it has been moved, or could not even be made
            partial.unlink()


def lies_within(path: Path, folders: Iterable[Path]) -> bool:
    """Whether a path, its links followed, leads into one of the folders, which are resolved already, or is one."""
    try:
        real = path.resolve()
    except (OSError, RuntimeError, ValueError):  # a loop of links, or a NUL
        return False
    return any(real.is_relative_to(folder) for folder in folders)


def exchange(one: Path, other: Path) -> None:
    """Let two folders of one file system change places: in one step on Linux, else in three. Raises OSError."""
    if _exchanged_at_once(one, other):
        return
    aside = other.with_name(f".{uuid4().hex}")
    other.rename(aside)
    one.rename(other)
    aside.rename(one)


def _exchanged_at_once(one: Path, other: Path) -> bool:
    """False where the system or the file system cannot do that."""
    import ctypes

    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        return False
    failed = renameat2(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _RENAME_EXCHANGE)
    return not failed
