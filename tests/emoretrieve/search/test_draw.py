"""Random profiles to hold queries against."""

from __future__ import annotations

import numpy as np
import pytest

from emoretrieve.emotion.vectors import colours
from emoretrieve.search.draw import ENOUGH_ITEMS, PROFILES, draw
from emoretrieve.search.options import Source
from tests.emoretrieve.search.collection import random_items, store_of

MANY = random_items("audio", 150, seed=3)


def test_a_modality_with_enough_items_gives_the_profiles_of_its_items() -> None:
    store = store_of([*MANY, *random_items("image", 150, seed=4)])
    drawn = draw(store, "audio")
    by_id = {item.id: colours([item.profile])[0] for item in MANY}
    assert sorted(row for rows in drawn.places.values() for row in rows) == list(range(PROFILES))
    for id, rows in drawn.places.items():
        assert all(np.array_equal(drawn.profiles[row], by_id[id]) for row in rows)


def test_nearly_every_item_of_a_small_modality_is_drawn() -> None:
    drawn = draw(store_of(MANY), "audio")
    assert len(drawn.places) > 0.98 * len(MANY)


@pytest.mark.parametrize("source", ["audio", "image"])
def test_too_few_items_are_no_sample_so_the_profiles_are_uniformly_random(source: Source) -> None:
    drawn = draw(store_of(MANY[: ENOUGH_ITEMS - 1]), source)
    assert drawn.profiles.shape == (PROFILES, 5, 3)
    assert not drawn.places
    assert abs(drawn.profiles.mean() - 127.5) < 3 * 73.9 / np.sqrt(PROFILES * 15)


def test_random_words_have_one_colour_throughout() -> None:
    drawn = draw(store_of(MANY), "text").profiles
    assert (drawn == drawn[:, :1]).all()
    assert len(np.unique(drawn[:, 0], axis=0)) > 0.99 * PROFILES


@pytest.mark.parametrize("source", ["audio", "image", "text"])
def test_the_same_collection_gives_the_same_profiles(source: Source) -> None:
    first, second = draw(store_of(MANY), source), draw(store_of(reversed(MANY)), source)
    assert np.array_equal(first.profiles, second.profiles)
