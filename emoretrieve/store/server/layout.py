"""How a collection stands on a server: its vectors, its metadata, and what is refused about one that stands there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from qdrant_client import models

from emoretrieve.emotion import PARTS
from emoretrieve.errors import StoreError
from emoretrieve.store.description import Description, description_of, is_name, stored_form
from emoretrieve.store.schema import SPACES
from emoretrieve.store.server.calls import Call
from emoretrieve.store.server.connection import Connection
from emoretrieve.store.server.settings import ServerSettings

SCHEMA_VECTORS = (*PARTS, *SPACES)
_METADATA = "emoretrieve"
"""The key of the metadata that is ours. Its value is one text, because servers merge objects into those of before."""


@dataclass(frozen=True, slots=True)
class Label:
    """What the metadata of a collection says."""

    uid: str
    """Of this collection and no other, whatever names and aliases it gets: what is kept beside it goes by this."""
    description: Description

    def metadata(self) -> dict[str, str]:
        return {_METADATA: json.dumps({"uid": self.uid, **stored_form(self.description)})}


def new_label(description: Description) -> Label:
    return Label(uuid4().hex, description)


def creation(name: str, label: Label, settings: ServerSettings) -> Call[None]:
    """Make an empty collection, without graphs: a search is exact."""
    arguments = {
        "collection_name": name,
        "vectors_config": vectors(),
        "hnsw_config": models.HnswConfigDiff(m=0),
        "on_disk_payload": True,
        "metadata": label.metadata(),
        "shard_number": settings.shards,
        "replication_factor": settings.replicas,
        "write_consistency_factor": settings.write_consistency,
        "timeout": settings.timeout_s,
    }
    return Call(f"create the collection '{name}'", "create_collection", arguments, lambda _: None, writes=True)


def relabelling(name: str, label: Label) -> Call[None]:
    arguments = {"collection_name": name, "metadata": label.metadata()}
    return Call(f"describe the collection '{name}'", "update_collection", arguments, lambda _: None, writes=True)


def vectors() -> dict[str, models.VectorParams]:
    """Colours as bytes (exact: they are integers), the two 15-d spaces as float32."""
    byte, cosine, dot = models.Datatype.UINT8, models.Distance.COSINE, models.Distance.DOT
    parts = {name: models.VectorParams(size=3, distance=cosine, datatype=byte) for name in PARTS}
    return {**parts, **{space: models.VectorParams(size=15, distance=dot) for space in SPACES}}


def is_ours(info: models.CollectionInfo) -> bool:
    return _METADATA in (info.config.metadata or {})


def label_of(name: str, info: models.CollectionInfo, settings: ServerSettings) -> Label:
    """What a collection says of itself; StoreError of kind `foreign_collection`, `other_schema` or `corrupt`."""
    if not is_ours(info):
        raise foreign(name, settings)
    uid = uid_of(info)
    if uid is None:
        raise StoreError(
            f"The metadata of the collection '{name}' of the Qdrant server at {settings.url} is damaged; remove the "
            "collection with 'emoretrieve delete --all' and index again.",
            kind="corrupt",
        )
    label = Label(uid, description_of(name, _stored(info)))
    _require_vectors(name, info)
    return label


def uid_of(info: models.CollectionInfo) -> str | None:
    """None where the metadata is damaged."""
    try:
        return str(_stored(info)["uid"])
    except (ValueError, LookupError, TypeError):
        return None


def collection_info(connection: Connection, name: str) -> models.CollectionInfo | None:
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


def names_of_ours(connection: Connection) -> Iterator[str]:
    """Of the collections that emoretrieve made, sorted."""
    call: Call[list[str]] = Call(
        "list its collections", "get_collections", {}, lambda answer: sorted(one.name for one in answer.collections)
    )
    for name in connection.run(call):
        info = collection_info(connection, name) if is_name(name) else None
        if info is not None and is_ours(info):
            yield name


def foreign(name: str, settings: ServerSettings) -> StoreError:
    """The error where a collection is not emoretrieve's."""
    return StoreError(
        f"The collection '{name}' of the Qdrant server at {settings.url} was not made by emoretrieve; choose "
        "another one with --collection.",
        kind="foreign_collection",
    )


def _stored(info: models.CollectionInfo) -> Any:
    return json.loads((info.config.metadata or {})[_METADATA])


def _require_vectors(name: str, info: models.CollectionInfo) -> None:
    there = info.config.params.vectors
    for vector, wanted in vectors().items():
        found = there.get(vector) if isinstance(there, dict) else None
        if found is None:
            problem = "is not there"
        elif found.size != wanted.size:
            problem = f"has {found.size} numbers and not {wanted.size}"
        elif found.distance != wanted.distance:
            problem = f"is compared by {found.distance.value} and not by {wanted.distance.value}"
        elif (found.datatype or models.Datatype.FLOAT32) != (wanted.datatype or models.Datatype.FLOAT32):
            problem = f"is stored as {found.datatype.value if found.datatype else 'float32'}"
        else:
            continue
        raise StoreError(
            f"The collection '{name}' has another schema: its vector '{vector}' {problem}; remove it with "
            "'emoretrieve delete --all', or choose another one with --collection.",
            kind="other_schema",
        )
