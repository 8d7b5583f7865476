"""The collections of a Qdrant server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from qdrant_client import models

from emoretrieve.errors import StoreError
from emoretrieve.store.aliases import Alias, alias_named, refuse_aliased, switched, target_of
from emoretrieve.store.collection import Collection
from emoretrieve.store.collections import WAIT_S
from emoretrieve.store.description import Description, accepted, check_name
from emoretrieve.store.place import Address
from emoretrieve.store.schema import INDEXED_FIELDS
from emoretrieve.store.server.aliases import lead, remove, targets, with_previous
from emoretrieve.store.server.calls import Call
from emoretrieve.store.server.companion import Companion
from emoretrieve.store.server.connection import Connection
from emoretrieve.store.server.layout import (
    collection_info,
    creation,
    foreign,
    is_ours,
    label_of,
    names_of_ours,
    new_label,
    uid_of,
)
from emoretrieve.store.server.operations import Operations
from emoretrieve.store.server.settings import ServerSettings
from emoretrieve.store.server.snapshots import ServerSnapshots
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
            name = target_of(targets(connection), name)  # not at every request: it may be switched meanwhile
            info = collection_info(connection, name)
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
            return list(names_of_ours(connection))

    def delete(self, name: str, *, wait_s: float = WAIT_S) -> None:  # noqa: ARG002  the protocol's signature
        check_name(name)
        with self._connection() as connection:
            refuse_aliased(targets(connection), name)
            info = collection_info(connection, name)
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
        with self._connection() as connection:
            return with_previous(connection, targets(connection))

    def resolve(self, name: str) -> str:
        with self._connection() as connection:
            return target_of(targets(connection), name)

    def set_alias(self, name: str, collection: str) -> Alias:
        known = self.aliases()
        return self._lead(switched(known, self.names(), name, collection), anew=name not in known)

    def switch_back(self, name: str) -> Alias:
        return self._lead(alias_named(self.aliases(), name).led_back(), anew=False)

    def delete_alias(self, name: str) -> Alias:
        with self._connection() as connection:
            alias = alias_named(targets(connection), name)
            remove(connection, alias)
            return alias

    @property
    def snapshots(self) -> Snapshots:
        return ServerSnapshots(self._connection)

    def _lead(self, alias: Alias, *, anew: bool) -> Alias:
        self.open(alias.collection).close()
        with self._connection() as connection:
            lead(connection, alias, anew=anew)
        return alias

    def address(self, name: str) -> Address:
        return Address(self.resolve(name), server=self.settings.url)

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        connection = Connection.open(self.settings)
        try:
            yield connection
        finally:
            connection.close()

    def _no_collection(self, connection: Connection, name: str) -> StoreError:
        others = list(names_of_ours(connection))
        known = f"there are {', '.join(others)}" if others else "there are none yet"
        return StoreError(
            f"There is no collection '{name}' on {self.settings.url} ({known}); index something into it first.",
            kind="no_collection",
        )


def _create(connection: Connection, name: str, signature: Mapping[str, str]) -> models.CollectionInfo | None:
    """Make the collection with its indexes, unless another process is quicker."""
    label = new_label(Description(dict(signature), datetime.now(UTC).isoformat(timespec="seconds")))
    try:
        connection.run(creation(name, label, connection.settings))
    except StoreError as error:
        if error.kind != "server_exists":
            raise
    return collection_info(connection, name)


def _index(connection: Connection, name: str, info: models.CollectionInfo) -> None:
    """Make the indexes that are not there: all of a new collection, the rest of one whose making broke off."""
    for field, kind in INDEXED_FIELDS.items():
        if field in info.payload_schema:
            continue
        try:
            connection.carry_out(Operations(name, connection.settings).create_index(field, kind))
        except StoreError as error:
            if error.kind != "read_only_key":  # who may only read leaves it to others
                raise
