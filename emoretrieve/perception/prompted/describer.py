"""Keeps many items in flight: an event loop in a thread of its own, in which the models of a perception are asked.

Callers stay ordinary blocking code, in scripts, notebooks and the indexer alike.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from contextlib import AsyncExitStack, suppress
from typing import TypeAlias, TypeVar
from weakref import finalize

from emoretrieve.emotion import Rgb
from emoretrieve.item import Captions
from emoretrieve.media import MediaFile
from emoretrieve.perception import Coloured, Described, Description, ModelCaptioner, ModelMapper, Perception, Prepared
from emoretrieve.perception.prompted.excerpts import Excerpts
from emoretrieve.perception.settings import ROLES, Role

T = TypeVar("T")

_Parts: TypeAlias = tuple[ModelCaptioner | None, ModelMapper | None]

_WIND_UP_S = 10.0
"""For models that are being closed; whatever takes longer ends with the process."""


class Describer:
    """Does the part of a perception that asks models. Its methods may be called from any thread."""

    def __init__(self, perception: Perception) -> None:
        self._perception = perception
        captioner, mapper = perception.captioner, perception.mapper
        # Told apart once: asking a protocol takes as long as preparing a prompt.
        self._captioner = captioner if isinstance(captioner, ModelCaptioner) else None
        self._mapper = mapper if isinstance(mapper, ModelMapper) else None
        self._loop = asyncio.new_event_loop()
        thread = threading.Thread(target=self._loop.run_forever, name="emoretrieve-models", daemon=True)
        thread.start()
        # Also where nobody closes it: a thread in the middle of a model's work takes an ending process down with it.
        self._end = finalize(self, _end, self._loop, thread, (self._captioner, self._mapper))

    def concurrency(self, role: Role) -> int | None:
        """As that of the captioner (requests) or the mapper (items); None where no model has this role."""
        if role == "colour":
            return self._mapper.concurrency if self._mapper else None
        return self._captioner.concurrency(role) if self._captioner else None

    @property
    def exclusive(self) -> frozenset[Role]:
        """The roles that had better be asked one after another, each for as many items as possible."""
        captions = self._captioner is not None and self._captioner.exclusive
        colours = self._mapper is not None and self._mapper.exclusive
        return frozenset(role for role in ROLES if (colours if role == "colour" else captions))

    def recall(self, media: MediaFile) -> Description | None:
        """The captions that these bytes got before, so that nothing has to be decoded; None where some are missing.

        Raises the PerceptionError that was kept of an item that could not be described.
        """
        return self._captioner.recall(media) if self._captioner else None

    def forget(self, failed: MediaFile | Captions) -> None:
        """Drop a failure that was kept of captioning this file, or of colouring these captions."""
        if isinstance(failed, Captions):
            if self._mapper:
                self._mapper.forget(failed)
        elif self._captioner:
            self._captioner.forget(failed)

    def submit(self, prepared: Prepared) -> Future[Described]:
        """Caption what is not captioned yet and colour it; the future raises PerceptionError where that fails."""
        return self._begin(self._describe(prepared))

    def caption_excerpts(self, excerpts: Excerpts) -> Future[Description]:
        """Caption what a file was cut into; the future raises PerceptionError where that fails."""
        return self._begin(self._caption(excerpts))

    def colour_captions(self, captions: Captions) -> Future[Coloured]:
        """Colour captions that are there already; the future raises PerceptionError where that fails."""
        return self._begin(self._colour(captions))

    def describe(self, media: MediaFile) -> Described:
        """Describe one file and wait for it."""
        return self.submit(self.recall(media) or self._perception.prepare(media)).result()

    def colour_words(self, text: str) -> Rgb:
        """The colour of a query in words."""
        if self._mapper:
            return self._begin(self._mapper.colour_words(text)).result()
        return self._perception.colour_text(text)

    def close(self) -> None:
        """Drop what is in flight; free models and connections. At the end of the process it happens by itself."""
        self._end()

    def _begin(self, coroutine: Coroutine[object, object, T]) -> Future[T]:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    async def _describe(self, prepared: Prepared) -> Described:
        description = prepared if isinstance(prepared, Description) else await self._caption(prepared)
        return Described(description, await self._colour(description.captions))

    async def _caption(self, excerpts: Excerpts) -> Description:
        assert self._captioner is not None
        return await self._captioner.caption_excerpts(excerpts)

    async def _colour(self, captions: Captions) -> Coloured:
        if self._mapper:
            return await self._mapper.colour_captions(captions)
        mapper = self._perception.mapper
        assert not isinstance(mapper, ModelMapper)
        return Coloured(mapper.colour(captions))


def _end(loop: asyncio.AbstractEventLoop, thread: threading.Thread, parts: _Parts) -> None:
    """Wind up, then end the thread. Does not know the describer, which may be gone already."""
    if thread is threading.current_thread():  # the garbage was collected here
        loop.stop()
    elif thread.is_alive():  # which it is not in a forked process
        try:
            with suppress(TimeoutError):
                asyncio.run_coroutine_threadsafe(_wind_up(parts), loop).result(_WIND_UP_S)
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join(_WIND_UP_S)
            if not thread.is_alive():
                loop.close()


async def _wind_up(parts: _Parts) -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    async with AsyncExitStack() as stack:
        for part in parts:
            if part:
                stack.push_async_callback(part.aclose)
