"""Calls of other processes on the store of a collection, in plain values."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from emoretrieve.emotion.vectors import Floats
from emoretrieve.errors import RequestError
from emoretrieve.exchange.rows import from_row, to_row
from emoretrieve.files import lies_within
from emoretrieve.item import Item
from emoretrieve.server.uploads import Uploads
from emoretrieve.store import EVERYTHING, Embedding, Store, Where
from emoretrieve.wire import store as wire

_CONDITIONS = 2_000
"""Of one call, at most: the engine holds every item against each, and grouping asks for that many."""


def read(store: Store, asked: wire.StoreRead) -> object:
    """Answer a call that changes nothing. Raises RequestError, StoreError."""
    where: Where = getattr(asked, "where", EVERYTHING)
    if (count := len(where.conditions) + len(where.without)) > _CONDITIONS:
        raise RequestError(f"{count:,} conditions are more than {_CONDITIONS:,}; ask for less.", kind="bad_filter")
    match asked:
        case wire.Describe():
            return _described(store)
        case wire.Get(ids=ids):
            return [to_row(item) for item in store.get(ids)]
        case wire.ByPath(paths=paths):
            return {path: to_row(item) for path, item in store.by_path(paths).items()}
        case wire.Count(where=where):
            return store.count(where)
        case wire.Values(key=key, where=where):
            return list(store.values(key, where).items())
        case wire.Scan() | wire.Profiles():
            return _scanned(store, asked)
        case wire.LoadDerived(name=name):
            data = store.load_derived(name)
            return None if data is None else b64encode(data).decode()
        case wire.MomentsOf(space=space, modality=modality):
            moments = store.moments(space, modality)
            return {"count": moments.count, "mean": moments.mean.tolist(), "covariance": moments.covariance.tolist()}
        case wire.Nearest():
            return _nearest(store, asked)
        case _:
            return _vectors(store, asked)


def write(store: Store, asked: wire.StoreWrite, allow: tuple[Path, ...], uploads: Uploads) -> int | None:
    """Do what a call asks for. Raises RequestError, StoreError; then nothing of the call was written."""
    match asked:
        case wire.Upsert(rows=rows):
            store.upsert(_allowed(store, [_item(row) for row in rows], allow))
        case wire.Delete(ids=ids):
            return _delete(store, ids, uploads)
        case wire.AddEmbedding(embedding=of):
            store.add_embedding(Embedding(of.name, of.dimension, of.signature, numbers=tuple(of.numbers)))
        case wire.RemoveEmbedding(name=name):
            store.remove_embedding(name)
        case wire.SetVectors(name=name, rows=vectors, numbers=numbers):
            return store.set_vectors(name, vectors, numbers)
        case wire.Make():
            pass  # it was made when it was opened
    return None


def _described(store: Store) -> object:
    embeddings = [
        {
            "name": name,
            "dimension": of.dimension,
            "signature": dict(of.signature),
            "revision": of.revision,
            "numbers": list(of.numbers),
        }
        for name, of in store.embeddings.items()
    ]
    return {
        "signature": dict(store.signature),
        "version": store.version,
        "has_graph": store.has_graph,
        "embeddings": embeddings,
    }


def _scanned(store: Store, asked: wire.Scan | wire.Profiles) -> list[object]:
    batches = store.scan(asked.where, batch=asked.batch, start=asked.start)
    items = islice((item for batch in batches for item in batch), asked.batch)
    if isinstance(asked, wire.Scan):
        return [to_row(item) for item in items]
    return [[item.id, [channel for part in item.profile.parts for channel in part]] for item in items]


def _nearest(store: Store, asked: wire.Nearest) -> list[object]:
    hits = store.nearest(
        asked.space,
        np.array(asked.query),
        where=asked.where,
        limit=asked.limit,
        exclude=asked.exclude,
        exact=asked.exact,
    )
    return [[hit.id, hit.score] for hit in hits]


def _vectors(store: Store, asked: wire.StoreRead) -> object:
    """Calls about vectors of embedders, and those of the schema."""
    match asked:
        case wire.Vectors(name=name, ids=ids):
            return _lists(store.vectors(name, ids))
        case wire.NumbersOf(name=name, ids=ids):
            return store.numbers(name, ids)
        case wire.CountVectors(name=name, where=where):
            return store.count_vectors(name, where)
        case wire.NumberBounds(name=name):
            return store.number_bounds(name)
        case wire.SearchVectors(ids=ids):
            return {id: _lists(vectors) for id, vectors in store.search_vectors(ids).items()}
        case wire.NearestVectors(name=name, query=query, where=where, limit=limit, exclude=exclude):
            hits = store.nearest_vectors(name, np.array(query), where=where, limit=limit, exclude=exclude)
            return [[hit.id, hit.cosine, dict(hit.numbers)] for hit in hits]
    raise AssertionError(asked)


def _lists(vectors: Mapping[str, Floats]) -> dict[str, list[float]]:
    return {name: vector.tolist() for name, vector in vectors.items()}


def _item(row: dict[str, object]) -> Item:
    try:
        return from_row(row)
    except ValueError as error:
        raise RequestError(f"A row is no item: {error}.") from None


def _allowed(store: Store, items: list[Item], allow: tuple[Path, ...]) -> list[Item]:
    """The items, whose files lie in allowed folders or are known of them already, such as uploaded ones.

    What lies elsewhere could be read through the server by whoever may write.
    """
    known = {(one.id, at) for one in store.get([item.id for item in items]) for at in one.locations}
    for item in items:
        for at in item.locations:
            path = Path(at.path)
            if (item.id, at) not in known and not (path.is_absolute() and lies_within(path, allow)):
                raise RequestError(
                    f"'{at.path}' lies below no folder that the setting 'allow' names; start the server with --allow.",
                    kind="not_allowed",
                )
    return items


def _delete(store: Store, ids: Sequence[str], uploads: Uploads) -> int:
    """The number of items that were there; uploaded files go with their item."""
    found = store.get(ids)
    deleted = store.delete(ids)
    for item in found:
        for path in item.paths:
            uploads.discard(path)
    return deleted
