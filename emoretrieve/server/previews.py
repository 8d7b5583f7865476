"""Thumbnails and excerpts that were made lately, within a bound of bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from emoretrieve.errors import RequestError
from emoretrieve.item import Item
from emoretrieve.server.numbers import Numbers


class Previews:
    """The last ones used, by name. Safe to use from several threads."""

    def __init__(self, most_bytes: int, numbers: Numbers) -> None:
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._left = most_bytes
        self._lock = threading.Lock()
        self._numbers = numbers

    def get(self, name: str, make: Callable[[], bytes]) -> bytes:
        """The preview of this name, made if need be."""
        with self._lock:
            found = self._kept.get(name)
            if found is not None:
                self._kept.move_to_end(name)
        self._numbers.cache.labels("preview", "miss" if found is None else "hit").inc()
        if found is not None:
            return found
        made = make()
        self._keep(name, made)
        return made

    def _keep(self, name: str, data: bytes) -> None:
        with self._lock:
            self._left += len(self._kept.pop(name, b"")) - len(data)
            self._kept[name] = data
            while self._left < 0:
                _, dropped = self._kept.popitem(last=False)
                self._left += len(dropped)


def file_of(item: Item) -> Path:
    """A file of the item that is as it was when it was indexed.

    Raises RequestError of kind `no_file_left`: what lies there now may be anything.
    """
    for location in item.locations:
        path = Path(location.path)
        try:
            state = path.stat()
        except (OSError, ValueError):
            continue
        if (state.st_size, state.st_mtime_ns) == (location.size, location.mtime_ns):
            return path
    raise RequestError(f"No file of the item {item.id} is there as it was indexed.", kind="no_file_left")
