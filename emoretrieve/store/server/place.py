"""The collections of a Qdrant server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from qdrant_client import models

from emoretrieve.errors import StoreError
from emoretrieve.store.aliases import Alias, target_of
from emoretrieve.store.collection import Collection
from emoretrieve.store.collections import WAIT_S
from emoretrieve.store.description import Description, accepted, check_name, is_name
from emoretrieve.store.place import Address
from emoretrieve.store.schema import INDEXED_FIELDS
from emoretrieve.store.server.calls import Call
from emoretrieve.store.server.companion import Companion
from emoretrieve.store.server.connection import Connection
from emoretrieve.store.server.layout import creation, foreign, is_ours, label_of, new_label, uid_of
from emoretrieve.store.server.operations import Operations
from emoretrieve.store.server.settings import ServerSettings
from emoretrieve.store.server.store import ServerStore
from emoretrieve.store.snapshots import Snapshots


@dataclass(frozen=True, slots=True)
class ServerPlace:
    """As the protocol `Place` says. Several processes may hold a collection, so none waits for another."""

    settings: ServerSettings

    @property
    def is_exclusive(self) -> bool:
        return False

    def open(
        self,
        name: str,
        *,
        signature: Mapping[str, str] | None = None,
        create: bool = False,
        unfinished: bool = False,
        wait_s: float = WAIT_S,  # noqa: ARG002  the protocol's signature
    ) -> Collection:
        check_name(name)
        connection = Connection.open(self.settings)
        try:
            info = _info(connection, name)
            if info is None and create:
                info = _create(connection, name, signature or {})
            if info is None:
                raise self._no_collection(connection, name)
            label = label_of(name, info, self.settings)
            accepted(name, label.description, signature, unfinished)
            _index(connection, name, info)
            return ServerStore(connection, name, label)
        except BaseException:
            connection.close()
            raise

    def names(self) -> list[str]:
        with self._connection() as connection:
            return list(_names(connection))

    def delete(self, name: str, *, wait_s: float = WAIT_S) -> None:  # noqa: ARG002  the protocol's signature
        check_name(name)
        with self._connection() as connection:
            info = _info(connection, name)
            if info is None:
                raise self._no_collection(connection, name)
            if not is_ours(info):
                raise foreign(name, self.settings)
            arguments = {"collection_name": name, "timeout": self.settings.timeout_s}
            connection.run(
                Call(f"delete the collection '{name}'", "delete_collection", arguments, lambda _: None, writes=True)
            )
            uid = uid_of(info)
            if uid:
                Companion(connection, uid).remove_all()

    def aliases(self) -> Mapping[str, Alias]:
        call: Call[dict[str, Alias]] = Call("read its aliases", "get_aliases", {}, _aliases)
        with self._connection() as connection:
            return connection.run(call)

    def resolve(self, name: str) -> str:
        return target_of(self.aliases(), name)

    def set_alias(self, name: str, collection: str) -> Alias:
        raise _not_yet(f"Letting '{name}' lead to '{collection}'")

    def switch_back(self, name: str) -> Alias:
        raise _not_yet(f"Switching '{name}' back")

    def delete_alias(self, name: str) -> Alias:
        raise _not_yet(f"Removing the alias '{name}'")

    @property
    def snapshots(self) -> Snapshots:
        raise _not_yet("Making and restoring snapshots")

    def address(self, name: str) -> Address:
        return Address(name, server=self.settings.url)

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        connection = Connection.open(self.settings)
        try:
            yield connection
        finally:
            connection.close()

    def _no_collection(self, connection: Connection, name: str) -> StoreError:
        others = list(_names(connection))
        known = f"there are {', '.join(others)}" if others else "there are none yet"
        return StoreError(
            f"There is no collection '{name}' on {self.settings.url} ({known}); index something into it first.",
            kind="no_collection",
        )


def _aliases(answer: models.CollectionsAliasesResponse) -> dict[str, Alias]:
    return {one.alias_name: Alias(one.alias_name, one.collection_name) for one in answer.aliases}


def _not_yet(action: str) -> StoreError:
    return StoreError(
        f"{action} on a server is done with Qdrant's own interface; see qdrant/README.md.",
        kind="not_on_server",
    )


def _info(connection: Connection, name: str) -> models.CollectionInfo | None:
    """What the server says of a collection; None where there is none of this name."""
    call: Call[models.CollectionInfo] = Call(
        f"open the collection '{name}'", "get_collection", {"collection_name": name}, lambda info: info
    )
    try:
        return connection.run(call)
    except StoreError as error:
        if error.kind != "server_not_found":
            raise
        return None


def _names(connection: Connection) -> Iterator[str]:
    """Of the collections that emoretrieve made, sorted."""
    call: Call[list[str]] = Call(
        "list its collections", "get_collections", {}, lambda answer: sorted(one.name for one in answer.collections)
    )
    for name in connection.run(call):
        info = _info(connection, name) if is_name(name) else None
        if info is not None and is_ours(info):
            yield name


def _create(connection: Connection, name: str, signature: Mapping[str, str]) -> models.CollectionInfo | None:
    """Make the collection with its indexes, unless another process is quicker."""
    label = new_label(Description(dict(signature), datetime.now(UTC).isoformat(timespec="seconds")))
    try:
        connection.run(creation(name, label, connection.settings))
    except StoreError as error:
        if error.kind != "server_exists":
            raise
    return _info(connection, name)


def _index(connection: Connection, name: str, info: models.CollectionInfo) -> None:
    """Make the indexes that are not there: all of a new collection, the rest of one whose making broke off."""
    for field in INDEXED_FIELDS:
        if field in info.payload_schema:
            continue
        try:
            connection.carry_out(Operations(name, connection.settings).create_index(field, "keyword"))
        except StoreError as error:
            if error.kind != "read_only_key":  # who may only read leaves it to others
                raise
