"""The open collections of a server, by name: each is opened when it is first asked for, and held until the end."""

from __future__ import annotations

import threading

from emoretrieve.errors import EmoretrieveError, RequestError
from emoretrieve.library import Library
from emoretrieve.server.settings import ServeSettings
from emoretrieve.store.place import Place, place_of

JsonObject = dict[str, object]


class Shelf:
    """Libraries by the name of their collection, or an alias of it. Safe to use from several threads."""

    def __init__(self, settings: ServeSettings) -> None:
        self._settings = settings
        self._place = place_of(settings.data, settings.qdrant)
        self._libraries: dict[str, Library] = {}
        self._opening = threading.RLock()
        self._closed = False

    @property
    def place(self) -> Place:
        return self._place

    def get(self, name: str) -> Library:
        """The library on a collection. Raises StoreError, such as of kind `no_collection`."""
        library = self._libraries.get(name)
        return library or self._open(self._place.resolve(name), create=False)

    def get_or_make(self, name: str) -> Library:
        """The same; where there is no such collection, it is made."""
        name = self._place.resolve(name)
        return self._open(name, create=name not in self._place.names())

    def status(self) -> JsonObject:
        """As `emoretrieve.wire.Status`: the collection of the settings, where it is there, then the others by name."""
        server, own = self._settings.qdrant, self._place.resolve(self._settings.collection)
        names = sorted(self._place.names(), key=lambda name: (name != own, name))
        return {
            "data": None if server else str(self._settings.data),
            "server": server.url if server else None,
            "collections": [self._entry(name) for name in names],
        }

    def opened(self, name: str) -> JsonObject:
        """As `emoretrieve.wire.Opened`."""
        return {"name": name, **self.get(name).status().to_json()}

    def close(self) -> None:
        with self._opening:
            self._closed = True
            for library in self._libraries.values():
                library.close()

    def _entry(self, name: str) -> JsonObject:
        try:
            return self.opened(name)
        except EmoretrieveError as error:
            return {"name": name, "error": str(error), "kind": error.kind}

    def _open(self, name: str, *, create: bool) -> Library:
        with self._opening:
            if self._closed:
                raise RequestError("The server is shutting down; try again in a moment.", kind="shutting_down")
            if name not in self._libraries:
                settings = self._settings
                library = Library.open(
                    settings.data, name, create=create, server=settings.qdrant, perception=settings.perception
                )
                if self._place.is_exclusive:
                    library.store.hold_in_memory(settings.resident_items)
                self._libraries[name] = library
            return self._libraries[name]
