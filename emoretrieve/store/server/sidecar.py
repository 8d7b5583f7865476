"""Small pieces of data beside a collection on a server."""

from __future__ import annotations

from base64 import b64decode, b64encode

from emoretrieve.store.server.companion import Companion

_KIND = "file"


class ServerSidecar:
    """As the protocol `Sidecar` says, but that StoreError is raised."""

    def __init__(self, companion: Companion) -> None:
        self._companion = companion

    def read(self, name: str) -> bytes | None:
        note = self._companion.get(_KIND, name)
        return None if note is None else b64decode(note["data"])

    def write(self, name: str, data: bytes) -> None:
        self._companion.put(_KIND, name, {"data": b64encode(data).decode()})

    def remove(self, name: str) -> None:
        self._companion.remove(_KIND, name)


def copy_files(source: Companion, target: Companion) -> None:
    """Give a copy of a collection what is kept beside the first."""
    for note in source.all_of([_KIND]):
        target.put(_KIND, str(note["name"]), {"data": note["data"]})
