"""The reading half of a collection on a server, for programs that await."""

from __future__ import annotations

from collections.abc import Sequence

from emoretrieve.store.engine import Candidate, Page, Record
from emoretrieve.store.filter import Filter
from emoretrieve.store.server.async_connection import AsyncConnection
from emoretrieve.store.server.operations import Operations


class AsyncServerEngine:
    """As the protocol `Engine` says, of what reads. Closing the connection is up to who opened it."""

    def __init__(self, connection: AsyncConnection, collection: str) -> None:
        self._connection = connection
        self._ask = Operations(collection, connection.settings)

    async def retrieve(self, ids: Sequence[str], fields: Sequence[str] | None = None) -> list[Record]:
        return await self._connection.carry_out(self._ask.retrieve(ids, fields))

    async def scroll(
        self, chosen: Filter, limit: int, *, start: str | None = None, fields: Sequence[str] | None = None
    ) -> Page:
        return await self._connection.carry_out(self._ask.scroll(chosen, limit, start=start, fields=fields))

    async def count(self, chosen: Filter) -> int:
        return await self._connection.carry_out(self._ask.count(chosen))

    async def search(
        self, space: str, query: list[float], chosen: Filter, limit: int, fields: Sequence[str], exact: bool = True
    ) -> list[Candidate]:
        return await self._connection.carry_out(self._ask.search(space, query, chosen, limit, fields, exact))

    async def facet(self, field: str, chosen: Filter, limit: int) -> list[tuple[str, int]]:
        return await self._connection.carry_out(self._ask.facet(field, chosen, limit))

    async def vectors(self, name: str, ids: Sequence[str]) -> dict[str, list[float]]:
        return await self._connection.carry_out(self._ask.vectors(name, ids))
