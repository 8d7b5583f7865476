"""Where collections live: each place opens, lists and removes collections by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from emoretrieve.store.collection import Collection
from emoretrieve.store.collections import (
    WAIT_S,
    collection_folder,
    delete_collection,
    list_collections,
    open_collection,
)


@dataclass(frozen=True, slots=True)
class Address:
    """Of one collection."""

    name: str
    folder: Path | None = None
    """Of its files; None where it has none on this machine."""

    @property
    def bytes_on_disk(self) -> int:
        """What its files take."""
        files = self.folder.rglob("*") if self.folder else ()
        return sum(512 * file.stat().st_blocks for file in files if file.is_file())  # large parts of them are holes


class Place(Protocol):
    """Collections by name."""

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
        """Remove a collection with all its items. Raises StoreError of kind `no_collection` or `locked`."""
        ...

    def address(self, name: str) -> Address:
        """Where the collection of this name is, or would be."""
        ...


@dataclass(frozen=True, slots=True)
class EmbeddedPlace:
    """The collections of a data folder, which one process at a time holds."""

    data: Path

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
            self.data, name, signature=signature, create=create, unfinished=unfinished, wait_s=wait_s
        )

    def names(self) -> list[str]:
        return list_collections(self.data)

    def delete(self, name: str, *, wait_s: float = WAIT_S) -> None:
        delete_collection(self.data, name, wait_s=wait_s)

    def address(self, name: str) -> Address:
        return Address(name, collection_folder(self.data, name))
