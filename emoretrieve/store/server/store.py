"""A collection on a server, which several processes may read and write."""

from __future__ import annotations

from dataclasses import replace

from emoretrieve.store.collection import Collection
from emoretrieve.store.description import Description
from emoretrieve.store.filter import Filter
from emoretrieve.store.server.companion import Companion
from emoretrieve.store.server.connection import Connection
from emoretrieve.store.server.engine import ServerEngine
from emoretrieve.store.server.layout import Label, relabelling
from emoretrieve.store.server.shared_state import SharedState
from emoretrieve.store.server.sidecar import ServerSidecar
from emoretrieve.store.server.standing import Register


class ServerStore(Collection):
    """See the protocol `Store`; closing it closes the connection."""

    def __init__(self, connection: Connection, name: str, label: Label) -> None:
        engine = ServerEngine(connection, name)
        notes = Companion(connection, label.uid)
        state = SharedState(Register(notes), lambda: engine.count(Filter()))
        super().__init__(engine, ServerSidecar(notes), label.description, state)
        self._connection = connection
        self._name = name
        self._label = label

    def _write(self, description: Description) -> None:
        label = replace(self._label, description=description)
        self._connection.run(relabelling(self._name, label))
        self._label = label
