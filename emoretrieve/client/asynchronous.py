"""The client of programs that await: every method of `Client`, to be awaited."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Self, TypeVar, Unpack

import httpx

from emoretrieve.client import calls
from emoretrieve.client.call import Attempts, Call, http_arguments
from emoretrieve.client.choices import PairChoices, QueryChoices
from emoretrieve.client.client import Rgb, paths_of
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

T = TypeVar("T")


class AsyncClient:
    """One collection of a running server, as `Client` has it. An asynchronous context manager."""

    def __init__(
        self,
        url: str | ClientSettings,
        *,
        collection: str = "default",
        key: str | None = None,
        timeout_s: float = 120.0,
    ) -> None:
        self._settings = url if isinstance(url, ClientSettings) else ClientSettings(url.rstrip("/"), key, timeout_s)
        self._http = httpx.AsyncClient(**http_arguments(self._settings))
        self._collection = collection

    async def query(
        self,
        *,
        item: str | None = None,
        text: str | None = None,
        rgb: Rgb | None = None,
        **choices: Unpack[QueryChoices],
    ) -> Answer:
        """What feels like an item (by id or name), words, a colour, or what is liked."""
        return await self._send(calls.query(self._collection, {"item": item, "text": text, "rgb": rgb, **choices}))

    async def query_files(self, *files: str | os.PathLike[str], **choices: Unpack[QueryChoices]) -> Answer:
        """What feels like a song or picture of this machine, streamed to the server; further ones are liked."""
        return await self._send(calls.query_files(self._collection, paths_of(files), {**choices}))

    async def next_page(self, answer: Answer) -> Answer | None:
        """The page after an answer, None after the last."""
        if answer.next_cursor is None:
            return None
        return await self._send(calls.query(self._collection, {"cursor": answer.next_cursor}))

    async def pair(self, **choices: Unpack[PairChoices]) -> Pairing:
        """Songs paired with pictures, and what that is worth."""
        return await self._send(calls.pair(self._collection, {**choices}))

    async def items(
        self, *, modality: Modality | None = None, filters: Sequence[str] = (), page: int = 100
    ) -> AsyncIterator[Item]:
        """The items by ascending id, read page by page."""
        cursor: str | None = None
        while True:
            found = await self._send(calls.items(self._collection, modality, filters, page, cursor))
            for item in found.items:
                yield item
            if (cursor := found.next_cursor) is None:
                return

    async def item(self, ref: str) -> Item:
        """The item of an id or, where it has no file, a name."""
        return await self._send(calls.item(self._collection, ref))

    async def delete(self, ref: str) -> int:
        """Remove an item; how many that were."""
        return (await self._send(calls.delete(self._collection, ref))).deleted

    async def thumbnail(self, ref: str, *, size: int = 320) -> bytes:
        """A picture as a JPEG whose longer side has at most this many pixels."""
        return await self._send(calls.thumbnail(self._collection, ref, size))

    async def audio(self, ref: str, *, first: int | None = None, last: int | None = None) -> bytes:
        """A song as browsers play it, or its bytes from `first` to `last`."""
        return await self._send(calls.audio(self._collection, ref, first, last))

    async def add_files(self, *files: str | os.PathLike[str]) -> Job:
        """Stream files to the server, which adds them in the background."""
        return await self._send(calls.add_files(self._collection, paths_of(files)))

    async def add_paths(self, *paths: str, modality: Modality | None = None) -> Job:
        """Add files and folders that the server can read itself, in the background."""
        return await self._send(calls.add_paths(self._collection, paths, modality))

    async def job(self, id: str) -> Job:
        """Where a job is."""
        return await self._send(calls.job(id))

    async def jobs(self, *, limit: int = 100) -> list[Job]:
        """The newest jobs."""
        return (await self._send(calls.jobs(limit))).jobs

    async def cancel(self, id: str) -> Job:
        """Cancel a job; what it stored stays."""
        return await self._send(calls.cancel(id))

    async def wait(self, id: str, *, every_s: float = 0.5, on_progress: Callable[[Job], None] = lambda _: None) -> Job:
        """Wait until a job is over."""
        while True:
            job = await self.job(id)
            on_progress(job)
            if job.state in OVER:
                return job
            await asyncio.sleep(every_s)

    async def facets(
        self, key: str, *, modality: Modality | None = None, filters: Sequence[str] = (), limit: int = 20
    ) -> Facets:
        """The values of a key and how many items have each."""
        return await self._send(calls.facets(self._collection, key, modality, filters, limit))

    async def collections(self) -> Status:
        """All collections of the server."""
        return await self._send(calls.collections())

    async def collection(self) -> Opened:
        """This collection: its size and what filled it."""
        return await self._send(calls.collection(self._collection))

    async def health(self) -> Health:
        """Whether the server lives, and its version."""
        return await self._send(calls.health())

    async def costs(self) -> CostSummary:
        """What answering came to since the server started."""
        return await self._send(calls.costs())

    async def close(self) -> None:
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.close()

    async def _send(self, call: Call[T]) -> T:
        attempts = Attempts(call, self._settings)
        while True:
            with call.arguments() as arguments:
                try:
                    response = await self._http.request(call.method, call.path, **arguments)
                except httpx.HTTPError as error:
                    wait_s = attempts.after_loss(error)
                else:
                    if response.is_success:
                        return call.value(response)
                    wait_s = attempts.after_refusal(response)
            await asyncio.sleep(wait_s)
