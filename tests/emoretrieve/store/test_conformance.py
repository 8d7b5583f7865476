"""Every engine answers as a plain computation over all items does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from emoretrieve.emotion import EmotionProfile, Rgb
from emoretrieve.emotion.vectors import Floats, Space, query_vector
from emoretrieve.item import MODALITIES, Item, Location
from emoretrieve.store import EVERYTHING, Between, Equals, Store, Where
from tests.emoretrieve.store import reference
from tests.emoretrieve.store.conftest import OpenStore
from tests.emoretrieve.store.samples import SIGNATURE, assorted, item, uniform

WEIGHTS = (0.5, 0.125, 0.125, 0.125, 0.125)
MASKS = [
    pytest.param(WEIGHTS, id="aligned"),
    pytest.param((1.0, 0.0, 0.0, 0.0, 0.0), id="whole"),
    pytest.param((0.0, 0.0, 1.0, 0.0, 0.0), id="fragment 2"),
    pytest.param((0.0, 0.25, 0.25, 0.25, 0.25), id="fragments"),
    pytest.param((1e-30, 3e-30, 0.0, 0.0, 0.0), id="tiny weights"),
    pytest.param((1e30, 3e30, 0.0, 0.0, 1.0), id="huge weights"),
    pytest.param((0.0, 0.0, 0.0, 0.0, 0.0), id="no weights"),
]


def found(
    store: Store, space: Space, query: Floats, where: Where = EVERYTHING, limit: int = 10, exclude: tuple[str, ...] = ()
) -> list[tuple[str, float]]:
    hits = store.nearest(space, query, where=where, limit=limit, exclude=exclude)
    return [(hit.id, hit.score) for hit in hits]


@pytest.mark.parametrize("weights", MASKS)
@pytest.mark.parametrize("limit", [1, 10, 40, 1_000])
def test_nearest_is_the_exact_order(store: Store, weights: tuple[float, ...], limit: int) -> None:
    items = assorted(200)
    store.upsert(items)
    for asked in items[:12]:
        query = query_vector("aligned", asked.profile, weights)
        assert found(store, "aligned", query, limit=limit) == reference.nearest(
            items, "aligned", query, EVERYTHING, limit
        )
