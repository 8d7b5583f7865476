"""What protects a shard while its segments are written anew.

The engine puts new segments beside the old ones and removes the old ones when it is flushed; a process that is killed
in between leaves both, every item twice. So a note of the segments from before stands in the shard's folder meanwhile,
and who opens the shard next takes the new ones away again.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from emoretrieve.store.sidecar import write_atomically

_NOTE = "rewriting.json"


@contextmanager
def rewriting(folder: Path) -> Iterator[None]:
    """Inside, the engine may replace the segments of a shard; it is to be flushed before, and again at the end.

    Nothing else may be written inside: it would be lost with the new segments. Raises OSError.
    """
    note = folder / _NOTE
    write_atomically(note, json.dumps(_segments(folder)).encode())
    try:
        yield
    finally:
        note.unlink()


def undo_rewriting(folder: Path) -> bool:
    """Take back what a killed process began to replace; to be called before the shard is opened. Raises OSError.

    Returns whether the items may be there twice nevertheless: it was already removing the old segments.
    """
    note = folder / _NOTE
    if not note.exists():
        return False
    before = set(json.loads(note.read_bytes()))
    there = set(_segments(folder))
    for name in (there - before) if before <= there else ():
        shutil.rmtree(folder / "segments" / name)
    for unfinished in (folder / "temp_segments").glob("*"):
        shutil.rmtree(unfinished)
    note.unlink()
    return not before <= there


def _segments(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "segments").iterdir())
