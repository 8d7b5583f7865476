"""Two runs over the same items."""

from __future__ import annotations

import numpy as np
import pytest

from emoretrieve.emotion import EmotionProfile
from emoretrieve.emotion.vectors import Floats, colours
from emoretrieve.errors import QueryError
from emoretrieve.evaluation.agreement import Agreement
from emoretrieve.evaluation.stability import Stability, stability
from emoretrieve.item import Item
from emoretrieve.pairing.scores import Scores
from emoretrieve.search.match import DEFAULT_MATCH
from emoretrieve.store.local import LocalStore
from tests.emoretrieve.search.collection import SIGNATURE, item, random_items, random_profile, store_of

SONGS, PICTURES = random_items("audio", 20, 1), random_items("image", 25, 1)


def noisy(items: list[Item]) -> list[Item]:
    """The same items as another run would colour them."""
    random = np.random.default_rng(3)
    found = []
    for number, one in enumerate(items):
        channels = np.array([list(part) for part in one.profile.parts]) + random.integers(-40, 41, (5, 3))
        found.append(item(one.modality, number, EmotionProfile.of(np.clip(channels, 0, 255).tolist())))
    return found


def compared(first: list[Item], second: list[Item]) -> Stability:
    with store_of(first) as here, store_of(second) as there:
        return stability(here, there, DEFAULT_MATCH)


def test_a_collection_agrees_with_its_copy_wholly() -> None:
    found = compared([*SONGS, *PICTURES], [*SONGS, *PICTURES])
    assert {one.wholes.icc_2_1 for one in found.channels} == {1}
    assert [one.share for one in found.overlaps] == [1, 1]
    assert [one.chance for one in found.overlaps] == [10 / 25, 10 / 20]


def test_runs_that_have_nothing_to_do_with_each_other_agree_as_chance_does() -> None:
    random = np.random.default_rng(8)
    songs, pictures = random_items("audio", 150, 1), random_items("image", 150, 1)
    everything = [*songs, *pictures]
    others = [item(one.modality, number % 150, random_profile(random)) for number, one in enumerate(everything)]
    found = compared(everything, others)
    for one in found.channels:
        assert one.wholes.icc_2_1 == pytest.approx(0, abs=0.25)
    for overlap in found.overlaps:
        assert overlap.share == pytest.approx(overlap.chance, abs=0.05)


def test_channels_and_neighbours_are_compared_item_by_item() -> None:
    songs, pictures = noisy(SONGS), noisy(PICTURES)
    found = compared([*SONGS, *PICTURES], [*songs[::-1], *pictures])
    sides = [colours(one.profile for one in items).astype(float) for items in (SONGS, songs)]
    expected, green = Agreement.of(*(side[:, 0, 1] for side in sides)), found.channels[1]
    assert (green.modality, green.channel) == ("audio", "G")
    assert green.wholes.pearson == pytest.approx(expected.pearson)
    assert green.wholes.icc_2_1 == pytest.approx(expected.icc_2_1)
    assert green.all_parts.count == 100
    matrices = [_matrix(*both) for both in ((SONGS, PICTURES), (songs, pictures))]
    nearest = [np.argsort(-matrix, axis=1)[:, :10] for matrix in matrices]
    shares = [len(set(one.tolist()) & set(other.tolist())) / 10 for one, other in zip(*nearest, strict=True)]
    assert found.overlaps[0].share == pytest.approx(np.mean(shares))


def _matrix(songs: list[Item], pictures: list[Item]) -> Floats:
    return Scores.of(DEFAULT_MATCH, *(colours(one.profile for one in items) for items in (songs, pictures))).matrix()


def test_items_that_one_run_lacks_are_counted_and_left_out() -> None:
    found = compared([*SONGS, *PICTURES[:9]], [*SONGS[:15], *PICTURES])
    assert (found.audio, found.image, found.only_here, found.only_there) == (15, 9, 5, 16)
    assert [one.k for one in found.overlaps] == [9, 10]


def test_pictures_alone_have_no_nearest_songs_to_compare() -> None:
    found = compared(PICTURES, [*SONGS, *PICTURES])
    assert {one.modality for one in found.channels} == {"image"}
    assert found.overlaps == ()


def test_collections_with_nothing_in_common_are_refused() -> None:
    with pytest.raises(QueryError) as caught:
        compared(SONGS, PICTURES)
    assert caught.value.kind == "nothing_in_common"


def test_another_perception_is_no_second_run() -> None:
    other = LocalStore.in_memory({**SIGNATURE, "perception": "qwen"})
    other.upsert([*SONGS, *PICTURES])
    with store_of([*SONGS, *PICTURES]) as here, other, pytest.raises(QueryError) as caught:
        stability(here, other, DEFAULT_MATCH)
    assert caught.value.kind == "other_signature"
    assert "perception is 'lite' here and 'qwen' there" in str(caught.value)
