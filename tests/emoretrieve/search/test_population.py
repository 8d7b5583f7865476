"""Count and moments of the items that a query is compared with."""

from __future__ import annotations

import numpy as np
import pytest

from emoretrieve.emotion.vectors import Floats, Space, colours, vectors
from emoretrieve.item import Item
from emoretrieve.search import population as module
from emoretrieve.search.population import Population, population
from emoretrieve.search.query import Query
from emoretrieve.store import Between, Equals, Moments, Where
from tests.emoretrieve.search.collection import random_items, store_of

AUDIO = random_items("audio", 40, seed=1)
IMAGES = random_items("image", 60, seed=2)
STORE = store_of([*AUDIO, *IMAGES])
SONG = Query.of_item(AUDIO[3], indexed=True)
STRANGER = Query.of_item(AUDIO[3], indexed=False)


def rows(space: Space, items: list[Item]) -> Floats:
    return vectors(space, colours(item.profile for item in items))


def check(found: Population, expected: Floats) -> None:
    assert found.count == len(expected)
    assert found.moments is not None
    np.testing.assert_allclose(found.moments.mean, expected.mean(axis=0), atol=1e-13)
    np.testing.assert_allclose(found.moments.covariance, np.cov(expected.T, ddof=0), atol=1e-13)


@pytest.mark.parametrize("space", ["aligned", "concat"])
def test_one_modality_has_the_moments_of_its_items(space: Space) -> None:
    check(population(STORE, space, Where("image"), SONG), rows(space, IMAGES))


def test_both_modalities_together_have_the_moments_of_all_items() -> None:
    check(population(STORE, "aligned", Where(), STRANGER), rows("aligned", [*AUDIO, *IMAGES]))


@pytest.mark.parametrize("where", [Where(), Where("audio")])
def test_an_indexed_query_is_not_among_the_items_searched(where: Where) -> None:
    others = [item for item in [*AUDIO, *IMAGES] if item != AUDIO[3] and where.modality in (None, item.modality)]
    check(population(STORE, "aligned", where, SONG), rows("aligned", others))


@pytest.mark.parametrize("where", [Where("image"), Where("audio"), Where()])
def test_under_conditions_only_the_items_that_meet_them_count(where: Where) -> None:
    narrowed = Where(where.modality, (Equals("school", "new"), Between("year", 1802, 1820)))
    expected = [
        item
        for item in [*AUDIO, *IMAGES]
        if where.modality in (None, item.modality)
        and item.metadata["school"] == "new"
        and 1802 <= int(item.metadata["year"]) <= 1820
        and item != AUDIO[3]
    ]
    check(population(STORE, "aligned", narrowed, SONG), rows("aligned", expected))


def test_nothing_searched_has_a_count_of_zero() -> None:
    assert population(STORE, "aligned", Where("image", (Equals("school", "none"),)), SONG).count == 0


def test_a_collection_of_the_query_alone_leaves_nothing_to_search() -> None:
    alone = store_of([AUDIO[3]])
    assert population(alone, "aligned", Where("audio"), SONG).count == 0


def test_moments_of_too_many_items_under_conditions_are_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "READ_LIMIT", 29)
    found = population(STORE, "aligned", Where("image", (Equals("school", "old"),)), SONG)
    assert found == Population(30, None)


def test_pooling_keeps_the_covariance_of_equal_items_zero() -> None:
    vector = rows("aligned", AUDIO[:1])[0]
    same = Moments(5, vector, np.zeros((15, 15)))
    assert not module.pooled(same, same).covariance.any()
