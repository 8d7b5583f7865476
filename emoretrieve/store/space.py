"""The free space that a store keeps on its disk."""

from __future__ import annotations

import os
from pathlib import Path

RESERVE_BYTES = 48 * 2**20
"""Free space below which nothing is written: what the engine may need for its own files, creation included.

The engine writes through memory maps of sparse files, and on a full disk such a write does not fail but kills the
process (SIGBUS). So a full disk must be noticed before it is full.
"""


OPENING_BYTES = 8 * 2**20
"""Free space that opening takes: the engine touches the files of indexes that were made since it was opened last."""


def missing_bytes(folder: Path, planned: int = 0, *, reserve: int = RESERVE_BYTES) -> int:
    """Bytes to be freed before `planned` bytes can be written to an existing folder; 0 where there is enough space."""
    disk = os.statvfs(folder)
    return max(0, reserve + planned - disk.f_bavail * disk.f_frsize)


def bytes_on_disk(folder: Path) -> int:
    """What the files below a folder take: their blocks, because large parts of them are holes."""
    return sum(512 * file.stat().st_blocks for file in folder.rglob("*") if file.is_file())


def megabytes(count: int) -> str:
    """A number of bytes in whole megabytes, rounded up: `51 MB`."""
    return f"{-(-count // 1_000_000)} MB"
