"""The companion collection: what is known about the collections of a server, in points without vectors.

Every point belongs to one collection, by the uid in that one's metadata. It is made when something is first kept in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from qdrant_client import models

from emoretrieve.errors import StoreError
from emoretrieve.store.server.calls import Call, write
from emoretrieve.store.server.connection import Connection

COMPANION = "_emoretrieve"
"""No name that a collection of items can have (`check_name`)."""

_OWNER, _KIND, _AT = "owner", "kind", "at"
_PAGE = 100


class Companion:
    """The notes about one collection, by kind and name."""

    def __init__(self, connection: Connection, owner: str) -> None:
        self._connection = connection
        self._owner = owner

    def get(self, kind: str, name: str) -> Mapping[str, Any] | None:
        """One note; None where there is none."""
        arguments = {"collection_name": COMPANION, "ids": [self._id(kind, name)], "consistency": _MAJORITY}
        call: Call[list[models.Record]] = Call("read its notes", "retrieve", arguments, list)
        found = self._where_there(call)
        return found[0].payload if found else None

    def all_of(self, kinds: Sequence[str]) -> Iterator[Mapping[str, Any]]:
        """The notes of some kinds."""
        offset = None
        while True:
            arguments = {
                "collection_name": COMPANION,
                "scroll_filter": self._filter(models.FieldCondition(key=_KIND, match=models.MatchAny(any=list(kinds)))),
                "limit": _PAGE,
                "offset": offset,
                "consistency": _MAJORITY,
            }
            call: Call[list[Any]] = Call("read its notes", "scroll", arguments, list)
            page = self._where_there(call)
            if not page:
                return
            found, offset = page
            yield from (record.payload for record in found)
            if offset is None:
                return

    def put(self, kind: str, name: str, content: Mapping[str, object], at: str = "") -> None:
        """Write a note, replacing that of this name; `at` is a text by which `remove_at` finds it."""
        payload = {_OWNER: self._owner, _KIND: kind, "name": name, _AT: at, **content}
        point = models.PointStruct(id=self._id(kind, name), vector={}, payload=payload)
        call = write("write its notes", "upsert", collection_name=COMPANION, points=[point])
        try:
            self._connection.run(call)
        except StoreError as error:
            if error.kind != "server_not_found":
                raise
            _make(self._connection)
            self._connection.run(call)

    def remove(self, kind: str, name: str) -> None:
        self._delete(models.PointIdsList(points=[self._id(kind, name)]))

    def remove_at(self, places: Sequence[str]) -> None:
        """Remove the notes that were put `at` these, and not put elsewhere since."""
        condition = models.FieldCondition(key=_AT, match=models.MatchAny(any=list(places)))
        self._delete(models.FilterSelector(filter=self._filter(condition)))

    def remove_all(self) -> None:
        self._delete(models.FilterSelector(filter=self._filter()))

    def _delete(self, chosen: models.PointIdsList | models.FilterSelector) -> None:
        self._where_there(write("remove its notes", "delete", collection_name=COMPANION, points_selector=chosen))

    def _where_there(self, call: Call[Any]) -> Any:
        """The result of a call; None where the companion does not exist."""
        try:
            return self._connection.run(call)
        except StoreError as error:
            if error.kind != "server_not_found":
                raise
            return None

    def _filter(self, *conditions: models.Condition) -> models.Filter:
        owner = models.FieldCondition(key=_OWNER, match=models.MatchValue(value=self._owner))
        return models.Filter(must=[owner, *conditions])

    def _id(self, kind: str, name: str) -> str:
        return str(uuid5(NAMESPACE_URL, f"emoretrieve:{self._owner}/{kind}/{name}"))


_MAJORITY = models.ReadConsistencyType.MAJORITY


def _make(connection: Connection) -> None:
    """Make the companion with its indexes, unless another process was quicker."""
    settings = connection.settings
    arguments = {
        "collection_name": COMPANION,
        "vectors_config": {},
        "shard_number": 1,
        "replication_factor": settings.replicas,
        "write_consistency_factor": settings.write_consistency,
        "timeout": settings.timeout_s,
    }
    make: Call[None] = Call("make a place for notes", "create_collection", arguments, lambda _: None, writes=True)
    try:
        connection.run(make)
    except StoreError as error:
        if error.kind != "server_exists":
            raise
    for field in (_OWNER, _KIND, _AT):
        connection.run(
            write(
                "make an index",
                "create_payload_index",
                collection_name=COMPANION,
                field_name=field,
                field_schema=models.PayloadSchemaType.KEYWORD,
            )
        )
