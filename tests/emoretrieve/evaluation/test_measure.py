"""Plain, centred and whitened scores."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import cosine

from emoretrieve.evaluation.measure import measured, whitened
from emoretrieve.pairing.scores import Scores
from emoretrieve.search.match import Match
from tests.emoretrieve.pairing.profiles import profiles


def test_plain_scores_are_those_of_a_query() -> None:
    songs, pictures = profiles(7, 1), profiles(5, 2)
    match = Match.parse("fragments")
    assert (measured("plain", match, songs, pictures).matrix() == Scores.of(match, songs, pictures).matrix()).all()


def test_centred_scores_under_concat_are_cosines_about_the_mean_of_each_side() -> None:
    songs, pictures = profiles(7, 1), profiles(5, 2)
    found = measured("centred", Match.parse("concat"), songs, pictures).matrix()
    first, second = (
        side.reshape(len(side), 15) - side.reshape(len(side), 15).mean(axis=0) for side in (songs, pictures)
    )
    assert found[3, 4] == pytest.approx(1 - cosine(first[3], second[4]))


def test_centred_scores_weigh_parts_as_the_match_does() -> None:
    songs, pictures = profiles(7, 1), profiles(5, 2)
    found = measured("centred", Match.parse("whole"), songs, pictures).matrix()
    first, second = (side[:, 0] - side[:, 0].mean(axis=0) for side in (songs, pictures))
    assert found[3, 4] == pytest.approx(1 - cosine(first[3], second[4]))


def test_whitened_scores_are_cosines_of_whitened_principal_components() -> None:
    """Of both sides about their own means together, as scikit-learn whitens them."""
    from sklearn.decomposition import PCA

    random = np.random.default_rng(0)
    songs, pictures = random.normal(size=(40, 4)) * [1, 2, 3, 4], random.normal(size=(30, 4)) + 5
    first, second = whitened(songs, pictures)
    both = np.concatenate([songs - songs.mean(axis=0), pictures - pictures.mean(axis=0)])
    components = PCA(whiten=True).fit_transform(both)
    assert first[2] @ second[3] == pytest.approx(1 - cosine(components[2], components[43]))


def test_whitened_sides_have_no_direction_that_counts_more() -> None:
    random = np.random.default_rng(0)
    songs, pictures = random.normal(size=(4_000, 3)) * [1, 10, 100], random.normal(size=(4_000, 3)) * [1, 10, 100]
    first, _ = whitened(songs, pictures)
    assert (first**2).mean(axis=0) == pytest.approx(np.full(3, 1 / 3), abs=0.02)


@pytest.mark.parametrize("measure", ["centred", "whitened"])
@pytest.mark.parametrize("match", ["aligned", "whole", "fragment:2"])
def test_items_that_are_all_alike_score_nothing(measure: str, match: str) -> None:
    songs, pictures = profiles(4, 0, palette=1), profiles(30, 2)
    chosen: dict[str, Scores] = {
        "centred": measured("centred", Match.parse(match), songs, pictures),
        "whitened": measured("whitened", Match.parse(match), songs, pictures),
    }
    assert np.abs(chosen[measure].matrix()).max() == 0
