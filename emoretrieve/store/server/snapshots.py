"""Snapshots that a server makes and keeps, and restores on the same machine.

A snapshot holds the metadata of its collection, the uid included, by which notes are kept beside it. So a copy under
another name gets a uid of its own, with copies of those notes.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from uuid import uuid4

from qdrant_client import models

from emoretrieve.errors import StoreError
from emoretrieve.store.description import check_name
from emoretrieve.store.filter import Filter
from emoretrieve.store.server.calls import Call
from emoretrieve.store.server.companion import Companion
from emoretrieve.store.server.connection import Connection
from emoretrieve.store.server.layout import collection_info, label_of, names_of_ours, relabelling
from emoretrieve.store.server.operations import Operations
from emoretrieve.store.server.sidecar import copy_files
from emoretrieve.store.server.standing import Register
from emoretrieve.store.snapshots import Snapshot, refuse_taken


@dataclass(frozen=True, slots=True)
class ServerSnapshots:
    """See the protocol `Snapshots`."""

    connect: Callable[[], AbstractContextManager[Connection]]

    def collections(self) -> list[str]:
        with self.connect() as connection:
            return list(names_of_ours(connection))

    def known(self, collection: str) -> list[Snapshot]:
        call: Call[list[models.SnapshotDescription]] = Call(
            "list its snapshots", "list_snapshots", {"collection_name": collection}, list
        )
        with self.connect() as connection:
            return sorted((_of(one, collection) for one in connection.run(call)), key=lambda snapshot: snapshot.name)

    def create(self, collection: str) -> Snapshot:
        call: Call[models.SnapshotDescription] = Call(
            f"make a snapshot of the collection '{collection}'",
            "create_snapshot",
            {"collection_name": collection, "wait": True},
            lambda made: made,
            writes=True,
        )
        with self.connect() as connection:
            return _of(connection.run(call), collection)

    def restore(self, snapshot: Snapshot, into: str, *, replace: bool) -> int:
        check_name(into)
        with self.connect() as connection:
            if collection_info(connection, into) is not None and not replace:
                raise refuse_taken(into)
            _recover(connection, snapshot, into)
            uid = _settle(connection, into, is_copy=into != snapshot.collection)
            Register(Companion(connection, uid)).mark(uuid4().hex, 2)  # the contents are others: count them again
            return connection.carry_out(Operations(into, connection.settings).count(Filter()))

    def delete(self, snapshot: Snapshot) -> None:
        arguments = {"collection_name": snapshot.collection, "snapshot_name": snapshot.name, "wait": True}
        action = f"remove the snapshot '{snapshot.name}'"
        call: Call[None] = Call(action, "delete_snapshot", arguments, lambda _: None, writes=True)
        with self.connect() as connection:
            try:
                connection.run(call)
            except StoreError as error:
                if error.kind != "server_not_found":  # removed by this request, whose answer was lost, or by another
                    raise


def _of(made: models.SnapshotDescription, collection: str) -> Snapshot:
    return Snapshot(made.name, collection, made.creation_time or "", made.size, checksum=made.checksum)


def _recover(connection: Connection, snapshot: Snapshot, into: str) -> None:
    """Let the server read its own file, whose checksum it compares first."""
    folder = connection.settings.snapshot_dir.rstrip("/")
    arguments = {
        "collection_name": into,
        "location": f"file://{folder}/{snapshot.collection}/{snapshot.name}",
        "checksum": snapshot.checksum,
        "priority": models.SnapshotPriority.SNAPSHOT,
        "wait": True,
    }
    action = f"restore the snapshot '{snapshot.name}'"
    call: Call[None] = Call(action, "recover_snapshot", arguments, lambda _: None, writes=True)
    try:
        connection.run(call)
    except StoreError as error:
        if error.kind not in ("server_error", "server_not_found"):
            raise
        raise StoreError(
            f"{error} Use another snapshot, or name the folder that the server keeps them in with --qdrant-option "
            "snapshot_dir=DIR.",
            kind="damaged_snapshot",
        ) from error


def _settle(connection: Connection, name: str, *, is_copy: bool) -> str:
    """The uid by which notes are kept beside a restored collection; a copy gets one of its own."""
    info = collection_info(connection, name)
    assert info is not None  # it was restored a moment ago
    label = label_of(name, info, connection.settings)
    if not is_copy:
        return label.uid
    own = replace(label, uid=uuid4().hex)
    copy_files(Companion(connection, label.uid), Companion(connection, own.uid))
    connection.run(relabelling(name, own))
    return own.uid
