"""The same way to a server for a program that does other things while it waits, such as an HTTP server."""

from __future__ import annotations

import asyncio
from typing import Self, TypeVar

from qdrant_client import AsyncQdrantClient

from emoretrieve.store.server.calls import Call, Steps
from emoretrieve.store.server.connection import VERSION, client_arguments, require_version
from emoretrieve.store.server.patience import Patience
from emoretrieve.store.server.refusals import FOREIGN, NotFinished, refusal, trouble_of
from emoretrieve.store.server.settings import ServerSettings

T = TypeVar("T")


class AsyncConnection:
    """A client that awaits answers. An asynchronous context manager."""

    def __init__(self, settings: ServerSettings) -> None:
        """Connects to nothing yet."""
        self.settings = settings
        self._client = AsyncQdrantClient(**client_arguments(settings))

    @classmethod
    async def open(cls, settings: ServerSettings) -> Self:
        """A connection to a server that answers and is new enough; raises as `Connection.open` does."""
        connection = cls(settings)
        try:
            require_version(await connection.run(VERSION), settings)
        except BaseException:
            await connection.close()
            raise
        return connection

    async def run(self, call: Call[T]) -> T:
        """As `Connection.run`."""
        patience = Patience(self.settings.retries)
        while True:
            try:
                return call.read(await getattr(self._client, call.method)(**call.arguments))
            except (*FOREIGN, NotFinished) as error:
                trouble = trouble_of(error)
                pause_s = patience.wait_s(trouble)
                if pause_s is None:
                    raise refusal(trouble, call.action, self.settings, writes=call.writes) from None
            await asyncio.sleep(pause_s)

    async def carry_out(self, steps: Steps[T]) -> T:
        """As `Connection.carry_out`."""
        try:
            call = next(steps)
            while True:
                call = steps.send(await self.run(call))
        except StopIteration as end:
            result: T = end.value
            return result

    async def close(self) -> None:
        await self._client.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.close()
