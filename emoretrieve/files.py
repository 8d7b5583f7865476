"""Files that appear whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4


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
