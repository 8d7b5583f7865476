"""Aliases on a server. Where one led before is a note beside the collection that it leads to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from qdrant_client import models

from emoretrieve.errors import StoreError
from emoretrieve.store.aliases import Alias
from emoretrieve.store.server.calls import Call
from emoretrieve.store.server.companion import Companion
from emoretrieve.store.server.connection import Connection
from emoretrieve.store.server.layout import collection_info, uid_of

_KIND = "alias"


def targets(connection: Connection) -> dict[str, Alias]:
    """All aliases by name, without where they led before: one request. None for a key that may not list them."""
    call: Call[dict[str, Alias]] = Call("read its aliases", "get_aliases", {}, _read)
    try:
        return connection.run(call)
    except StoreError as error:
        if error.kind != "refused_key":  # a token for some collections; it has to name them by their own names
            raise
        return {}


def with_previous(connection: Connection, aliases: Mapping[str, Alias]) -> dict[str, Alias]:
    """The same aliases with where they led before."""
    return {name: replace(alias, previous=_previous(connection, alias)) for name, alias in aliases.items()}


def lead(connection: Connection, alias: Alias, *, anew: bool) -> None:
    """Let an alias lead where it says, in one step; `anew` where there was none of this name."""
    notes = _notes(connection, alias.collection)
    if notes and alias.previous:  # first: a note about what did not happen is never looked at
        notes.put(_KIND, alias.name, {"previous": alias.previous})
    made = models.CreateAlias(collection_name=alias.collection, alias_name=alias.name)
    try:
        _change(connection, [*([] if anew else [_removal(alias)]), models.CreateAliasOperation(create_alias=made)])
    except StoreError as error:
        there = targets(connection).get(alias.name) if error.kind == "server_exists" else None
        if there is None or there.collection != alias.collection:
            raise
        # It was made by this request, whose answer was lost, before it was repeated.


def remove(connection: Connection, alias: Alias) -> None:
    _change(connection, [_removal(alias)])
    notes = _notes(connection, alias.collection)
    if notes:
        notes.remove(_KIND, alias.name)


def _removal(alias: Alias) -> models.AliasOperations:
    return models.DeleteAliasOperation(delete_alias=models.DeleteAlias(alias_name=alias.name))


def _change(connection: Connection, operations: list[models.AliasOperations]) -> None:
    """All operations of one request happen at once."""
    arguments = {"change_aliases_operations": operations, "timeout": connection.settings.timeout_s}
    call: Call[None] = Call("change its aliases", "update_collection_aliases", arguments, lambda _: None, writes=True)
    connection.run(call)


def _previous(connection: Connection, alias: Alias) -> str | None:
    notes = _notes(connection, alias.collection)
    note = notes.get(_KIND, alias.name) if notes else None
    return None if note is None else str(note["previous"])


def _notes(connection: Connection, collection: str) -> Companion | None:
    """Those about a collection; None where it is not emoretrieve's."""
    info = collection_info(connection, collection)
    uid = uid_of(info) if info else None
    return Companion(connection, uid) if uid else None


def _read(answer: models.CollectionsAliasesResponse) -> dict[str, Alias]:
    return {one.alias_name: Alias(one.alias_name, one.collection_name) for one in answer.aliases}
