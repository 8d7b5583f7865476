"""Snapshots of collections: the state of one moment, to go back to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from emoretrieve.errors import StoreError


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One of them."""

    name: str
    collection: str
    created: str
    """ISO 8601; empty where the server does not say."""
    size: int
    """Bytes."""
    items: int | None = None
    """None where that is not known without restoring it."""
    checksum: str | None = None
    """SHA-256 in hex, as a server tells it; a data folder keeps it in a file."""

    def to_json(self) -> dict[str, object]:
        return {
            "snapshot": self.name,
            "collection": self.collection,
            "created": self.created,
            "items": self.items,
            "bytes": self.size,
        }


class Snapshots(Protocol):
    """Those of one place. Collections are named by their own names. Every method raises StoreError."""

    def collections(self) -> list[str]:
        """The collections of which there may be snapshots, sorted."""
        ...

    def known(self, collection: str) -> list[Snapshot]:
        """Those of one collection, by name."""
        ...

    def create(self, collection: str) -> Snapshot: ...

    def restore(self, snapshot: Snapshot, into: str, *, replace: bool) -> int:
        """Make the collection `into` of a snapshot: all of it or nothing; the number of items.

        Raises StoreError of kind `taken` where there is one of that name and `replace` is not said, and of kind
        `damaged_snapshot` where it is not what was written.
        """
        ...

    def delete(self, snapshot: Snapshot) -> None: ...


def find(snapshots: Snapshots, collection: str, name: str) -> Snapshot:
    """The snapshot of this name; StoreError of kind `no_snapshot`."""
    known = {snapshot.name: snapshot for snapshot in snapshots.known(collection)}
    if name not in known:
        there = f"there are {', '.join(known)}" if known else "there are none"
        raise StoreError(
            f"The collection '{collection}' has no snapshot '{name}' ({there}); 'emoretrieve snapshot list' shows "
            "those of all collections.",
            kind="no_snapshot",
        )
    return known[name]


def refuse_taken(collection: str) -> StoreError:
    """The error where a snapshot would replace a collection that nobody said should be replaced."""
    return StoreError(
        f"There is a collection '{collection}' already; give the restored one another name with --as, or say "
        "--replace.",
        kind="taken",
    )
