"""Other names of collections, which can be switched from one to the next at once.

Of a data folder they stand in `DATA/aliases.json`, replaced as a whole under the lock `DATA/aliases.lock`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from emoretrieve.errors import StoreError
from emoretrieve.store.description import check_name
from emoretrieve.store.failures import translated
from emoretrieve.store.lock import FileLock
from emoretrieve.store.sidecar import write_atomically

_FILE = "aliases.json"
_WAIT_S = 10.0
"""A switch takes milliseconds, opening the collection that it leads to included."""


@dataclass(frozen=True, slots=True)
class Alias:
    """One name and where it leads."""

    name: str
    collection: str
    previous: str | None = None
    """Where it led before."""

    def led_to(self, collection: str) -> Alias:
        """The alias, leading elsewhere."""
        return self if collection == self.collection else Alias(self.name, collection, self.collection)

    def led_back(self) -> Alias:
        """The alias, leading where it led before; StoreError of kind `no_previous` where it never led elsewhere."""
        if self.previous is None:
            raise StoreError(
                f"The alias '{self.name}' has led to '{self.collection}' from the beginning; switch it with "
                "'emoretrieve alias set'.",
                kind="no_previous",
            )
        return self.led_to(self.previous)

    def to_json(self) -> dict[str, object]:
        return {"alias": self.name, "collection": self.collection, "previous": self.previous}


class FolderAliases:
    """Those of a data folder."""

    def __init__(self, data: Path) -> None:
        self._data = data

    def known(self) -> dict[str, Alias]:
        """All aliases by name; StoreError of kind `damaged_aliases` where their file is damaged."""
        try:
            with translated(f"read the aliases of {self._data}"):
                stored = (self._data / _FILE).read_bytes() if (self._data / _FILE).exists() else b"{}"
            aliases = json.loads(stored)
            return {str(name): Alias(name, str(of["collection"]), of["previous"]) for name, of in aliases.items()}
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise StoreError(
                f"The aliases in '{self._data / _FILE}' cannot be read; restore the file, or remove it and set them "
                "again with 'emoretrieve alias set'.",
                kind="damaged_aliases",
            ) from error

    @contextmanager
    def held(self) -> Iterator[None]:
        """Inside, no other process changes them; StoreError of kind `locked` after waiting."""
        with translated("lock the aliases"):
            self._data.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self._data / "aliases.lock", "list of aliases", _WAIT_S)
        try:
            yield
        finally:
            lock.release()

    def write(self, aliases: Mapping[str, Alias]) -> None:
        """Replace all of them at once; to be called inside `held`."""
        stored = {name: {"collection": of.collection, "previous": of.previous} for name, of in sorted(aliases.items())}
        with translated("write the aliases"):
            write_atomically(self._data / _FILE, json.dumps(stored, indent=2).encode())


def target_of(aliases: Mapping[str, Alias], name: str) -> str:
    """The collection that a name means: its own, or that which the alias of this name leads to."""
    return aliases[name].collection if name in aliases else name


def switched(aliases: Mapping[str, Alias], collections: Collection[str], name: str, collection: str) -> Alias:
    """The alias `name` as it leads to a collection; StoreError where the name cannot be one (`bad_name`, `taken`)."""
    check_name(name)
    if name in collections:
        raise StoreError(
            f"'{name}' is a collection, which an alias of that name would hide; choose another name.", kind="taken"
        )
    target = target_of(aliases, collection)
    return aliases[name].led_to(target) if name in aliases else Alias(name, target)


def alias_named(aliases: Mapping[str, Alias], name: str) -> Alias:
    """StoreError of kind `no_alias` where there is none."""
    if name not in aliases:
        known = f"there are {', '.join(sorted(aliases))}" if aliases else "there are none yet"
        raise StoreError(
            f"There is no alias '{name}' ({known}); make it with 'emoretrieve alias set {name} COLLECTION'.",
            kind="no_alias",
        )
    return aliases[name]


def refuse_aliased(aliases: Mapping[str, Alias], name: str) -> None:
    """Raise StoreError of kind `aliased` where a collection that is to be removed has another name, or is one."""
    if name in aliases:
        what = f"is an alias of '{aliases[name].collection}'"
    elif leading := [alias.name for alias in aliases.values() if alias.collection == name]:
        what = f"is the collection of the alias '{leading[0]}'"
    else:
        return
    raise StoreError(
        f"'{name}' {what}, so it was not removed; switch or delete the alias first, with 'emoretrieve alias'.",
        kind="aliased",
    )
