"""Collections with points on the hypersphere, made up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from emoretrieve.item import Item
from emoretrieve.sphere.point import SpherePoint
from emoretrieve.sphere.stored import NUMBERS, SPHERE, set_points
from emoretrieve.sphere_search.query import Part, SphereQuery
from emoretrieve.store import Embedding, Store
from tests.emoretrieve.store.samples import assorted

SIZE = 24
EMBEDDING = Embedding(SPHERE, SIZE, {"model": "made up"}, numbers=NUMBERS)
ITEMS = assorted(300, seed=5)
SONGS = [one for one in ITEMS if one.modality == "audio"]
PICTURES = [one for one in ITEMS if one.modality == "image"]


def points_of(items: Sequence[Item], seed: int = 0) -> dict[str, SpherePoint]:
    """A point of each: directions that have something in common, concentrations that do not."""
    random = np.random.default_rng(seed)
    rows = random.normal(size=(len(items), SIZE)) + 0.3
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    kappas = random.lognormal(3.5, 0.5, len(items))
    return {
        one.id: SpherePoint(row.astype(np.float32), float(kappa))
        for one, row, kappa in zip(items, rows, kappas, strict=True)
    }


POINTS = points_of(ITEMS)


def fill(store: Store, items: Sequence[Item] = ITEMS, *, without: int = 0) -> None:
    """All items, of which the last `without` have no point."""
    store.upsert(items)
    store.add_embedding(EMBEDDING)
    set_points(store, {one.id: POINTS[one.id] for one in items[: len(items) - without]})


def asking(*items: Item) -> SphereQuery:
    """A query by items of the collection."""
    return SphereQuery(tuple(Part(one.modality, POINTS[one.id], item=one) for one in items))
