"""The file of an item that is still as it was when the item was indexed."""

from __future__ import annotations

from pathlib import Path

from emoretrieve.errors import MediaError
from emoretrieve.item import Item, hash_file
from emoretrieve.media import MediaFile
from emoretrieve.media.identify import identify


def media_of(item: Item) -> MediaFile | None:
    """A file that has the item's bytes; None where none of its files is there, or it never had one.

    Raises MediaError: `changed_file` where there are only files of other content, `unreadable_file` where the system
    refuses.
    """
    try:
        path = _file_of(item)
        media = None if path is None else identify(path)
        changed = media is None and any(Path(path).exists() for path in item.paths)
    except OSError as error:
        reason = error.strerror or str(error)
        raise MediaError(f"The file '{item.paths[0]}' cannot be read: {reason}.", kind="unreadable_file") from error
    if changed:
        raise MediaError(
            f"'{item.paths[0]}' has other content than when it was indexed; index it again.", kind="changed_file"
        )
    return media


def _file_of(item: Item) -> Path | None:
    """A file that has the item's bytes: unchanged by size and time, else by its hash. Raises OSError."""
    present = [location for location in item.locations if Path(location.path).is_file()]
    for location in present:
        state = Path(location.path).stat()
        if (state.st_size, state.st_mtime_ns) == (location.size, location.mtime_ns):
            return Path(location.path)
    return next((Path(one.path) for one in present if hash_file(Path(one.path)) == item.sha256), None)
