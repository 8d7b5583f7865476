"""Where collections live: each place opens, lists and removes collections by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from emoretrieve.errors import MissingDependency
from emoretrieve.store.aliases import Alias, FolderAliases, alias_named, refuse_aliased, switched, target_of
from emoretrieve.store.collection import Collection
from emoretrieve.store.collections import (
    WAIT_S,
    collection_folder,
    delete_collection,
    list_collections,
    open_collection,
)
from emoretrieve.store.server.settings import ServerSettings
from emoretrieve.store.snapshots import Snapshots
from emoretrieve.store.space import bytes_on_disk


@dataclass(frozen=True, slots=True)
class Address:
    """Of one collection."""

    name: str
    folder: Path | None = None
    """Of its files; None where it has none on this machine."""
    server: str | None = None
    """The URL of the server that it is on."""

    @property
    def bytes_on_disk(self) -> int | None:
        """What its files take; None where that is not known."""
        if self.server is not None:
            return None
        return bytes_on_disk(self.folder) if self.folder else 0


class Place(Protocol):
    """Collections by name. Wherever one is named, an alias of it may stand."""

    @property
    def is_exclusive(self) -> bool:
        """Whether only one at a time can have a collection open."""
        ...

    def open(
        self,
        name: str,
        *,
        signature: Mapping[str, str] | None = None,
        create: bool = False,
        unfinished: bool = False,
        wait_s: float = WAIT_S,
    ) -> Collection:
        """Open the collection `name`, with `create` also where there is none yet.

        A `signature` must equal that of the collection; None accepts any. One whose recolouring broke off is opened
        only if it may be `unfinished`. Raises StoreError, such as of kind `no_collection`, `other_perception`,
        `unfinished_recolouring`, `locked` (after waiting `wait_s` seconds), `other_schema` or `bad_name`.
        """
        ...

    def names(self) -> list[str]:
        """The names of the collections, sorted."""
        ...

    def delete(self, name: str, *, wait_s: float = WAIT_S) -> None:
        """Remove a collection with all its items. Raises StoreError of kind `no_collection`, `locked` or `aliased`."""
        ...

    def aliases(self) -> Mapping[str, Alias]:
        """All aliases by name."""
        ...

    def resolve(self, name: str) -> str:
        """The collection that a name means: its own, or that which the alias of this name leads to."""
        ...

    def set_alias(self, name: str, collection: str) -> Alias:
        """Let an alias lead to a collection, from one moment to the next; it is made if need be.

        The collection is opened to see that it can be. Raises StoreError of kind `bad_name` or `taken` for the name,
        and as `open` does for the collection; then nothing changes.
        """
        ...

    def switch_back(self, name: str) -> Alias:
        """Let an alias lead where it led before. StoreError of kind `no_alias`, `no_previous`, and as `open` raises."""
        ...

    def delete_alias(self, name: str) -> Alias:
        """Remove an alias; its collection stays. StoreError of kind `no_alias`."""
        ...

    @property
    def snapshots(self) -> Snapshots: ...

    def address(self, name: str) -> Address:
        """Where the collection of this name is, or would be."""
        ...


def place_of(data: Path, server: ServerSettings | None) -> Place:
    """The server or, without one, the data folder. Raises MissingDependency without the extra for servers."""
    if server is None:
        return EmbeddedPlace(data)
    try:
        from emoretrieve.store.server.place import ServerPlace
    except ImportError as error:
        raise MissingDependency(
            f"Qdrant servers need the library {error.name}; install it with: pip install 'emoretrieve[qdrant]'"
        ) from error
    return ServerPlace(server)


@dataclass(frozen=True, slots=True)
class EmbeddedPlace:
    """The collections of a data folder, which one process at a time holds."""

    data: Path

    @property
    def is_exclusive(self) -> bool:
        return True

    def open(
        self,
        name: str,
        *,
        signature: Mapping[str, str] | None = None,
        create: bool = False,
        unfinished: bool = False,
        wait_s: float = WAIT_S,
    ) -> Collection:
        return open_collection(
            self.data, self.resolve(name), signature=signature, create=create, unfinished=unfinished, wait_s=wait_s
        )

    def names(self) -> list[str]:
        return list_collections(self.data)

    def delete(self, name: str, *, wait_s: float = WAIT_S) -> None:
        with self._aliases.held():
            refuse_aliased(self._aliases.known(), name)
            delete_collection(self.data, name, wait_s=wait_s)

    def address(self, name: str) -> Address:
        name = self.resolve(name)
        return Address(name, collection_folder(self.data, name).absolute())

    def aliases(self) -> Mapping[str, Alias]:
        return self._aliases.known()

    def resolve(self, name: str) -> str:
        return target_of(self._aliases.known(), name)

    def set_alias(self, name: str, collection: str) -> Alias:
        with self._aliases.held():
            known = self._aliases.known()
            return self._switch(known, switched(known, self.names(), name, collection))

    def switch_back(self, name: str) -> Alias:
        with self._aliases.held():
            known = self._aliases.known()
            return self._switch(known, alias_named(known, name).led_back())

    def delete_alias(self, name: str) -> Alias:
        with self._aliases.held():
            known = self._aliases.known()
            alias = alias_named(known, name)
            self._aliases.write({other: of for other, of in known.items() if other != name})
            return alias

    @property
    def snapshots(self) -> Snapshots:
        from emoretrieve.store.folder_snapshots import FolderSnapshots  # loads archives, which queries do not need

        return FolderSnapshots(self.data)

    def _switch(self, known: Mapping[str, Alias], alias: Alias) -> Alias:
        open_collection(self.data, alias.collection).close()
        self._aliases.write({**known, alias.name: alias})
        return alias

    @property
    def _aliases(self) -> FolderAliases:
        return FolderAliases(self.data)
