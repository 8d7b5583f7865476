"""What stands for an item of a collection: its id, a file with its bytes, the path that it had, or its name."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from emoretrieve.errors import MediaError, QueryError, SourceError
from emoretrieve.item import MODALITIES, Item, hash_file, item_id, named_id, stored_path
from emoretrieve.store import Store

Reference: TypeAlias = str | os.PathLike[str]

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file whose bytes no item has."""

    path: Path
    sha256: str


class References:
    """Finds the items of one collection by what stands for them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def find(self, ref: Reference) -> Item | NewFile:
        """The item with this id, with the bytes of this file or with this name; else the file.

        Raises QueryError of kind `not_indexed` for an id that no item has and `ambiguous_name` for a name that two
        have, SourceError where there is neither file nor name, MediaError for a file that cannot be read.
        """
        if _ID.fullmatch(str(ref)):
            return self._with_id(str(ref))
        try:
            file = NewFile(Path(ref), sha256_of(Path(ref)))
        except SourceError:
            named = self._named(str(ref))
            if named is None:
                raise
            return named
        return self._with_bytes(file.sha256) or self._named(str(ref)) or file

    def require(self, ref: Reference) -> Item:
        """The item that an id, a file or a name stands for; a file by its bytes, else by its path.

        Raises QueryError of kind `not_indexed` or `ambiguous_name`, MediaError for a file that cannot be read.
        """
        try:
            found = self.find(ref)
        except SourceError:  # the file is gone; its item may be there
            found = None
        item = found if isinstance(found, Item) else self.at_path(Path(ref))
        if item is None:
            raise _not_indexed(str(ref))
        return item

    def stored(self, ref: str) -> Item:
        """The item with this id or name. Whatever it says, no file is looked at: it may come from anybody.

        Raises QueryError of kind `not_indexed` or `ambiguous_name`.
        """
        item = self._with_id(ref) if _ID.fullmatch(ref) else self._named(ref)
        if item is None:
            raise _not_indexed(ref)
        return item

    def at_path(self, path: Path) -> Item | None:
        """The item that was indexed from this path."""
        try:
            stored = stored_path(path).encode().decode()
        except ValueError:  # bytes that are no Unicode, or a NUL: no collection keeps such a path
            return None
        return self._store.by_path([stored]).get(stored)

    def _with_id(self, id: str) -> Item:
        items = self._store.get([id.lower()])
        if not items:
            raise _not_indexed(id)
        return items[0]

    def _with_bytes(self, sha256: str) -> Item | None:
        items = self._store.get([item_id(sha256)])
        return items[0] if items else None

    def _named(self, name: str) -> Item | None:
        """The item without media that has this name."""
        items = self._store.get([named_id(modality, name) for modality in MODALITIES]) if _is_unicode(name) else []
        if len(items) > 1:
            raise QueryError(
                f"A song and a picture are called '{name}'; name the one you mean by its id: {items[0].id} is the "
                f"song, {items[1].id} the picture.",
                kind="ambiguous_name",
            )
        return items[0] if items else None


def sha256_of(path: Path) -> str:
    """SHA-256 of a file; raises SourceError where there is none, MediaError where it cannot be read."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise SourceError(f"'{path}' is not a file; name one song or picture.", kind="not_a_file")
        return hash_file(path)
    except (FileNotFoundError, NotADirectoryError, ValueError):  # ValueError: a NUL in the path
        raise SourceError(f"There is no file '{path}'; check the path.", kind="not_found") from None
    except OSError as exc:
        reason = exc.strerror or str(exc)
        raise MediaError(f"The file '{path}' cannot be read: {reason}.", kind="unreadable_file") from exc


def _is_unicode(text: str) -> bool:
    try:
        return bool(text.encode())
    except UnicodeEncodeError:
        return False


def _not_indexed(ref: str) -> QueryError:
    return QueryError(f"'{ref}' is not in the collection; `emoretrieve list` shows what is.", kind="not_indexed")
