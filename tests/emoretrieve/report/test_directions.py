"""The two directions are principal components, held against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest

from emoretrieve.emotion.vectors import Colours
from emoretrieve.item import Modality
from emoretrieve.pairing.side import Side
from emoretrieve.report.directions import Directions


def sides(songs: Colours, pictures: Colours) -> dict[Modality, Side]:
    return {"audio": side(songs), "image": side(pictures)}


def side(profiles: Colours) -> Side:
    return Side([str(place) for place in range(len(profiles))], profiles)


def random(count: int, seed: int) -> Colours:
    return np.random.default_rng(seed).integers(0, 256, (count, 5, 3), dtype=np.uint8)


NOBODY = np.zeros((0, 5, 3), dtype=np.uint8)


def test_they_are_those_of_scikit_learn() -> None:
    pca = pytest.importorskip("sklearn.decomposition").PCA(n_components=2)
    songs, pictures = random(30, 1), random(20, 2)
    found = Directions.of(sides(songs, pictures))
    assert found is not None
    places = pca.fit_transform(np.concatenate([songs, pictures]).reshape(-1, 15).astype(float))
    assert [found.first.share, found.second.share] == pytest.approx(pca.explained_variance_ratio_)
    ours = np.concatenate([found.marks["audio"].places, found.marks["image"].places])
    assert np.abs(ours) == pytest.approx(np.abs(places))
    assert np.abs(found.first.loadings.reshape(-1)) == pytest.approx(np.abs(pca.components_[0]))
    assert found.first.loadings.flat[np.abs(found.first.loadings).argmax()] > 0


def test_numbers_that_have_nothing_to_do_with_each_other_hold_what_chance_holds() -> None:
    found = Directions.of(sides(random(300, 3), NOBODY))
    assert found is not None
    assert found.first.share == pytest.approx(found.first.chance, abs=0.02)
    assert set(found.marks) == {"audio"}


def test_a_direction_that_all_share_holds_more_than_chance() -> None:
    level = np.random.default_rng(0).integers(0, 200, (60, 1, 1))
    profiles = (level + np.random.default_rng(1).integers(0, 50, (60, 5, 3))).astype(np.uint8)
    found = Directions.of(sides(profiles, NOBODY))
    assert found is not None
    assert found.first.share > 0.8 > 0.3 > found.first.chance
    assert found.first.loadings == pytest.approx(np.full((5, 3), 15**-0.5), abs=0.03)


@pytest.mark.parametrize("profiles", [NOBODY, random(2, 1), np.repeat(random(1, 1), 9, axis=0)])
def test_too_few_items_and_items_that_are_all_alike_have_none(profiles: Colours) -> None:
    assert Directions.of(sides(profiles, NOBODY)) is None
