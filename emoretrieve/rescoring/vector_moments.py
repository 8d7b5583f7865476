"""Mean and covariance of the vectors of an embedder, by modality, kept beside the collection.

A random item's similarity to the unit vector q has mean `q . mean` and variance `q' covariance q`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from emoretrieve.emotion.vectors import Floats
from emoretrieve.item import MODALITIES, Modality
from emoretrieve.rescoring.sums import Sums
from emoretrieve.store import Store, Where

READ_LIMIT = 20_000
"""Vectors that are read while a query waits; statistics that are not kept are unknown beyond it."""
_AT_ONCE = 1_000
_WIDEST = 2_048
"""Numbers of a vector whose covariance is kept: 17 MB a modality."""


@dataclass(frozen=True, slots=True)
class VectorMoments:
    """Of the vectors of one modality."""

    count: int
    mean: Floats
    """(d,)"""
    products: Floats | None
    """(d, d), the mean of the outer products; None where the vectors are too long for that."""

    def sums(self, query: Floats) -> Sums:
        """Of the similarities to a unit vector."""
        squares = None if self.products is None else self.count * float(query @ self.products @ query)
        return Sums(self.count, self.count * float(query @ self.mean), squares)


def vector_moments(store: Store, name: str, modality: Modality) -> VectorMoments | None:
    """As they are kept, else counted; None (unknown) where that would take reading more than `READ_LIMIT` vectors."""
    kept = _load(store, name, modality)
    if kept is None and store.count(Where(modality)) <= READ_LIMIT:
        kept = _count(store, name, modality)
    return kept


def refresh_vector_moments(store: Store, name: str) -> None:
    """Bring them up to date, whatever the number of items: to be called when vectors were written."""
    for modality in MODALITIES:
        if _load(store, name, modality) is None:
            _count(store, name, modality)


def chosen_sums(store: Store, name: str, where: Where, query: Floats) -> Sums | None:
    """Of the similarities of the items that meet conditions, read one by one; None where they are too many."""
    if store.count(where) > READ_LIMIT:
        return None
    return sum((Sums.of(rows @ query) for rows in _rows(store, name, where)), Sums(0, 0.0, 0.0))


def _rows(store: Store, name: str, where: Where) -> Iterator[Floats]:
    """The vectors (n, d) of the items, some at a time."""
    for ids, _ in store.profiles(where):
        for start in range(0, len(ids), _AT_ONCE):
            rows = list(store.vectors(name, ids[start : start + _AT_ONCE]).values())
            if rows:
                yield np.stack(rows)


def _count(store: Store, name: str, modality: Modality) -> VectorMoments:
    header = _header(store, name)  # before the vectors are read: another thread may write meanwhile
    size = store.embeddings[name].dimension
    count, total = 0, np.zeros(size)
    products = np.zeros((size, size)) if size <= _WIDEST else None
    for rows in _rows(store, name, Where(modality)):
        count += len(rows)
        total += rows.sum(axis=0)
        if products is not None:
            products += rows.T @ rows
    share = max(count, 1)
    moments = VectorMoments(count, total / share, None if products is None else products / share)
    numbers = moments.mean if moments.products is None else np.concatenate([moments.mean, moments.products.ravel()])
    store.save_derived(_name(name, modality), header + str(count).encode() + b"\n" + numbers.astype("<f4").tobytes())
    return moments


def _load(store: Store, name: str, modality: Modality) -> VectorMoments | None:
    """Those that are kept, unless they are absent, stale or damaged."""
    data, header = store.load_derived(_name(name, modality)), _header(store, name)
    if data is None or not data.startswith(header):
        return None
    line, _, numbers = data[len(header) :].partition(b"\n")
    size = store.embeddings[name].dimension
    wide = size > _WIDEST
    if not line.isdigit() or len(numbers) != 4 * (size if wide else size + size**2):
        return None
    values = np.frombuffer(numbers, "<f4").astype(np.float64)
    return VectorMoments(int(line), values[:size], None if wide else values[size:].reshape(size, size))


def _header(store: Store, name: str) -> bytes:
    """Names the state of the items and of their vectors."""
    return json.dumps([store.version, store.embeddings[name].revision]).encode() + b"\n"


def _name(name: str, modality: Modality) -> str:
    return f"vectors-{modality}-{name}"
