"""The client of programs that wait."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Self, Unpack

from emoretrieve.client import calls
from emoretrieve.client.choices import PairChoices, QueryChoices
from emoretrieve.client.connection import Connection
from emoretrieve.client.settings import ClientSettings
from emoretrieve.item import Modality
from emoretrieve.wire import (
    Answer,
    CostSummary,
    Facets,
    Health,
    Item,
    Job,
    Opened,
    Pairing,
    Status,
)
from emoretrieve.wire.job import OVER

Rgb = Sequence[int] | Sequence[Sequence[int]]


class Client:
    """One collection of a running server. A context manager, safe to use from several threads.

    Every call raises EmoretrieveError with the sentence and the `kind` that the server gave. A server that has no
    room is asked again, up to `retries` times and as late as it wants.
    """

    def __init__(
        self,
        url: str | ClientSettings,
        *,
        collection: str = "default",
        key: str | None = None,
        timeout_s: float = 120.0,
    ) -> None:
        settings = url if isinstance(url, ClientSettings) else ClientSettings(url.rstrip("/"), key, timeout_s)
        self._connection = Connection(settings)
        self._collection = collection

    def query(
        self,
        *,
        item: str | None = None,
        text: str | None = None,
        rgb: Rgb | None = None,
        **choices: Unpack[QueryChoices],
    ) -> Answer:
        """What feels like an item (by id or name), words, a colour, or what is liked."""
        return self._connection.send(calls.query(self._collection, {"item": item, "text": text, "rgb": rgb, **choices}))

    def query_files(self, *files: str | os.PathLike[str], **choices: Unpack[QueryChoices]) -> Answer:
        """What feels like a song or picture of this machine, streamed to the server; further ones are liked."""
        return self._connection.send(calls.query_files(self._collection, paths_of(files), {**choices}))

    def next_page(self, answer: Answer) -> Answer | None:
        """The page after an answer, None after the last."""
        if answer.next_cursor is None:
            return None
        return self._connection.send(calls.query(self._collection, {"cursor": answer.next_cursor}))

    def pair(self, **choices: Unpack[PairChoices]) -> Pairing:
        """Songs paired with pictures, and what that is worth."""
        return self._connection.send(calls.pair(self._collection, {**choices}))

    def items(
        self, *, modality: Modality | None = None, filters: Sequence[str] = (), page: int = 100
    ) -> Iterator[Item]:
        """The items by ascending id, read page by page."""
        cursor: str | None = None
        while True:
            found = self._connection.send(calls.items(self._collection, modality, filters, page, cursor))
            yield from found.items
            if (cursor := found.next_cursor) is None:
                return

    def item(self, ref: str) -> Item:
        """The item of an id or, where it has no file, a name."""
        return self._connection.send(calls.item(self._collection, ref))

    def delete(self, ref: str) -> int:
        """Remove an item; how many that were."""
        return self._connection.send(calls.delete(self._collection, ref)).deleted

    def thumbnail(self, ref: str, *, size: int = 320) -> bytes:
        """A picture as a JPEG whose longer side has at most this many pixels."""
        return self._connection.send(calls.thumbnail(self._collection, ref, size))

    def audio(self, ref: str, *, first: int | None = None, last: int | None = None) -> bytes:
        """A song as browsers play it, or its bytes from `first` to `last`."""
        return self._connection.send(calls.audio(self._collection, ref, first, last))

    def add_files(self, *files: str | os.PathLike[str]) -> Job:
        """Stream files to the server, which adds them in the background."""
        return self._connection.send(calls.add_files(self._collection, paths_of(files)))

    def add_paths(self, *paths: str, modality: Modality | None = None) -> Job:
        """Add files and folders that the server can read itself, in the background."""
        return self._connection.send(calls.add_paths(self._collection, paths, modality))

    def job(self, id: str) -> Job:
        """Where a job is."""
        return self._connection.send(calls.job(id))

    def jobs(self, *, limit: int = 100) -> list[Job]:
        """The newest jobs."""
        return self._connection.send(calls.jobs(limit)).jobs

    def cancel(self, id: str) -> Job:
        """Cancel a job; what it stored stays."""
        return self._connection.send(calls.cancel(id))

    def wait(self, id: str, *, every_s: float = 0.5, on_progress: Callable[[Job], None] = lambda _: None) -> Job:
        """Wait until a job is over."""
        while True:
            job = self.job(id)
            on_progress(job)
            if job.state in OVER:
                return job
            time.sleep(every_s)

    def facets(
        self, key: str, *, modality: Modality | None = None, filters: Sequence[str] = (), limit: int = 20
    ) -> Facets:
        """The values of a key and how many items have each."""
        return self._connection.send(calls.facets(self._collection, key, modality, filters, limit))

    def collections(self) -> Status:
        """All collections of the server."""
        return self._connection.send(calls.collections())

    def collection(self) -> Opened:
        """This collection: its size and what filled it."""
        return self._connection.send(calls.collection(self._collection))

    def health(self) -> Health:
        """Whether the server lives, and its version."""
        return self._connection.send(calls.health())

    def costs(self) -> CostSummary:
        """What answering came to since the server started."""
        return self._connection.send(calls.costs())

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def paths_of(files: Sequence[str | os.PathLike[str]]) -> list[Path]:
    """Files as paths."""
    return [Path(file) for file in files]
