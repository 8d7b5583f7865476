"""The store of a collection that a running server holds: everything that works on a store works on it.

Scores are computed by the server from what it stores, and whatever is computed here gets the same numbers, so that
results are those of the collection itself.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Self
from urllib.parse import quote

import httpx
import numpy as np
from pydantic import BaseModel

from emoretrieve.client.call import Call
from emoretrieve.client.connection import Connection
from emoretrieve.client.settings import ClientSettings
from emoretrieve.emotion.vectors import Colours, Floats, Space
from emoretrieve.errors import StoreError
from emoretrieve.exchange.rows import from_row, to_row
from emoretrieve.item import Item, Modality, Value
from emoretrieve.store import EVERYTHING, Embedding, Hit, Moments, Numbers, VectorHit, Where
from emoretrieve.wire import store as wire

_BODY_BYTES = 500_000
"""Of one request that writes: half of what servers take unless told otherwise."""
_IDS = 1_000
_PROFILES = 20_000

Answered = Any
"""What a call comes to: JSON that `emoretrieve.wire.store` describes, made by a server of this version."""


class RemoteStore:
    """A `Store`. Every method raises StoreError with the `kind` that the server gave."""

    def __init__(self, settings: ClientSettings, collection: str, *, make: bool = False) -> None:
        """With `make` the server makes the collection, unless it is there, as it was started to.

        Raises StoreError, such as of kind `no_collection` or `serve_unreachable`.
        """
        self._connection = Connection(settings)
        self._path = f"/v1/collections/{quote(collection, safe='')}/store"
        self._derived: dict[str, bytes] = {}
        try:
            if make:
                self._write(wire.Make())
            self._described()
        except BaseException:
            self.close()
            raise

    @property
    def signature(self) -> Mapping[str, str]:
        return self._described().signature

    @property
    def version(self) -> str:
        return self._described().version

    @property
    def has_graph(self) -> bool:
        return self._described().has_graph

    @property
    def embeddings(self) -> Mapping[str, Embedding]:
        return {
            of.name: Embedding(of.name, of.dimension, of.signature, of.revision, tuple(of.numbers))
            for of in self._described().embeddings
        }

    def dedicate(self, signature: Mapping[str, str]) -> None:
        """The server chose when it made the collection; StoreError of kind `other_perception` for another one."""
        if dict(signature) != dict(self.signature):
            raise StoreError(
                "The server fills this collection with another perception; start it with the one that you want.",
                kind="other_perception",
            )

    def upsert(self, items: Sequence[Item]) -> None:
        rows = [dict(to_row(item)) for item in items]
        for some in _portions(rows):
            self._write(wire.Upsert(rows=some))

    def delete(self, ids: Sequence[str]) -> int:
        return sum(int(self._write(wire.Delete(ids=some))) for some in _slices(ids))

    def get(self, ids: Sequence[str]) -> list[Item]:
        return [from_row(row) for some in _slices(ids) for row in self._read(wire.Get(ids=some))]

    def by_path(self, paths: Sequence[str]) -> dict[str, Item]:
        found = (self._read(wire.ByPath(paths=some)) for some in _slices(paths))
        return {path: from_row(row) for rows in found for path, row in rows.items()}

    def count(self, where: Where = EVERYTHING) -> int:
        return int(self._read(wire.Count(where=where)))

    def values(self, key: str, where: Where = EVERYTHING) -> dict[Value, int]:
        return dict(self._read(wire.Values(key=key, where=where)))

    def scan(self, where: Where = EVERYTHING, *, batch: int = 1_000, start: str | None = None) -> Iterator[list[Item]]:
        asked = min(batch, _IDS) + 1  # the last one only says where the next begins
        while True:
            rows = self._read(wire.Scan(where=where, batch=asked, start=start))
            if found := [from_row(row) for row in rows[: asked - 1]]:
                yield found
            if len(rows) < asked:
                return
            start = rows[-1]["id"]

    def profiles(self, where: Where = EVERYTHING) -> Iterator[tuple[list[str], Colours]]:
        start: str | None = None
        while True:
            rows = self._read(wire.Profiles(where=where, batch=_PROFILES + 1, start=start))
            if found := rows[:_PROFILES]:
                colours = np.array([channels for _, channels in found], dtype=np.uint8).reshape(-1, 5, 3)
                yield [id for id, _ in found], colours
            if len(rows) <= _PROFILES:
                return
            start = rows[-1][0]

    def nearest(
        self,
        space: Space,
        query: Floats,
        *,
        where: Where = EVERYTHING,
        limit: int,
        exclude: Collection[str] = (),
        exact: bool = True,
    ) -> list[Hit]:
        asked = wire.Nearest(
            space=space,
            query=query.tolist(),
            where=where,
            limit=self._most(limit),
            exclude=sorted(exclude),
            exact=exact,
        )
        return [Hit(id, score) for id, score in self._read(asked)]

    def hold_in_memory(self, most: int) -> None:
        """The server sees to that."""

    def optimise(self) -> None:
        """Raises StoreError of kind `not_here`: it takes longer than a request."""
        raise StoreError("A served collection is not optimised; stop the server and run it there.", kind="not_here")

    def moments(self, space: Space, modality: Modality) -> Moments:
        found = self._read(wire.MomentsOf(space=space, modality=modality))
        return Moments(found["count"], np.array(found["mean"]), np.array(found["covariance"]))

    def add_embedding(self, embedding: Embedding) -> None:
        asked = wire.EmbeddingAsked(
            name=embedding.name,
            dimension=embedding.dimension,
            signature=dict(embedding.signature),
            numbers=list(embedding.numbers),
        )
        self._write(wire.AddEmbedding(embedding=asked))

    def remove_embedding(self, name: str) -> None:
        self._write(wire.RemoveEmbedding(name=name))

    def set_vectors(
        self,
        name: str,
        rows: Mapping[str, Sequence[float] | Floats],
        numbers: Mapping[str, Numbers] | None = None,
    ) -> int:
        written = 0
        lists = [(id, np.asarray(row, dtype=np.float64).tolist()) for id, row in rows.items()]
        for some in _portions(lists):
            beside = None if numbers is None else {id: dict(numbers[id]) for id, _ in some}
            written += int(self._write(wire.SetVectors(name=name, rows=dict(some), numbers=beside)))
        return written

    def vectors(self, name: str, ids: Sequence[str]) -> dict[str, Floats]:
        found = (self._read(wire.Vectors(name=name, ids=some)) for some in _slices(ids))
        return {id: np.array(vector) for rows in found for id, vector in rows.items()}

    def numbers(self, name: str, ids: Sequence[str]) -> dict[str, dict[str, float]]:
        found = (self._read(wire.NumbersOf(name=name, ids=some)) for some in _slices(ids))
        return {id: numbers for rows in found for id, numbers in rows.items()}

    def count_vectors(self, name: str, where: Where = EVERYTHING) -> int:
        return int(self._read(wire.CountVectors(name=name, where=where)))

    def number_bounds(self, name: str) -> tuple[float, float] | None:
        bounds = self._read(wire.NumberBounds(name=name))
        return None if bounds is None else (bounds[0], bounds[1])

    def nearest_vectors(
        self, name: str, query: Floats, *, where: Where = EVERYTHING, limit: int, exclude: Collection[str] = ()
    ) -> list[VectorHit]:
        most = self._most(limit)
        asked = wire.NearestVectors(name=name, query=query.tolist(), where=where, limit=most, exclude=sorted(exclude))
        return [VectorHit(id, cosine, numbers) for id, cosine, numbers in self._read(asked)]

    def search_vectors(self, ids: Sequence[str]) -> dict[str, dict[str, Floats]]:
        found = (self._read(wire.SearchVectors(ids=some)) for some in _slices(ids))
        return {
            id: {name: np.array(vector) for name, vector in vectors.items()}
            for rows in found
            for id, vectors in rows.items()
        }

    def load_derived(self, name: str) -> bytes | None:
        if name in self._derived:
            return self._derived[name]
        data = self._read(wire.LoadDerived(name=name))
        return None if data is None else b64decode(data)

    def save_derived(self, name: str, data: bytes) -> None:
        """Kept as long as this object: what is kept beside the collection, the server itself computes."""
        self._derived[name] = data

    def flush(self) -> None:
        """What was acknowledged is on the disk of the server."""

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _most(self, limit: int) -> int:
        """The limit as a server takes it. StoreError of kind `not_here` where that would leave items out."""
        if limit > wire.MOST_HITS and self.count() > wire.MOST_HITS:
            raise StoreError(
                f"A server gives at most {wire.MOST_HITS} hits; ask for fewer, or stop it and ask there.",
                kind="not_here",
            )
        return min(limit, wire.MOST_HITS)

    def _described(self) -> wire.StoreDescription:
        return wire.StoreDescription.model_validate(self._read(wire.Describe()))

    def _read(self, asked: BaseModel) -> Answered:
        return self._send("read", asked)

    def _write(self, asked: BaseModel) -> Answered:
        return self._send("write", asked)

    def _send(self, kind: str, asked: BaseModel) -> Answered:
        body = asked.model_dump(mode="json")
        call = Call("POST", f"{self._path}/{kind}", _answer, body=body, error=StoreError)  # all may be repeated
        return self._connection.send(call)


def _answer(response: httpx.Response) -> Answered:
    return json.loads(response.content)["answer"]


def _slices(ids: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), _IDS):
        yield list(ids[start : start + _IDS])


def _portions(rows: Sequence[Answered]) -> Iterator[list[Answered]]:
    """Rows in portions that fit into one request each."""
    some: list[Answered] = []
    size = 0
    for row in rows:
        length = len(json.dumps(row))
        if some and size + length > _BODY_BYTES:
            yield some
            some, size = [], 0
        some.append(row)
        size += length
    if some:
        yield some
