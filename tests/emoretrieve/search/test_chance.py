"""Chance level and z of a score."""

from __future__ import annotations

import numpy as np
import pytest

from emoretrieve.emotion.vectors import colours, exact_scores, vectors
from emoretrieve.search.chance import Chance
from emoretrieve.search.match import Match
from emoretrieve.search.population import moments_of
from tests.emoretrieve.search.collection import random_items

ITEMS = random_items("image", 80, seed=5)
QUERY = random_items("audio", 1, seed=6)[0].profile


@pytest.mark.parametrize(
    "match",
    [
        Match.parse("aligned"),
        Match.parse("fragment:2"),
        Match.parse("concat"),
        Match.parse("aligned", [9, 0, 0, 3, 70]),
    ],
    ids=["aligned", "fragment:2", "concat", "weights"],
)
def test_mean_and_deviation_are_those_of_all_scores(match: Match) -> None:
    vector = match.query_vector(QUERY)
    rows = vectors(match.space, colours(item.profile for item in ITEMS))
    scores = exact_scores(vector, rows)
    chance = Chance.of(vector, moments_of(rows))
    assert chance.mean == pytest.approx(scores.mean(), abs=1e-12)
    assert chance.deviation == pytest.approx(scores.std(), rel=1e-9)
    assert chance.z(2.0) == pytest.approx((2.0 - scores.mean()) / scores.std(), rel=1e-9)


def test_z_is_undefined_for_one_item_whose_score_is_the_chance_level() -> None:
    match = Match.parse()
    rows = vectors("aligned", colours([ITEMS[0].profile]))
    vector = match.query_vector(QUERY)
    chance = Chance.of(vector, moments_of(rows))
    assert chance.mean == pytest.approx(exact_scores(vector, rows)[0], abs=1e-12)
    assert chance.z(0.9) is None


def test_z_is_undefined_where_all_items_score_the_same() -> None:
    rows = vectors("aligned", colours([ITEMS[0].profile] * 7))
    assert Chance.of(Match.parse().query_vector(QUERY), moments_of(rows)).z(0.9) is None


def test_z_is_undefined_for_a_query_in_which_nothing_was_felt() -> None:
    rows = vectors("aligned", colours(item.profile for item in ITEMS))
    chance = Chance.of(np.zeros(15), moments_of(rows))
    assert (chance.mean, chance.z(0.0)) == (0.0, None)


def test_without_items_or_moments_nothing_is_known() -> None:
    vector = Match.parse().query_vector(QUERY)
    unknown = Chance(None, None)
    assert Chance.of(vector, moments_of(np.zeros((0, 15)))) == unknown
    assert Chance.of(vector, None) == unknown
    assert unknown.z(0.5) is None
