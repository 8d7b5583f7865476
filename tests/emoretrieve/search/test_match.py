"""Matches by name, their weights and their vectors."""

from __future__ import annotations

import math

import numpy as np
import pytest

from emoretrieve.emotion import EmotionProfile, Rgb
from emoretrieve.emotion.vectors import colours, exact_scores, vectors
from emoretrieve.errors import QueryError
from emoretrieve.search.match import Match, parse_weights
from tests.emoretrieve.search.collection import brute_score, random_profile

EIGHTH = 0.125


@pytest.mark.parametrize(
    ("name", "weights"),
    [
        ("aligned", (0.5, EIGHTH, EIGHTH, EIGHTH, EIGHTH)),
        ("whole", (1, 0, 0, 0, 0)),
        ("fragments", (0, 0.25, 0.25, 0.25, 0.25)),
        ("fragment:1", (0, 1, 0, 0, 0)),
        ("fragment:4", (0, 0, 0, 0, 1)),
        ("concat", None),
    ],
)
def test_a_named_match_scores_the_weighted_cosines_of_its_parts(name: str, weights: tuple[float, ...] | None) -> None:
    random = np.random.default_rng(1)
    match = Match.parse(name)
    for _ in range(50):
        query, found = random_profile(random), random_profile(random)
        score = exact_scores(match.query_vector(query), vectors(match.space, colours([found])))[0]
        assert math.isclose(score, brute_score(weights, query, found), abs_tol=1e-12)


def test_given_weights_are_not_normalised() -> None:
    assert Match.parse("aligned", [2, 1, 0, 0, 3.5]).weights == (2.0, 1.0, 0.0, 0.0, 3.5)


@pytest.mark.parametrize("match", [Match.parse(), Match.parse("concat"), Match.parse("aligned", [3, 0, 1, 0, 2])])
def test_a_profile_has_the_highest_score_with_itself(match: Match) -> None:
    profile = EmotionProfile.uniform(Rgb(1, 2, 3))
    assert math.isclose(match.highest, match.query_vector(profile) @ vectors(match.space, colours([profile]))[0])


@pytest.mark.parametrize("name", ["aligned", "fragments", "concat"])
def test_many_query_vectors_equal_each_one_alone(name: str) -> None:
    random = np.random.default_rng(2)
    profiles = [random_profile(random) for _ in range(20)]
    match = Match.parse(name)
    alone = np.array([match.query_vector(profile) for profile in profiles])
    assert np.array_equal(match.query_vectors(colours(profiles)), alone)


@pytest.mark.parametrize("name", ["", "Aligned", "fragment", "fragment:0", "fragment:5", "contrast"])
def test_an_unknown_match_is_refused_by_name(name: str) -> None:
    with pytest.raises(QueryError, match=f"'{name}'") as caught:
        Match.parse(name)
    assert caught.value.kind == "bad_match"


@pytest.mark.parametrize("name", ["whole", "fragments", "fragment:2", "concat"])
def test_weights_go_with_aligned_only(name: str) -> None:
    with pytest.raises(QueryError, match="'aligned' only") as caught:
        Match.parse(name, [1, 1, 1, 1, 1])
    assert caught.value.kind == "bad_weights"


@pytest.mark.parametrize(
    "weights",
    [
        [],
        [1, 1, 1, 1],
        [1, 1, 1, 1, 1, 1],
        [0, 0, 0, 0, 0],
        [1, 1, -1, 1, 1],
        [1, 1, math.nan, 1, 1],
        [math.inf] * 5,
        [1e7] * 5,
        [1e-9] * 5,
    ],
)
def test_weights_are_five_non_negative_numbers_of_a_usable_size(weights: list[float]) -> None:
    with pytest.raises(QueryError) as caught:
        Match.parse("aligned", weights)
    assert caught.value.kind == "bad_weights"


def test_weights_are_read_from_text() -> None:
    assert parse_weights(" 1, 0,.25,0.5 ,1e-1") == (1.0, 0.0, 0.25, 0.5, 0.1)


@pytest.mark.parametrize("text", ["", "1", "1,2,3,4", "1,2,3,4,x", "1,2,3,4,5,6", "1;2;3;4;5", "1,2,3,4,nan"])
def test_text_that_is_no_five_weights_is_refused_with_its_value(text: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_weights(text)
    assert caught.value.kind == "bad_weights"
    assert f"'{text}'" in str(caught.value)
